"""Many people at once: a storm of reconnections, a wave that comes in, a subscriber that is slow.

`make test` runs them with some hundred people, `make faults` with five thousand.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.room_store import RoomStore
from tests.faults.chronicle import chronicle_of
from tests.faults.event_room import EventRoom, an_event_room
from tests.faults.rig import Rig, running_rig
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.faults.visitors import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module")]

HERE, THERE = 0, 1
AT_ONCE = 50
PATIENCE_S = 100.0
STANDS_STILL_S = 1.6  # a node looks at its lag once a second, so it must see more than half of one
TENTHS = 10
MOST_OVER_EVEN = 1.5

SIZES = [200, pytest.param(5000, marks=[pytest.mark.large, pytest.mark.timeout(600)])]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with running_rig(window_ms_per_100=1000, claim_s=30, lease_s=30, grace_s=20) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="module")
async def event_room(rig: Rig) -> AsyncIterator[EventRoom]:
    async with an_event_room(rig) as event_room:
        yield event_room


@pytest_asyncio.fixture(loop_scope="module")
async def running() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as running:
        yield running


def snapshots(event_room: EventRoom, node: int) -> float:
    return event_room.nodes[node].figure('fullhouse_script_seconds_count{script="snapshot"}')


async def tabs_on(event_room: EventRoom, node: int, count: int) -> None:
    """So many people come to a node at once, and each is told a place."""

    async def come(number: int) -> None:
        async with free:
            await event_room.tab(f"p{number}", node)

    free = asyncio.Semaphore(AT_ONCE)  # handshakes: this process has to serve them all
    await asyncio.gather(*map(come, range(count)))


@pytest.mark.parametrize("people", SIZES)
async def test_a_storm_of_reconnections_reads_each_room_once(
    event_room: EventRoom, people: int
) -> None:
    await event_room.open(plan="live-1000")
    host = await event_room.visit("host", role="host", first=HERE)
    await tabs_on(event_room, THERE, people)
    before = await event_room.places()
    read = snapshots(event_room, HERE)

    event_room.nodes[THERE].kill()
    await tabs_on(event_room, HERE, people)

    assert await event_room.places() == before
    assert snapshots(event_room, HERE) - read <= 1
    await event_room.converges()
    room = host.all("room")[-1]
    assert room["occupied"] + room["waiting"] == people


@pytest.mark.parametrize("waiting", SIZES)
async def test_the_called_come_in_one_after_the_other_and_once(
    event_room: EventRoom, running: AsyncExitStack, waiting: int
) -> None:
    seats, called = 1000, min(waiting, 1000)
    people: list[Visitor] = []
    told = await running.enter_async_context(
        chronicle_of(event_room.store.redis, event_room.account)
    )
    await event_room.open(seats=0, plan="live-1000")
    for first in range(0, waiting, AT_ONCE):
        names = [f"p{first + number}" for number in range(AT_ONCE)]
        people += await asyncio.gather(*(event_room.visit(name, first=HERE) for name in names))
    await wait_until(lambda: all(person.place for person in people), PATIENCE_S)
    tickets = {person.name: person.place or 0 for person in people}

    await event_room.set_seats(seats)
    await wait_until(lambda: sum(person.place == 0 for person in people) == called, PATIENCE_S)

    inside = [person for person in people if person.place == 0]
    assert sorted(tickets.values())[:called] == sorted(tickets[p.name] for p in inside)
    await told.read()  # it raises where somebody was seated twice
    assert told.inside == {person.name for person in inside}
    came = sorted(inside, key=lambda person: person.all("seated")[0]["rev"])
    window_ms = inside[0].all("refresh_required")[0]["window_ms"]
    assert window_ms == 10 * called
    if waiting >= called + seats:  # many enough for a share that chance moves little
        assert busiest_tenth(came, window_ms / 1000) <= MOST_OVER_EVEN * called / TENTHS
    await event_room.converges(PATIENCE_S)


def busiest_tenth(came: list[Visitor], window_s: float) -> int:
    """The most people who came in within a tenth of the window."""
    moments = [
        moment
        for person in came
        for page in person.pages
        for frame, moment in zip(page.heard, page.heard_at, strict=True)
        if frame["type"] == "seated"
    ]
    tenths = Counter(int((moment - min(moments)) / window_s * TENTHS) for moment in moments)
    return max(tenths.values())


async def test_a_subscriber_dropped_by_the_store_hears_the_rest(event_room: EventRoom) -> None:
    """The store drops connections that do not take what they are sent."""
    await event_room.open(seats=3)
    await event_room.visit("host", role="host", first=THERE)
    await event_room.crowd("abcd", node=THERE)
    redis, ref = event_room.store.redis, RoomRef(event_room.account, "hall")
    await redis.config_set("client-output-buffer-limit", "pubsub 32kb 32kb 1")
    rooms = RoomStore(redis)
    event_room.lines[THERE].events.to_node.is_open.clear()

    changes = 0
    while not await dropped(event_room):
        changes += 1
        await rooms.set_room(ref, f"pause-{changes}", paused=changes % 2 == 1, seats=None)
    await rooms.set_room(ref, "pause-last", paused=False, seats=None)
    event_room.lines[THERE].heal()

    await event_room.set_seats(4)
    await wait_until(lambda: all(person.place == 0 for person in event_room.visitors[1:]))
    await event_room.converges()


async def dropped(event_room: EventRoom) -> int:
    stats = await event_room.store.redis.info("stats")
    return int(stats["client_output_buffer_limit_disconnections"])


async def test_a_node_that_stood_still_for_a_moment_costs_nobody_anything(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    people = await event_room.crowd("abcd", node=HERE)
    slow = 'fullhouse_loop_lag_seconds_bucket{le="0.25"}'
    node = event_room.nodes[HERE]
    count = "fullhouse_loop_lag_seconds_count"
    late = node.figure(count) - node.figure(slow)

    node.freeze()
    await asyncio.sleep(STANDS_STILL_S)  # noqa: TID251  # the fault lasts so long
    node.thaw()

    await wait_until(lambda: node.figure(count) - node.figure(slow) > late)
    assert not any(person.all("seat_lost") or person.closed for person in people)
    await event_room.converges()
