"""Closed rooms: listed in pages, deleted by wish or by age, and what is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Revision, RoomRef
from fullhouse.store.closed_rooms import EPOCH_KEPT_MS, ClosedRooms
from fullhouse.store.keys import DEFAULT_KEYS, part_of
from tests.event_room import REF, RULES, EventRoom

if TYPE_CHECKING:
    from redis.asyncio import Redis

PART = part_of(REF.account)
HOUR_MS = 3_600_000


async def close_many(event_room: EventRoom, *names: str, apart_ms: int = 1) -> list[int]:
    """Open and close a room of each name, one after the other. Returns when each was closed."""
    await event_room.has_account(seats=1)
    await event_room.redis.sadd(DEFAULT_KEYS.index(PART), REF.account)
    times = []
    for name in names:
        ref = RoomRef(REF.account, name)
        await event_room.rooms.open_room(ref, name, RULES)
        event_room.clock.advance(ms=apart_ms)
        await event_room.rooms.close_room(ref)
        times.append(event_room.clock.now_ms())
    return times


async def pages(closed: ClosedRooms, count: int) -> list[list[str]]:
    """The whole list, page by page."""
    seen: list[list[str]] = []
    after: tuple[int, str] | None = None
    while rows := await closed.page(REF.account, after=after, count=count):
        seen.append([ref.room for ref, _ in rows])
        last, ms = rows[-1]
        after = (ms, last.room)
    return seen


async def keys_of(redis: Redis) -> set[str]:
    return {key.decode() for key in cast("list[bytes]", await redis.keys())}


async def test_closed_rooms_come_newest_first_in_pages(event_room: EventRoom) -> None:
    times = await close_many(event_room, "a", "b", "c", "d", "e")

    rows = await event_room.closed.page(REF.account, after=None, count=9)

    assert [(ref.room, ms) for ref, ms in rows] == [*zip("edcba", reversed(times), strict=True)]
    assert await pages(event_room.closed, 2) == [["e", "d"], ["c", "b"], ["a"]]


async def test_rooms_that_were_closed_in_the_same_moment_are_on_one_page_each(
    event_room: EventRoom,
) -> None:
    await close_many(event_room, "a", "b", "c", "d", "e", apart_ms=0)

    assert await pages(event_room.closed, 2) == [["e", "d"], ["c", "b"], ["a"]]


async def test_a_page_goes_on_where_its_last_room_stood_if_that_has_gone(
    event_room: EventRoom,
) -> None:
    times = await close_many(event_room, "a", "b", "c")
    await event_room.closed.delete(RoomRef(REF.account, "b"))

    rows = await event_room.closed.page(REF.account, after=(times[1], "b"), count=9)

    assert [ref.room for ref, _ in rows] == ["a"]


async def test_what_an_earlier_version_has_closed_is_listed_and_deleted_too(
    event_room: EventRoom,
) -> None:
    times = await close_many(event_room, "a", "b")
    account = DEFAULT_KEYS.account(REF.account)
    await event_room.redis.delete(account.closed_rooms)
    await event_room.redis.sadd(account.closed_rooms_unsorted, "a", "b", "lost")

    rows = await event_room.closed.page(REF.account, after=None, count=9)

    assert [(ref.room, ms) for ref, ms in rows] == [("b", times[1]), ("a", times[0])]
    assert await event_room.redis.exists(account.closed_rooms_unsorted) == 0


async def test_a_deleted_room_is_gone_with_everything_but_its_last_epoch(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    await event_room.rooms.remove_participant(REF, "b")
    await event_room.report_members(
        seen=Revision((await event_room.revision()).epoch, 999)
    )  # a refill: an epoch more
    await event_room.rooms.close_room(REF)

    outcomes = [await event_room.closed.delete(REF) for _ in range(2)]

    assert outcomes == ["deleted", "no_room"]
    assert set(await event_room.contents_names()) == {"account", "deleted_epoch", "people"}
    with pytest.raises(NotFound):
        await event_room.rooms.snapshot(REF)


async def test_the_names_of_removed_people_go_with_a_forgotten_room(event_room: EventRoom) -> None:
    await event_room.open(forgotten_ms=HOUR_MS)
    await event_room.rooms.remove_participant(REF, "b")
    event_room.clock.advance(ms=HOUR_MS)
    assert await event_room.rooms.close_forgotten(REF)

    await event_room.closed.delete(REF)

    assert set(await event_room.contents_names()) == {"account", "deleted_epoch", "people"}


async def test_an_open_room_is_not_deleted(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.hello("a")

    assert await event_room.closed.delete(REF) == "open"
    assert await event_room.seated() == {"a"}


async def test_a_room_that_is_opened_again_goes_on_above_its_deleted_epoch(
    event_room: EventRoom,
) -> None:
    """Though the store's clock was set back meanwhile; and what slept through it stays away."""
    _, first = await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    asleep = await event_room.revision()
    await event_room.rooms.close_room(REF)
    await event_room.closed.delete(REF)
    event_room.clock.advance(ms=-HOUR_MS)

    _, second = await event_room.open(seats=1)
    renewals = await event_room.rooms.renew(REF, [a.session], asleep, called_to=0)

    assert second.revision.epoch > first.revision.epoch
    assert renewals.outcome == "closed"
    assert await event_room.seated() == set()


