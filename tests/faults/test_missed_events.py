"""Events that never come, come late, or come while nobody hears: the next revision tells."""

from __future__ import annotations

from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.faults.event_room import EventRoom
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

EVENT_BYTES = 500  # a canary is far shorter
HERE, THERE = 0, 1


@asynccontextmanager
async def one_event_lost(event_room: EventRoom) -> AsyncIterator[None]:
    """Whatever the block causes is not told to the second node."""
    way = event_room.lines[THERE].events.to_node
    way.swallows = True
    yield
    await wait_until(lambda: way.swallowed >= EVENT_BYTES)
    way.heal()


async def test_a_call_whose_event_was_lost_still_reaches_the_called(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a = await event_room.visit("a", first=HERE)
    b = await event_room.visit("b", first=THERE)

    async with one_event_lost(event_room):
        await a.say("leave")
        event_room.forget(a)

    await wait_until(lambda: b.place == 0)
    await event_room.converges()


async def test_a_host_whose_event_was_lost_sees_the_room_as_it_is(event_room: EventRoom) -> None:
    await event_room.open(seats=3)
    host = await event_room.visit("host", role="host", first=THERE)

    async with one_event_lost(event_room):
        await event_room.visit("a", first=HERE)

    await event_room.converges()
    assert host.all("room")[-1]["occupied"] == 1


async def test_a_message_whose_event_was_lost_is_told_with_the_place(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.visit("a", first=HERE)
    b = await event_room.visit("b", first=THERE)

    async with one_event_lost(event_room):
        await event_room.say_to_line("Soon")

    await wait_until(lambda: [frame["text"] for frame in b.all("message")] == ["Soon"])


async def test_a_leave_whose_event_was_lost_ends_the_other_tab(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a = await event_room.visit("a", first=HERE)
    other = await event_room.tab("a", THERE)
    await other.expect("seated")

    async with one_event_lost(event_room):
        await a.say("leave")
        event_room.forget(a)

    await other.expect_close(4011)


async def test_a_removal_whose_event_was_lost_is_told(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a = await event_room.tab("a", THERE)
    await a.expect("seated")

    async with one_event_lost(event_room):
        await event_room.remove("a")

    await a.expect("seat_lost", reason="removed")
    await a.expect_close(4013)


async def test_an_end_whose_event_was_lost_is_told(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    tabs = [await event_room.tab(name, THERE) for name in "ab"]
    host = await event_room.tab("host", THERE, "host")
    await host.expect("room")

    async with one_event_lost(event_room):
        await event_room.close()

    await host.expect("room", status="closed")
    await host.expect_close(4010)
    for tab in tabs:
        await tab.expect("room_closed")
        await tab.expect_close(4010)


async def test_a_raised_capacity_whose_event_was_lost_is_seen(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.visit("host", role="host", first=THERE)
    visitors = [await event_room.visit(name, first=THERE) for name in "abcd"]

    async with one_event_lost(event_room):
        await event_room.set_seats(3)

    await wait_until(lambda: [v.place == 0 for v in visitors] == [True, True, True, False])
    await event_room.converges()


async def test_events_that_come_later_than_answers_leave_nobody_behind(
    event_room: EventRoom,
) -> None:
    """Later than a node waits for them: it rereads the room, and must not take that for all."""
    event_room.lines[THERE].events.to_node.delay_s = lambda: 0.4
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=THERE)
    a, b, c, _ = await event_room.crowd("abcd")

    await a.say("leave")
    event_room.forget(a)
    await event_room.visit("e", first=THERE)

    await wait_until(lambda: (b.place, c.place) == (0, 0))
    await event_room.converges()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_anybody_hears_rises_however_late_it_comes(
    event_room: EventRoom, seed: int
) -> None:
    random = Random(seed)
    for line in event_room.lines:
        for kind in line.kinds:
            kind.to_node.delay_s = lambda: random.choice([0, 0, 0.005, 0.05, 0.2])
    await event_room.open(seats=3)
    await event_room.visit("host", role="host", first=random.randrange(2))

    for number in range(12):
        await event_room.visit(f"p{number}", first=random.randrange(2))
        if random.random() < 0.4:
            leaver = random.choice([v for v in event_room.visitors if v.role == "attendee"])
            await leaver.say("leave")
            event_room.forget(leaver)

    await event_room.converges()
