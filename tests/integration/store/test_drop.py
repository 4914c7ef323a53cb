"""drop: the grace of people whose last connection on a node went."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Drop, Role
from tests.event_probe import Ear
from tests.event_room import GRACE_MS, LEASE_MS, REF, WAIT_GRACE_MS, EventRoom


async def test_a_dropped_seat_is_kept_for_the_grace_to_the_millisecond(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    await event_room.wait(GRACE_MS - 1)
    just_before = await event_room.seated()
    await event_room.wait(1)

    assert just_before == {"a"}
    assert await event_room.seated() == set()


async def test_a_dropped_ticket_is_kept_for_the_wait_grace_to_the_millisecond(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=0)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    await event_room.wait(WAIT_GRACE_MS - 1)
    just_before = await event_room.line()
    await event_room.wait(1)

    assert just_before == ["a"]
    assert await event_room.line() == []


async def test_a_dropped_presenter_is_kept_for_the_grace_to_the_millisecond(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    (p,) = await event_room.hello("p", role=Role.PRESENTER)
    await event_room.drop(p)

    await event_room.wait(GRACE_MS - 1)
    just_before = (await event_room.state()).presenters
    await event_room.wait(1)

    assert (just_before, (await event_room.state()).presenters) == (1, 0)


@pytest.mark.parametrize("seats", [0, 1])
async def test_a_draining_node_keeps_the_place_until_the_person_may_be_back(
    event_room: EventRoom, seats: int
) -> None:
    await event_room.open(seats=seats)
    (a,) = await event_room.hello("a")
    grace_ms = GRACE_MS if seats else WAIT_GRACE_MS

    await event_room.rooms.drop(REF, [Drop("a", a.generation, after_ms=5_000)], NOTHING_SEEN)
    await event_room.wait(5_000 + grace_ms - 1)
    just_before = set(await event_room.holders())
    await event_room.wait(1)

    assert just_before == {"a"}
    assert await event_room.holders() == {}


async def test_a_live_tab_on_another_node_keeps_the_seat(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    news = await event_room.renew([a])
    await event_room.wait(LEASE_MS - 1)

    assert news == {}
    assert await event_room.seated() == {"a"}


async def test_the_session_lives_on_in_the_other_tab(event_room: EventRoom) -> None:
    """After the renewal the person was never gone: the next hello joins the same session."""
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)
    await event_room.renew([a])

    assert await event_room.claim("a") == a.place


async def test_a_late_drop_of_an_old_session_does_nothing(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (old,) = await event_room.hello("a")
    await event_room.drop(old)
    (new,) = await event_room.hello("a")

    await event_room.drop(old)
    await event_room.wait(GRACE_MS)

    assert await event_room.seated() == {"a"}
    assert await event_room.claim("a") == new.place


async def test_a_repeated_drop_does_not_prolong_the_grace(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)
    await event_room.wait(GRACE_MS - 1)

    await event_room.drop(a)
    await event_room.wait(1)

    assert await event_room.seated() == set()


async def test_a_drop_of_an_ended_epoch_touches_nobody_in_the_room_opened_anew(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    before = await event_room.revision()
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=1)
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")

    answer = await event_room.rooms.drop(REF, [a.drop], before)

    assert answer.outcome == "closed"
    assert await event_room.claim("a") == a.place


async def test_a_drop_changes_nothing_that_others_see(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await ear.heard()

    await event_room.drop(a)

    assert await ear.heard() == []


async def test_a_drop_sweeps_too(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)
    (b,) = await event_room.hello("b")

    event_room.clock.advance(ms=1)
    await event_room.drop(b)

    assert await event_room.seated() == {"b"}


async def test_a_drop_needs_an_open_room(event_room: EventRoom) -> None:
    never = await event_room.rooms.drop(REF, [Drop("a", 1)], NOTHING_SEEN)
    await event_room.open()
    await event_room.rooms.close_room(REF)
    closed = await event_room.rooms.drop(REF, [Drop("a", 1)], NOTHING_SEEN)

    assert (never.outcome, closed.outcome) == ("no_room", "closed")