async def test_another_deleted_room_does_not_lower_what_is_remembered(
    event_room: EventRoom,
) -> None:
    await close_many(event_room, "late")
    event_room.clock.advance(ms=-HOUR_MS)
    await close_many(event_room, "early")
    late = (await event_room.rooms.snapshot(RoomRef(REF.account, "late"))).revision
    for name in ("late", "early"):
        await event_room.closed.delete(RoomRef(REF.account, name))

    _, opened = await event_room.rooms.open_room(RoomRef(REF.account, "late"), "Late", RULES)

    assert opened.revision.epoch > late.epoch


async def test_what_is_left_of_deleted_rooms_is_one_number_and_expires(
    event_room: EventRoom,
) -> None:
    await close_many(event_room, "a", "b", "c")
    for name in "abc":
        await event_room.closed.delete(RoomRef(REF.account, name))

    key = DEFAULT_KEYS.account(REF.account).deleted_epoch
    assert await keys_of(event_room.redis) - {
        DEFAULT_KEYS.index(PART),
        DEFAULT_KEYS.idle_rooms.of("any"),
    } == {
        DEFAULT_KEYS.account(REF.account).record,
        DEFAULT_KEYS.account(REF.account).trail("people"),
        key,
    }
    assert 0 < await event_room.redis.pttl(key) <= EPOCH_KEPT_MS


async def test_rooms_are_found_by_the_time_of_their_end(event_room: EventRoom) -> None:
    times = await close_many(event_room, "a", "b", "c")

    found = await event_room.closed.closed_by(PART, times[1], 9)
    first = await event_room.closed.closed_by(PART, times[1], 1)

    assert [ref.room for ref in found] == ["a", "b"]
    assert [ref.room for ref in first] == ["a"]
    assert await event_room.closed.closed_by((PART + 1) % 64, times[2], 9) == []


async def test_a_room_that_was_closed_later_is_kept(event_room: EventRoom) -> None:
    """It was opened anew and closed again since somebody found it old."""
    (first,) = await close_many(event_room, "a")
    (second,) = await close_many(event_room, "a")

    kept = await event_room.closed.delete(RoomRef(REF.account, "a"), closed_by_ms=first)

    assert kept == "kept"
    assert (
        await event_room.closed.delete(RoomRef(REF.account, "a"), closed_by_ms=second) == "deleted"
    )


async def test_an_entry_of_a_room_that_is_open_goes_when_it_is_met(event_room: EventRoom) -> None:
    """A node of an earlier version has opened the room anew and left the entry."""
    await close_many(event_room, "a")
    (entry,) = await event_room.closed.page(REF.account, after=None, count=1)
    await event_room.rooms.open_room(RoomRef(REF.account, "a"), "A", RULES)
    key = DEFAULT_KEYS.account(REF.account).closed_rooms
    await event_room.redis.zadd(key, {"a": entry[1]})

    assert (
        await event_room.closed.delete(RoomRef(REF.account, "a"), closed_by_ms=entry[1]) == "open"
    )
    assert await event_room.redis.exists(key) == 0
