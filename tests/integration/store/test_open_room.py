"""open_room: a room as its account's plan allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.account_limits import AccountLimits
from fullhouse.domain.errors import LimitReached, NotFound, ParallelEventsExceeded
from fullhouse.domain.rooms import RoomRef, RoomState
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.room_store import RoomStore
from tests.event_probe import Ear
from tests.event_room import REF, RULES, EventRoom
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from redis.asyncio import Redis

OTHER = RoomRef(REF.account, "studio")


async def test_an_opened_room_is_empty_and_as_large_as_the_plan(
    event_room: EventRoom, ear: Ear
) -> None:
    opened, snapshot = await event_room.open(seats=50, presenters=3)

    assert opened
    assert snapshot.state == RoomState(
        title="Hall",
        status="open",
        plan="live-50",
        paused=False,
        refilling=False,
        limited=False,
        capacity=50,
        occupied=0,
        held=0,
        waiting=0,
        presenter_capacity=3,
        presenters=0,
        level="ok",
        joins_per_min=0,
        freed=0,
        observed_s=0,
        called_to=0,
        last_ticket=event_room.clock.now_ms() - 1,
        lease_ms=RULES.lease_ms,
        grace_ms=RULES.grace_ms,
        wait_grace_ms=RULES.wait_grace_ms,
        claim_ms=RULES.claim_ms,
    )
    event = await ear.heard_one()
    assert (event.cause, event.state) == ("open", snapshot.state)
    assert event.revision == snapshot.revision


async def test_an_account_that_keeps_too_many_closed_rooms_opens_only_their_names(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    rooms = RoomStore(
        event_room.redis, instant=event_room.clock.now_ms, limits=AccountLimits(closed_rooms=1)
    )
    await rooms.close_room(REF)

    with pytest.raises(LimitReached) as refusal:
        await rooms.open_room(OTHER, "Studio", RULES)
    assert refusal.value.limit == "account_closed_rooms"
    assert "DELETE" in str(refusal.value)
    assert (await rooms.open_room(REF, "Hall", RULES))[0]

    await rooms.close_room(REF)
    await event_room.closed.delete(REF)
    assert (await rooms.open_room(OTHER, "Studio", RULES))[0]


async def test_the_first_epoch_is_the_instant_of_the_opening(event_room: EventRoom) -> None:
    _, snapshot = await event_room.open()

    assert snapshot.revision.epoch == event_room.clock.now_ms()
    assert snapshot.revision.rev == 1


async def test_without_an_instant_given_the_stores_own_clock_counts(redis: Redis) -> None:
    """One clock for all nodes, however wrong theirs may be."""
    event_room = EventRoom(redis, FakeClock(0))
    before, _ = await redis.time()

    _, snapshot = await event_room.open()

    after, _ = await redis.time()
    assert before * 1_000 <= snapshot.revision.epoch < (after + 1) * 1_000


async def test_a_room_opened_finds_nobody_left_over(event_room: EventRoom) -> None:
    """Even where a store that evicts keys has thrown away the record and kept the people."""
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    await event_room.rooms.remove_participant(REF, "c")
    await event_room.redis.delete(RoomKeys(REF).room, AccountKeys(REF.account).live_rooms)

    await event_room.open(seats=1)

    assert await event_room.holders() == {}
    assert (await event_room.claim("c")).kind == "seated"


async def test_opening_an_open_room_only_replaces_the_title(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    before = await event_room.state()
    await ear.heard()

    opened, snapshot = await event_room.rooms.open_room(REF, "Great hall", RULES)

    assert not opened
    assert snapshot.state.title == "Great hall"
    assert snapshot.state.capacity == before.capacity
    assert await event_room.claim("a") == a.place
    assert (await ear.heard_one()).state.title == "Great hall"


async def test_a_room_opened_anew_begins_a_later_epoch_with_nobody_inside(
    event_room: EventRoom,
) -> None:
    """Even when the wall clock stands still between close and open."""
    _, first = await event_room.open(seats=1)
    await event_room.hello("a", "b")
    await event_room.rooms.remove_participant(REF, "c")
    await event_room.set_seats(0)
    await event_room.set_paused(paused=True)
    await event_room.rooms.close_room(REF)

    opened, second = await event_room.open(seats=1)

    assert opened
    assert second.revision.epoch == first.revision.epoch + 1
    assert second.state.capacity == 1
    assert not second.state.paused
    assert not second.state.limited
    assert await event_room.holders() == {}
    assert (await event_room.claim("c")).kind == "seated"


async def test_a_room_opened_anew_keeps_nothing_of_the_last_notice(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    notice = (await event_room.state()).notice
    assert notice is not None
    await event_room.rooms.dismiss_notice(REF, notice.id, rest=True)
    await event_room.rooms.close_room(REF)

    await event_room.open(seats=1)
    before = (await event_room.state()).notice
    await event_room.hello("a")

    assert before is None
    assert (await event_room.state()).notice is not None


async def test_the_settings_of_the_opening_hold_until_the_room_closes(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1, lease_ms=10_000)

    await event_room.rooms.open_room(REF, "Hall", RULES)
    await event_room.hello("a")

    assert (await event_room.state()).lease_ms == 10_000
    assert (await event_room.holders())["a"].ends_in_ms == 10_000


async def test_a_second_room_needs_a_parallel_event(event_room: EventRoom) -> None:
    await event_room.open()

    with pytest.raises(ParallelEventsExceeded) as refused:
        await event_room.rooms.open_room(OTHER, "Studio", RULES)

    assert refused.value.live == 1
    assert await event_room.rooms.open_rooms(REF.account) == [REF]


async def test_an_account_runs_as_many_rooms_as_it_has_parallel_events(
    event_room: EventRoom,
) -> None:
    await event_room.has_account(seats=1, parallel_events=1)

    await event_room.rooms.open_room(REF, "Hall", RULES)
    await event_room.rooms.open_room(OTHER, "Studio", RULES)

    assert await event_room.rooms.open_rooms(REF.account) == [REF, OTHER]
    with pytest.raises(ParallelEventsExceeded):
        await event_room.rooms.open_room(RoomRef(REF.account, "third"), "Third", RULES)


async def test_a_closed_room_makes_place_for_another(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.rooms.close_room(REF)

    opened, _ = await event_room.rooms.open_room(OTHER, "Studio", RULES)

    assert opened
    assert await event_room.rooms.open_rooms(REF.account) == [OTHER]
    assert await event_room.closed_rooms() == [REF.room]


async def test_a_room_opened_anew_is_no_longer_listed_as_closed(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.rooms.close_room(REF)

    await event_room.open()

    assert await event_room.closed_rooms() == []


async def test_a_room_needs_an_account(event_room: EventRoom) -> None:
    with pytest.raises(NotFound) as refused:
        await event_room.rooms.open_room(REF, "Hall", RULES)

    assert (refused.value.kind, refused.value.id) == ("account", "acme")


async def test_rooms_of_two_accounts_may_share_a_name(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    namesake = EventRoom(event_room.redis, event_room.clock, RoomRef("umbrella", REF.room))

    await namesake.open(seats=1)

    assert (await namesake.claim("a")).kind == "seated"
    assert (await event_room.state()).occupied == 1
