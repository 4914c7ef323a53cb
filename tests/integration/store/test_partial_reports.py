"""report: a report whose counts may be too low says so, and since when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.store.reports import Reports
from fullhouse.store.room_keys import RoomKeys
from tests.event_room import LEASE_MS, REF

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.reports import Counted
    from tests.event_room import EventRoom

ROOM, MISSES = RoomKeys(REF).room, RoomKeys(REF).all()[7]


async def report_of(event_room: EventRoom) -> Counted:
    return await Reports(event_room.redis, instant=event_room.clock.now_ms).report(REF)


async def test_the_first_loss_of_an_opening_makes_the_report_partial(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    a, b = await event_room.hello("a", "b")
    seen = await event_room.revision()
    event_room.clock.advance(ms=700)
    first_ms = event_room.clock.now_ms()

    for _ in range(2):
        ahead = replace(seen, rev=seen.rev + 9)
        await event_room.report_members(a.session, b.session, seen=ahead)
        assert (await report_of(event_room)).partial_since_ms == first_ms
        event_room.clock.advance(ms=LEASE_MS)
        seen = await event_room.revision()


async def test_people_brought_back_are_counted_but_their_waits_are_not_measured(
    event_room: EventRoom,
) -> None:
    """The store has lost everything. Nobody knows when they came, and no time is made up."""
    await event_room.open(seats=1)
    a, b = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.redis.flushall()
    event_room.clock.advance(ms=1_000)
    await event_room.open(seats=1)
    await event_room.report_members(a.session, b.session, seen=replace(seen, rev=seen.rev + 1))
    await event_room.wait(LEASE_MS + 1_000, keeping=[a, b])

    assert (await report_of(event_room)).waited == 1
    holders = await event_room.holders()
    await event_room.rooms.leave(REF, [("a", holders["a"].generation)])
    await event_room.claim("b")

    counted = await report_of(event_room)
    assert (counted.ended, counted.seated_s, counted.needed) == ({"seated": 1}, {}, {})
    assert (counted.waited, counted.at_once) == (1, 0)
    assert counted.partial_since_ms is not None


async def test_somebody_who_had_a_seat_in_the_lost_time_waits_no_longer(
    event_room: EventRoom,
) -> None:
    """The copy has their ticket; the node knows that they are inside."""
    await event_room.open(seats=1)
    a, _ = await event_room.hello("a", "b")
    saved = await event_room.saved()
    event_room.clock.advance(ms=2_000)
    await event_room.leave(a)
    (b,) = await event_room.hello("b")
    seen = await event_room.revision()
    await event_room.roll_back(saved)

    await event_room.report_members(b.session, seen=seen)

    counted = await report_of(event_room)
    assert (counted.ended, counted.seated_s, counted.still_waiting) == ({"seated": 1}, {2: 1}, 0)
    assert not await event_room.redis.exists(MISSES)


async def test_a_copy_is_partial_while_it_is_in_doubt_and_complete_if_nothing_was_lost(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    a, _ = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.become_another_run()
    event_room.clock.advance(ms=300)

    assert (await report_of(event_room)).partial_since_ms == event_room.clock.now_ms()
    await event_room.report_members(a.session, seen=seen)
    assert (await report_of(event_room)).partial_since_ms is None


@pytest.mark.parametrize("read_first", [True, False])
async def test_a_change_by_a_node_of_an_earlier_version_makes_the_report_partial(
    event_room: EventRoom, redis: Redis, *, read_first: bool
) -> None:
    """Its scripts raise `rev` and count nothing."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    await redis.hincrby(ROOM, "rev", 1)
    event_room.clock.advance(ms=300)
    since_ms = event_room.clock.now_ms()
    if read_first:
        assert (await report_of(event_room)).partial_since_ms == since_ms

    await event_room.hello("b")
    event_room.clock.advance(ms=300)
    await event_room.hello("c")

    assert (await report_of(event_room)).partial_since_ms == since_ms


async def test_a_wait_that_began_on_a_node_of_an_earlier_version_is_not_measured(
    event_room: EventRoom, redis: Redis
) -> None:
    await event_room.open(seats=1)
    _, b = await event_room.hello("a", "b")
    await redis.hdel(MISSES, ":b")

    await event_room.leave(b)

    counted = await report_of(event_room)
    assert (counted.gave_up, counted.gave_up_s, counted.gave_up_needed) == (1, {}, {})
