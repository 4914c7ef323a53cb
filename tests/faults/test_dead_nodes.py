"""Nodes that die, freeze, and are restarted one after the other, with people inside."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import Newcomer, Role, RoomRef
from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse.store.room_index import RoomIndex
from fullhouse.store.room_store import RoomStore
from tests.event_room import RULES
from tests.faults.event_room import EventRoom, an_event_room
from tests.faults.rig import running_rig
from tests.nodes import QUICK
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Collection

    from redis.asyncio import Redis

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

LEASE_MS = round(QUICK["lease_s"] * 1000)
BEAT_MS = round(QUICK["beat_s"] * 1000)
SWEPT_WITHIN_MS = 2000
SLACK_MS = 700  # reading the store
FREE_WITHIN_S = (LEASE_MS + SWEPT_WITHIN_MS + SLACK_MS) / 1000
HERE, THERE = 0, 1


async def until_gone(event_room: EventRoom, names: Collection[str]) -> None:
    """Returns when none of them has a place any more."""

    async def are_gone() -> bool:
        return not set(names) & set(await event_room.places(HERE))

    await wait_until(are_gone)


async def until_renewed(event_room: EventRoom, name: str) -> int:
    """A lease begins: returns a store's time shortly before."""
    seats = DEFAULT_KEYS.room(RoomRef(event_room.account, "hall")).seats
    before = await event_room.store.redis.zscore(seats, name)
    looked_ms = await event_room.store.now_ms()

    async def is_renewed() -> bool:
        nonlocal looked_ms
        now_ms = await event_room.store.now_ms()
        if await event_room.store.redis.zscore(seats, name) != before:
            return True
        looked_ms = now_ms
        return False

    await wait_until(is_renewed)
    return looked_ms


