"""The wall clock of the store jumps; the house clock does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.keys import DEFAULT_KEYS, part_of
from fullhouse.store.orphaned_rooms import OrphanedRooms
from fullhouse.store.room_index import RoomIndex
from tests.event_room import GRACE_MS, LEASE_MS, STEP_MS, EventRoom
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from redis.asyncio import Redis

pytestmark = pytest.mark.faults

HOUR_MS = 3_600_000


@pytest.fixture
def event_room(redis: Redis, clock: FakeClock) -> EventRoom:
    return EventRoom(redis, clock)


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS])
async def test_nobody_lapses_early_when_the_wall_clock_jumps(
    event_room: EventRoom, jump_ms: int
) -> None:
    await event_room.open(seats=2)
    guests = await event_room.hello("a", "b", "c")
    event_room.clock.advance(ms=jump_ms)

    await event_room.wait(LEASE_MS - 1)

    assert await event_room.seated() == {"a", "b"}
    assert await event_room.line() == ["c"]
    assert await event_room.renew(guests) == {}


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS])
async def test_nobody_lives_for_ever_after_the_wall_clock_jumped(
    event_room: EventRoom, jump_ms: int
) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a", "b", "c")
    event_room.clock.advance(ms=jump_ms)

    await event_room.wait(2 * LEASE_MS + STEP_MS)

    assert await event_room.seated() == set()


async def test_a_grace_goes_on_where_it_stood_when_the_wall_clock_jumps_back(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)
    await event_room.wait(GRACE_MS // 2)

    event_room.clock.advance(ms=-HOUR_MS)
    await event_room.sweep()
    await event_room.wait(GRACE_MS // 2 - 1)
    before = await event_room.seated()
    await event_room.wait(1)

    assert (before, await event_room.seated()) == ({"a"}, set())


async def test_a_clock_that_jumps_to_and_fro_moves_the_house_by_its_steps(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    guests = await event_room.hello("a", "b")

    for jump_ms in (HOUR_MS, -HOUR_MS, HOUR_MS, -2 * HOUR_MS, HOUR_MS):
        event_room.clock.advance(ms=jump_ms)
        await event_room.sweep()

    assert await event_room.renew(guests) == {}


async def test_a_room_due_in_the_far_future_is_a_stray(redis: Redis) -> None:
    """The wall clock was set back while its node died: nobody may wait an hour for its sweep."""
    ref, now = RoomRef("acme", "hall"), FakeClock()
    index = RoomIndex(redis, instant=now.now_ms)
    now.advance(ms=HOUR_MS)
    await index.watch([ref])
    now.advance(ms=-HOUR_MS)

    taken = await index.take(1)

    assert [orphan.ref for orphan in taken] == [ref]


async def test_a_room_that_no_index_has_is_found_though_last_swept_in_the_future(
    redis: Redis,
) -> None:
    seconds, _ = await redis.time()
    ahead = FakeClock(int(seconds) * 1000 + HOUR_MS)
    event_room = EventRoom(redis, ahead)
    await event_room.open(seats=1)
    await redis.sadd(DEFAULT_KEYS.index_of(event_room.ref.account), event_room.ref.account)
    await event_room.hello("a")

    orphaned_rooms = await OrphanedRooms(redis).unswept_rooms(part_of(event_room.ref.account))

    assert orphaned_rooms == [event_room.ref]
