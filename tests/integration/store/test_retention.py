"""Retention: rooms that were closed long ago go by themselves, whoever's they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.service.business_clock import BusinessClock
from fullhouse.service.retention import ROOMS_AT_ONCE, RetentionService
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.account_store import AccountStore
from fullhouse.store.keys import DEFAULT_KEYS, part_of
from fullhouse.store.trail import TrailStore
from fullhouse.store.walk import PERIOD_MS, Walk
from tests.event_room import RULES, EventRoom
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from redis.asyncio import Redis

DAY_MS = 86_400_000
KEEP_DAYS = 90
KEEP_TRAIL_DAYS = 30
ACCOUNTS = ("acme", "umbrella", "initech")


def retention(redis: Redis, clock: FakeClock, node: FakeClock | None = None) -> RetentionService:
    store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms)
    walk = Walk(redis, DEFAULT_KEYS.retention_walk, instant=clock.now_ms)
    return RetentionService(
        EventRoom(redis, clock).closed,
        AccountIndex(redis),
        walk,
        store,
        BusinessClock(node or clock, store),
        trails=TrailStore(redis, instant=clock.now_ms),
        keep_days=KEEP_DAYS,
        keep_trail_days=KEEP_TRAIL_DAYS,
    )


async def closed(redis: Redis, clock: FakeClock, account: str, *rooms: str) -> EventRoom:
    """An account with these rooms, opened and closed now."""
    event_room = EventRoom(redis, clock, RoomRef(account, "hall"))
    await redis.sadd(DEFAULT_KEYS.index(part_of(account)), account)
    await event_room.has_account(seats=1)
    for room in rooms:
        ref = RoomRef(account, room)
        await event_room.rooms.open_room(ref, room, RULES)
        await event_room.rooms.close_room(ref)
    return event_room


async def test_old_rooms_go_and_younger_and_open_ones_stay(redis: Redis, clock: FakeClock) -> None:
    halls = [await closed(redis, clock, account, "old", "anew") for account in ACCOUNTS]
    clock.advance(ms=1)
    for event_room in halls:
        await event_room.rooms.open_room(RoomRef(event_room.ref.account, "anew"), "Anew", RULES)
        await event_room.rooms.close_room(RoomRef(event_room.ref.account, "anew"))
        await event_room.rooms.open_room(event_room.ref, "Hall", RULES)

    clock.advance(ms=KEEP_DAYS * DAY_MS - 2)
    await retention(redis, clock).step()
    just_before = [await event_room.closed_rooms() for event_room in halls]
    clock.advance(ms=1)
    await redis.delete(DEFAULT_KEYS.retention_walk)
    await retention(redis, clock).step()

    assert just_before == [["anew", "old"]] * 3
    assert [await event_room.closed_rooms() for event_room in halls] == [["anew"]] * 3
    assert [(await event_room.state()).status for event_room in halls] == ["open"] * 3


async def test_each_part_is_looked_at_again_after_a_while(redis: Redis, clock: FakeClock) -> None:
    event_room = await closed(redis, clock, "acme", "old")
    await retention(redis, clock).step()
    clock.advance(ms=KEEP_DAYS * DAY_MS)

    await retention(redis, clock).step()
    clock.advance(ms=PERIOD_MS)
    await retention(redis, clock).step()

    assert await event_room.closed_rooms() == []


async def test_an_account_with_more_old_rooms_than_are_read_at_once_is_cleared(
    redis: Redis, clock: FakeClock
) -> None:
    names = [f"r{n}" for n in range(ROOMS_AT_ONCE + 5)]
    event_room = await closed(redis, clock, "acme", *names)
    clock.advance(ms=KEEP_DAYS * DAY_MS)

    await retention(redis, clock).step()

    assert await event_room.closed_rooms() == []


async def test_rooms_that_an_earlier_version_closed_are_old_from_then_on(
    redis: Redis, clock: FakeClock
) -> None:
    event_room = await closed(redis, clock, "acme", "old")
    account = DEFAULT_KEYS.account("acme")
    await redis.delete(account.closed_rooms)
    await redis.sadd(account.closed_rooms_unsorted, "old")
    clock.advance(ms=KEEP_DAYS * DAY_MS)

    await retention(redis, clock).step()

    assert await event_room.closed_rooms() == []
    assert await redis.exists(account.closed_rooms_unsorted) == 0


@pytest.mark.parametrize("ahead", ["node", "store"])
async def test_nothing_is_deleted_while_the_clocks_disagree(
    redis: Redis, clock: FakeClock, ahead: str
) -> None:
    event_room = await closed(redis, clock, "acme", "young")
    node = FakeClock(clock.now_ms())
    (node if ahead == "node" else clock).advance(ms=2 * KEEP_DAYS * DAY_MS)

    await retention(redis, clock, node).step()

    assert await event_room.closed_rooms() == ["young"]
