"""open_room: a room as its account's plan allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import NotFound, ParallelEventsExceeded
from fullhouse.domain.rooms import RoomRef, RoomState
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.keys import RoomKeys
from tests.event_probe import Ear
from tests.fakes import FakeClock
from tests.room_fixture import REF, RULES, RoomFixture

if TYPE_CHECKING:
    from redis.asyncio import Redis

OTHER = RoomRef(REF.account, "studio")


async def test_an_opened_room_is_empty_and_as_large_as_the_plan(
    hall: RoomFixture, ear: Ear
) -> None:
    opened, snapshot = await hall.open(seats=50, presenters=3)

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
        last_ticket=hall.clock.now_ms() - 1,
        lease_ms=RULES.lease_ms,
        grace_ms=RULES.grace_ms,
        wait_grace_ms=RULES.wait_grace_ms,
        claim_ms=RULES.claim_ms,
    )
    event = await ear.heard_one()
    assert (event.cause, event.state) == ("open", snapshot.state)
    assert event.revision == snapshot.revision


async def test_the_first_epoch_is_the_instant_of_the_opening(hall: RoomFixture) -> None:
    _, snapshot = await hall.open()

    assert snapshot.revision.epoch == hall.clock.now_ms()
    assert snapshot.revision.rev == 1


async def test_without_an_instant_given_the_stores_own_clock_counts(redis: Redis) -> None:
    """One clock for all nodes, however wrong theirs may be."""
    hall = RoomFixture(redis, FakeClock(0))
    before, _ = await redis.time()

    _, snapshot = await hall.open()

    after, _ = await redis.time()
    assert before * 1_000 <= snapshot.revision.epoch < (after + 1) * 1_000


async def test_a_room_opened_finds_nobody_left_over(hall: RoomFixture) -> None:
    """Even where a store that evicts keys has thrown away the record and kept the people."""
    await hall.open(seats=1)
    await hall.hello("a", "b")
    await hall.rooms.remove_participant(REF, "c")
    await hall.redis.delete(RoomKeys(REF).room, AccountKeys(REF.account).live_rooms)

    await hall.open(seats=1)

    assert await hall.holders() == {}
    assert (await hall.claim("c")).kind == "seated"


async def test_opening_an_open_room_only_replaces_the_title(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    before = await hall.state()
    await ear.heard()

    opened, snapshot = await hall.rooms.open_room(REF, "Great hall", RULES)

    assert not opened
    assert snapshot.state.title == "Great hall"
    assert snapshot.state.capacity == before.capacity
    assert await hall.claim("a") == a.place
    assert (await ear.heard_one()).state.title == "Great hall"


async def test_a_room_opened_anew_begins_a_later_epoch_with_nobody_inside(
    hall: RoomFixture,
) -> None:
    """Even when the wall clock stands still between close and open."""
    _, first = await hall.open(seats=1)
    await hall.hello("a", "b")
    await hall.rooms.remove_participant(REF, "c")
    await hall.set_seats(0)
    await hall.set_paused(paused=True)
    await hall.rooms.close_room(REF)

    opened, second = await hall.open(seats=1)

    assert opened
    assert second.revision.epoch == first.revision.epoch + 1
    assert second.state.capacity == 1
    assert not second.state.paused
    assert not second.state.limited
    assert await hall.holders() == {}
    assert (await hall.claim("c")).kind == "seated"


async def test_a_room_opened_anew_keeps_nothing_of_the_last_notice(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    notice = (await hall.state()).notice
    assert notice is not None
    await hall.rooms.dismiss_notice(REF, notice.id, rest=True)
    await hall.rooms.close_room(REF)

    await hall.open(seats=1)
    before = (await hall.state()).notice
    await hall.hello("a")

    assert before is None
    assert (await hall.state()).notice is not None


async def test_the_settings_of_the_opening_hold_until_the_room_closes(hall: RoomFixture) -> None:
    await hall.open(seats=1, lease_ms=10_000)

    await hall.rooms.open_room(REF, "Hall", RULES)
    await hall.hello("a")

    assert (await hall.state()).lease_ms == 10_000
    assert (await hall.holders())["a"].ends_in_ms == 10_000


async def test_a_second_room_needs_a_parallel_event(hall: RoomFixture) -> None:
    await hall.open()

    with pytest.raises(ParallelEventsExceeded) as refused:
        await hall.rooms.open_room(OTHER, "Studio", RULES)

    assert refused.value.live == 1
    assert await hall.rooms.open_rooms(REF.account) == [REF]


async def test_an_account_runs_as_many_rooms_as_it_has_parallel_events(hall: RoomFixture) -> None:
    await hall.has_account(seats=1, parallel_events=1)

    await hall.rooms.open_room(REF, "Hall", RULES)
    await hall.rooms.open_room(OTHER, "Studio", RULES)

    assert await hall.rooms.open_rooms(REF.account) == [REF, OTHER]
    with pytest.raises(ParallelEventsExceeded):
        await hall.rooms.open_room(RoomRef(REF.account, "third"), "Third", RULES)


async def test_a_closed_room_makes_place_for_another(hall: RoomFixture) -> None:
    await hall.open()
    await hall.rooms.close_room(REF)

    opened, _ = await hall.rooms.open_room(OTHER, "Studio", RULES)

    assert opened
    assert await hall.rooms.open_rooms(REF.account) == [OTHER]
    assert await hall.closed_rooms() == [REF.room]


async def test_a_room_opened_anew_is_no_longer_listed_as_closed(hall: RoomFixture) -> None:
    await hall.open()
    await hall.rooms.close_room(REF)

    await hall.open()

    assert await hall.closed_rooms() == []


async def test_a_room_needs_an_account(hall: RoomFixture) -> None:
    with pytest.raises(NotFound) as refused:
        await hall.rooms.open_room(REF, "Hall", RULES)

    assert (refused.value.kind, refused.value.id) == ("account", "acme")


async def test_rooms_of_two_accounts_may_share_a_name(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    namesake = RoomFixture(hall.redis, hall.clock, RoomRef("umbrella", REF.room))

    await namesake.open(seats=1)

    assert (await namesake.claim("a")).kind == "seated"
    assert (await hall.state()).occupied == 1
