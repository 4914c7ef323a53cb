"""Rooms that somebody is to sweep: each is taken by one node, and none is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.orphaned_rooms import OrphanedRoom
from fullhouse.domain.rooms import RoomRef
from fullhouse.domain.takeover import CLAIM_MS, claim_ms
from fullhouse.store.room_index import RESTS_MS, TAKEN_MS, RoomIndex

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

EVENT_ROOM = RoomRef("acme", "hall")
MANY = [RoomRef(f"account-{n % 40}", f"room-{n}") for n in range(200)]
MINUTE_MS = 60_000


@pytest.fixture
def index(redis: Redis, clock: FakeClock) -> RoomIndex:
    return RoomIndex(redis, instant=clock.now_ms)


async def taken(index: RoomIndex, limit: int = 1000) -> list[RoomRef]:
    return [orphan.ref for orphan in await index.take(limit)]


async def test_a_watched_room_is_a_stray_once_nobody_has_swept_it_in_time(
    index: RoomIndex, clock: FakeClock
) -> None:
    await index.watch([EVENT_ROOM])

    clock.advance(ms=CLAIM_MS - 1)
    early = await taken(index)
    clock.advance(ms=1)

    assert (early, await taken(index)) == ([], [EVENT_ROOM])


async def test_a_room_that_a_node_sweeps_is_no_stray(index: RoomIndex, clock: FakeClock) -> None:
    await index.watch([EVENT_ROOM])
    for _ in range(5):
        clock.advance(ms=1000)
        await index.postpone([EVENT_ROOM])
        assert await taken(index) == []


async def test_a_room_of_a_late_node_is_no_stray(index: RoomIndex, clock: FakeClock) -> None:
    """The node is alive and will come, and two that sweep a room would both be later."""
    await index.postpone([EVENT_ROOM], claim_ms(spacing_s=2.0))
    clock.advance(ms=2_900)
    early = await taken(index)
    clock.advance(ms=100)

    assert (early, await taken(index)) == ([], [EVENT_ROOM])


async def test_a_stray_is_taken_by_one_node(index: RoomIndex, clock: FakeClock) -> None:
    await index.watch(MANY)
    clock.advance(ms=CLAIM_MS)

    shares = await asyncio.gather(*(taken(index, 60) for _ in range(5)))

    assert sorted(ref for share in shares for ref in share) == sorted(MANY)
    assert max(map(len, shares)) == 60


async def test_a_stray_whose_node_dies_too_is_taken_again(
    index: RoomIndex, clock: FakeClock
) -> None:
    await index.watch([EVENT_ROOM])
    clock.advance(ms=CLAIM_MS)
    await taken(index)

    clock.advance(ms=TAKEN_MS)

    assert await taken(index) == [EVENT_ROOM]


async def test_watching_a_stray_does_not_put_it_off(index: RoomIndex, clock: FakeClock) -> None:
    """People who come by polls watch the room every second, and no node sweeps it for them."""
    await index.watch([EVENT_ROOM])
    clock.advance(ms=CLAIM_MS - 1)
    await index.watch([EVENT_ROOM])
    clock.advance(ms=1)

    assert await taken(index) == [EVENT_ROOM]


async def rested(index: RoomIndex, clock: FakeClock) -> list[OrphanedRoom]:
    """The room was watched, taken, found idle, and left to rest once."""
    await index.watch([EVENT_ROOM])
    clock.advance(ms=CLAIM_MS)
    orphaned_rooms = await index.take(1)
    await index.rest(orphaned_rooms)
    return orphaned_rooms


async def test_an_idle_room_is_looked_at_once_more_and_then_never(
    index: RoomIndex, clock: FakeClock, redis: Redis
) -> None:
    await rested(index, clock)
    before = await taken(index)
    clock.advance(ms=RESTS_MS + 1)
    (again,) = await index.take(1)
    await index.rest([again])

    assert (before, again.rested) == ([], True)
    assert await redis.keys("*") == []


async def test_a_room_that_people_enter_while_it_rests_is_kept(
    index: RoomIndex, clock: FakeClock
) -> None:
    await rested(index, clock)
    await index.watch([EVENT_ROOM])
    clock.advance(ms=CLAIM_MS)

    (orphan,) = await index.take(1)

    assert not orphan.rested


async def test_a_room_announced_between_its_sweep_and_the_removal_is_kept(
    index: RoomIndex, clock: FakeClock
) -> None:
    await rested(index, clock)
    clock.advance(ms=RESTS_MS + 1)
    orphaned_rooms = await index.take(1)
    await index.postpone([EVENT_ROOM])  # a node has people there since

    await index.rest(orphaned_rooms)
    clock.advance(ms=CLAIM_MS)

    assert await taken(index) == [EVENT_ROOM]


async def test_people_who_enter_between_the_first_idle_sweep_and_its_report_are_not_lost(
    index: RoomIndex, clock: FakeClock
) -> None:
    """They announced themselves before the room was taken: the report must not remove it."""
    await index.watch([EVENT_ROOM])
    clock.advance(ms=CLAIM_MS)
    orphaned_rooms = await index.take(1)

    await index.rest(orphaned_rooms)
    clock.advance(ms=RESTS_MS + 1)

    assert await taken(index) == [EVENT_ROOM]


@pytest.mark.parametrize("jump_ms", [60 * MINUTE_MS, -60 * MINUTE_MS])
async def test_strays_are_found_when_the_clock_of_the_store_jumps(
    index: RoomIndex, clock: FakeClock, jump_ms: int
) -> None:
    await index.watch(MANY)

    clock.advance(ms=jump_ms)

    assert sorted(await taken(index)) == sorted(MANY)
