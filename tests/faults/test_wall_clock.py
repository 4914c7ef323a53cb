"""The wall clock of the store jumps; the house clock does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.keys import DEFAULT_KEYS, part_of
from fullhouse.store.orphaned_rooms import OrphanedRooms
from fullhouse.store.room_index import RoomIndex
from tests.fakes import FakeClock
from tests.room_fixture import GRACE_MS, LEASE_MS, STEP_MS, RoomFixture

if TYPE_CHECKING:
    from redis.asyncio import Redis

pytestmark = pytest.mark.faults

HOUR_MS = 3_600_000


@pytest.fixture
def hall(redis: Redis, clock: FakeClock) -> RoomFixture:
    return RoomFixture(redis, clock)


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS])
async def test_nobody_lapses_early_when_the_wall_clock_jumps(
    hall: RoomFixture, jump_ms: int
) -> None:
    await hall.open(seats=2)
    guests = await hall.hello("a", "b", "c")
    hall.clock.advance(ms=jump_ms)

    await hall.wait(LEASE_MS - 1)

    assert await hall.seated() == {"a", "b"}
    assert await hall.line() == ["c"]
    assert await hall.renew(guests) == {}


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS])
async def test_nobody_lives_for_ever_after_the_wall_clock_jumped(
    hall: RoomFixture, jump_ms: int
) -> None:
    await hall.open(seats=2)
    await hall.hello("a", "b", "c")
    hall.clock.advance(ms=jump_ms)

    await hall.wait(2 * LEASE_MS + STEP_MS)

    assert await hall.seated() == set()


async def test_a_grace_goes_on_where_it_stood_when_the_wall_clock_jumps_back(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)
    await hall.wait(GRACE_MS // 2)

    hall.clock.advance(ms=-HOUR_MS)
    await hall.sweep()
    await hall.wait(GRACE_MS // 2 - 1)
    before = await hall.seated()
    await hall.wait(1)

    assert (before, await hall.seated()) == ({"a"}, set())


async def test_a_clock_that_jumps_to_and_fro_moves_the_house_by_its_steps(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=2)
    guests = await hall.hello("a", "b")

    for jump_ms in (HOUR_MS, -HOUR_MS, HOUR_MS, -2 * HOUR_MS, HOUR_MS):
        hall.clock.advance(ms=jump_ms)
        await hall.sweep()

    assert await hall.renew(guests) == {}


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
    hall = RoomFixture(redis, ahead)
    await hall.open(seats=1)
    await redis.sadd(DEFAULT_KEYS.index_of(hall.ref.account), hall.ref.account)
    await hall.hello("a")

    orphaned_rooms = await OrphanedRooms(redis).unswept_rooms(part_of(hall.ref.account))

    assert orphaned_rooms == [hall.ref]