async def test_the_seats_of_a_killed_node_are_free_after_the_lease(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    host = await event_room.visit("host", role="host", first=HERE)
    for name in "ab":
        await (await event_room.tab(name, THERE)).expect("seated")
    c = await event_room.visit("c", first=HERE)

    renewed_ms = await until_renewed(event_room, "a")
    event_room.nodes[THERE].kill()
    watch = event_room.rig.stopwatch()
    await until_gone(event_room, "ab")

    assert watch.passed_s <= FREE_WITHIN_S
    assert await event_room.store.now_ms() - renewed_ms >= LEASE_MS
    await wait_until(lambda: c.place == 0)
    await event_room.converges()
    assert host.all("room")[-1]["occupied"] == 1


async def test_the_seats_of_a_killed_node_are_free_where_nobody_else_has_the_room(
    event_room: EventRoom,
) -> None:
    """The other node takes the room over, at every look, or its clock would stand still."""
    await event_room.open(seats=2)
    for name in "abc":
        await event_room.tab(name, THERE)
    await wait_until(lambda: has_people(event_room, 3))

    event_room.nodes[THERE].kill()
    watch = event_room.rig.stopwatch()
    await until_gone(event_room, "abc")

    assert watch.passed_s <= FREE_WITHIN_S


async def has_people(event_room: EventRoom, count: int) -> bool:
    return len(await event_room.places(HERE)) == count


async def test_five_thousand_of_a_killed_node_are_gone_as_soon_as_two(
    event_room: EventRoom,
) -> None:
    await event_room.open(plan="live-1000")
    redis, ref = event_room.store.redis, RoomRef(event_room.account, "hall")
    rooms = RoomStore(redis)
    crowd = [Newcomer(f"p{number}", Role.ATTENDEE) for number in range(5000)]
    await RoomIndex(redis).watch([ref])
    for first in range(0, len(crowd), 250):
        await rooms.admit(ref, crowd[first : first + 250])

    async def is_empty() -> bool:
        if not await are_gone(redis, DEFAULT_KEYS.room(ref).seats):
            return False  # a snapshot of thousands, again and again, would keep the store busy
        state = (await rooms.snapshot(ref)).state
        return (state.occupied, state.held, state.waiting) == (0, 0, 0)

    await event_room.rig.within(FREE_WITHIN_S, is_empty)


async def test_three_hundred_rooms_of_a_killed_node_are_free_as_soon_as_one(
    event_room: EventRoom,
) -> None:
    redis = event_room.store.redis
    rooms = RoomStore(redis)
    refs = [RoomRef(f"{event_room.account}-{number}", "hall") for number in range(300)]
    for ref in refs:
        plan = ("plan", "live-25", "seats", 25, "presenters", 2, "parallel_events", 0)
        await redis.hset(DEFAULT_KEYS.account(ref.account).record, items=list(plan))
        await rooms.open_room(ref, "Hall", replace(RULES, lease_ms=LEASE_MS))
    await RoomIndex(redis).watch(refs)
    ada = Newcomer("ada", Role.ATTENDEE)
    await asyncio.gather(*(rooms.admit(ref, [ada]) for ref in refs))
    watch = event_room.rig.stopwatch()

    for ref in refs:  # one after the other: the test must not keep the store busy
        await wait_until(partial(are_gone, redis, DEFAULT_KEYS.room(ref).seats))

    assert watch.passed_s <= FREE_WITHIN_S


async def are_gone(redis: Redis, *keys: str) -> bool:
    return not await redis.exists(*keys)


async def test_people_of_a_killed_node_who_come_back_in_time_keep_their_places(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=HERE)
    people = [await event_room.visit(name, first=THERE) for name in "abcd"]
    before = await event_room.places()

    event_room.nodes[THERE].kill()

    await wait_until(lambda: all(len(person.pages) > 1 for person in people))
    await event_room.converges()
    assert await event_room.places() == before


async def test_whoever_lapsed_on_a_frozen_node_is_told_and_taken_in_again(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=HERE)
    frozen = [await event_room.visit(name, first=THERE) for name in "ab"]
    waiting = [await event_room.visit(name, first=HERE) for name in "cd"]

    event_room.nodes[THERE].freeze()
    await until_gone(event_room, "ab")
    await wait_until(lambda: [person.place for person in waiting] == [0, 0])
    event_room.nodes[THERE].thaw()

    await wait_until(lambda: all(person.all("seat_lost") for person in frozen))
    await event_room.converges()
    assert [person.place == 0 for person in frozen] == [False, False]
    assert [len(person.all("seat_lost")) for person in frozen] == [1, 1]
    assert (await event_room.room())["occupied"] == 2


async def test_a_node_that_was_frozen_lets_nobody_in_on_what_it_remembers(
    event_room: EventRoom,
) -> None:
    """It saw two free seats when it froze; both are taken when it wakes."""
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=THERE)

    event_room.nodes[THERE].freeze()
    inside = [await event_room.visit(name, first=HERE) for name in "ab"]
    knocking = [asyncio.create_task(event_room.visit(name, first=THERE)) for name in "cd"]
    event_room.nodes[THERE].thaw()
    late = await asyncio.gather(*knocking)

    await event_room.converges()
    assert [person.place for person in inside] == [0, 0]
    assert all(person.place for person in late)


async def test_a_rolling_restart_costs_nobody_a_place() -> None:
    """With a grace in which people are back also where a node takes seconds to start."""
    async with running_rig(grace_s=8, wait_grace_s=8) as rig, an_event_room(rig) as event_room:
        await event_room.open(seats=3)
        people = await event_room.crowd("abcdefgh")
        await event_room.visit("host", role="host", first=THERE)
        before = await event_room.places()

        for number in range(len(event_room.nodes)):
            event_room.nodes[number].terminate()
            assert await asyncio.to_thread(event_room.nodes[number].ended) == 0
            await event_room.rig.replace(number)

        await event_room.converges()
        assert await event_room.places() == before
        assert all(not person.all("seat_lost") for person in people)
        assert {code for person in people for code in person.closed} == {4101}
        assert all(len(person.all("retry")) >= 1 for person in people)


async def test_a_leave_in_one_of_two_tabs_on_two_nodes_stays_a_leave(
    event_room: EventRoom,
) -> None:
    """Renewals of the other node are under way all the time."""
    await event_room.open(seats=1)
    for number in range(5):
        name = f"p{number}"
        here, there = await event_room.tab(name, HERE), await event_room.tab(name, THERE)
        await here.expect("seated")
        await there.expect("seated")

        await here.say("leave")

        await here.expect_close(4011)
        await there.expect_close(4011)
        assert name not in await event_room.places()
    await asyncio.sleep(2 * BEAT_MS / 1000)  # noqa: TID251  # a renewal more of everybody
    assert await event_room.places() == {}
