"""Rooms in which nobody has been for long: closed, and opened anew for whoever comes."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role, RoomRef, RoomRules
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.store.idle_rooms import PAUSE_MS, IdleRooms
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, RULES, STEP_MS, EventRoom

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

FORGOTTEN_MS = 7_000_000
OTHER = RoomRef(REF.account, "studio")


@pytest.fixture
def idle(redis: Redis, clock: FakeClock) -> IdleRooms:
    return IdleRooms(redis, instant=clock.now_ms)


@pytest.fixture
def forgotten(event_room: EventRoom, idle: IdleRooms) -> ForgottenRooms:
    return ForgottenRooms(event_room.rooms, idle)


async def is_open(event_room: EventRoom) -> bool:
    return (await event_room.state()).status == "open"


async def closed_as_forgotten(event_room: EventRoom, **rules: int) -> None:
    """A room that was opened, and that nobody came to."""
    await event_room.open(forgotten_ms=FORGOTTEN_MS, **rules)
    event_room.clock.advance(ms=FORGOTTEN_MS)
    assert await event_room.rooms.close_forgotten(REF)


async def test_a_room_that_nobody_ever_entered_is_closed_to_the_millisecond(
    event_room: EventRoom, forgotten: ForgottenRooms, ear: Ear
) -> None:
    await event_room.open(forgotten_ms=FORGOTTEN_MS)
    await ear.heard()

    event_room.clock.advance(ms=FORGOTTEN_MS - 1)
    await forgotten.step()
    just_before = await is_open(event_room)
    event_room.clock.advance(ms=1)
    await forgotten.step()

    assert just_before
    state = (await ear.heard_one()).state
    assert (state.status, state.closed_reason) == ("closed", "forgotten")
    assert await event_room.redis.keys("fh:idle*") == []


async def test_an_account_may_open_another_room_in_place_of_a_forgotten_one(
    event_room: EventRoom, forgotten: ForgottenRooms
) -> None:
    await event_room.open(forgotten_ms=FORGOTTEN_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS)
    await forgotten.step()

    opened, _ = await event_room.rooms.open_room(OTHER, "Studio", RULES)

    assert opened


async def test_a_room_is_kept_as_long_as_it_was_opened_for(
    event_room: EventRoom, forgotten: ForgottenRooms
) -> None:
    await event_room.open(forgotten_ms=0)
    event_room.clock.advance(ms=1000 * FORGOTTEN_MS)

    await forgotten.step()

    assert await is_open(event_room)
    assert not (await event_room.sweep()).forgotten
    assert not await event_room.rooms.close_forgotten(REF)


@pytest.mark.parametrize("way", ["connected", "hello", "poll"])
async def test_a_host_who_has_no_place_is_somebody(event_room: EventRoom, way: str) -> None:
    """A dry run: the host is there alone, and no seat is taken."""
    await event_room.open(forgotten_ms=FORGOTTEN_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS - STEP_MS)

    match way:
        case "connected":
            await event_room.rooms.sweep_room(REF, attended=True)
        case "hello":
            await event_room.hello("h", role=Role.HOST)
        case _:
            await event_room.rooms.poll(REF, [Poll("h", Role.HOST)], lease_ms=LEASE_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS - 1)
    just_before = await event_room.sweep()
    event_room.clock.advance(ms=1)

    assert not just_before.forgotten
    assert (await event_room.sweep()).forgotten


async def test_a_room_that_is_entered_before_it_is_closed_stays_open(
    event_room: EventRoom,
) -> None:
    await event_room.open(forgotten_ms=FORGOTTEN_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS)
    found_forgotten = (await event_room.sweep()).forgotten
    await event_room.hello("a")

    assert found_forgotten
    assert not await event_room.rooms.close_forgotten(REF)
    assert await event_room.seated() == {"a"}


async def test_a_room_is_looked_at_again_when_its_last_visitor_has_been_gone_for_long(
    event_room: EventRoom, idle: IdleRooms, forgotten: ForgottenRooms
) -> None:
    await event_room.open(forgotten_ms=FORGOTTEN_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS - 1)
    await event_room.hello("h", role=Role.HOST)

    event_room.clock.advance(ms=1)
    await forgotten.step()
    event_room.clock.advance(ms=FORGOTTEN_MS - 2)
    before = await idle.take(9)
    event_room.clock.advance(ms=1)

    assert (before, await idle.take(9)) == ([], [REF])


async def test_a_room_with_people_inside_is_not_looked_at(
    event_room: EventRoom, idle: IdleRooms, forgotten: ForgottenRooms
) -> None:
    await event_room.open(forgotten_ms=FORGOTTEN_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS)
    await event_room.hello("a")

    await forgotten.step()
    event_room.clock.advance(ms=PAUSE_MS)

    assert await idle.take(9) == []


async def test_an_idle_room_is_taken_by_one_node_and_again_if_that_one_dies(
    idle: IdleRooms, clock: FakeClock
) -> None:
    await idle.note({REF: clock.now_ms()})

    shares = await asyncio.gather(*(idle.take(9) for _ in range(4)))
    clock.advance(ms=PAUSE_MS - 1)
    before = await idle.take(9)
    clock.advance(ms=1)

    assert sorted(shares) == [[], [], [], [REF]]
    assert (before, await idle.take(9)) == ([], [REF])


async def test_whoever_comes_to_a_forgotten_room_has_it_opened_anew(
    event_room: EventRoom, ear: Ear
) -> None:
    _, first = await event_room.open(seats=1, forgotten_ms=FORGOTTEN_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS)
    await event_room.rooms.close_forgotten(REF)
    await ear.heard()

    places = [guest.place.kind for guest in await event_room.hello("a", "b")]

    assert places == ["seated", "waiting"]
    revision = await event_room.revision()
    assert revision.epoch > first.revision.epoch
    assert [event.state.status for event in await ear.heard()] == ["open", "open"]
    assert await event_room.rooms.open_rooms(REF.account) == [REF]
    assert await event_room.closed_rooms() == []


async def test_a_poll_opens_a_forgotten_room_too(event_room: EventRoom) -> None:
    await closed_as_forgotten(event_room)

    polled = await event_room.rooms.poll(REF, [Poll("a", Role.ATTENDEE)], lease_ms=LEASE_MS)

    assert [place.kind for place in polled.places] == ["seated"]


async def test_a_forgotten_room_comes_back_as_the_platform_had_set_it(
    event_room: EventRoom,
) -> None:
    rules = {name: value + 1 for name, value in asdict(RULES).items() if name != "webhooks"}
    await event_room.has_account(seats=9)
    await event_room.rooms.open_room(REF, "Hall", replace(RULES, **rules, webhooks=",room.full,"))
    await event_room.set_seats(1)
    await event_room.rooms.remove_participant(REF, "x")
    await event_room.set_paused(paused=True)
    before = await event_room.redis.hgetall(f"fh:{{{REF.account}}}:room:{REF.room}:room")
    event_room.clock.advance(ms=rules["forgotten_ms"])
    assert await event_room.rooms.close_forgotten(REF)

    a, x = await event_room.hello("a", "x")

    state = await event_room.state()
    assert (state.title, state.capacity, state.paused) == ("Hall", 1, True)
    assert (a.place.kind, x.place.kind) == ("waiting", "removed")
    after = await event_room.redis.hgetall(f"fh:{{{REF.account}}}:room:{REF.room}:room")
    for field in fields(RoomRules):
        assert after[field.name.encode()] == before[field.name.encode()]


async def test_a_forgotten_room_is_not_open_yet_while_another_has_its_place(
    event_room: EventRoom,
) -> None:
    await closed_as_forgotten(event_room)
    await event_room.rooms.open_room(OTHER, "Studio", RULES)

    refused = await event_room.rooms.admit(REF, [Newcomer("a", Role.ATTENDEE)])
    await event_room.rooms.close_room(OTHER)

    assert refused.outcome == "no_room"
    assert (await event_room.claim("a")).kind == "seated"


async def test_the_end_that_the_platform_gives_a_forgotten_room_is_final(
    event_room: EventRoom,
) -> None:
    await closed_as_forgotten(event_room)

    snapshot = await event_room.rooms.close_room(REF)
    answer = await event_room.rooms.admit(REF, [Newcomer("a", Role.ATTENDEE)])

    assert (snapshot.state.status, snapshot.state.closed_reason) == ("closed", "closed")
    assert answer.outcome == "closed"


async def test_nobody_is_brought_from_the_forgotten_opening_into_the_next(
    event_room: EventRoom,
) -> None:
    """A node that slept through the end renews its people; the room has been opened anew."""
    await event_room.open(seats=1, forgotten_ms=FORGOTTEN_MS)
    (a,) = await event_room.hello("a")
    asleep = await event_room.revision()
    await event_room.wait(LEASE_MS)
    event_room.clock.advance(ms=FORGOTTEN_MS)
    await event_room.rooms.close_forgotten(REF)
    await event_room.hello("b")

    renewals = await event_room.rooms.renew(REF, [a.session], asleep, called_to=0)

    assert renewals.outcome == "closed"
    assert await event_room.seated() == {"b"}


async def test_hellos_that_come_together_open_it_once(event_room: EventRoom) -> None:
    await closed_as_forgotten(event_room)

    answers = await asyncio.gather(
        *(event_room.rooms.admit(REF, [Newcomer(name, Role.ATTENDEE)]) for name in "abcd")
    )

    kinds = sorted(place.kind for answer in answers for place in answer.places)
    assert kinds == ["seated", "seated", "waiting", "waiting"]
    assert len({answer.epoch for answer in answers}) == 1
    assert NOTHING_SEEN.epoch not in {answer.epoch for answer in answers}
