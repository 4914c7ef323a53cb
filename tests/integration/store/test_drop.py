"""drop: the grace of people whose last connection on a node went."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Drop, Role
from tests.event_probe import Ear
from tests.room_fixture import GRACE_MS, LEASE_MS, REF, WAIT_GRACE_MS, RoomFixture


async def test_a_dropped_seat_is_kept_for_the_grace_to_the_millisecond(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)

    await hall.wait(GRACE_MS - 1)
    just_before = await hall.seated()
    await hall.wait(1)

    assert just_before == {"a"}
    assert await hall.seated() == set()


async def test_a_dropped_ticket_is_kept_for_the_wait_grace_to_the_millisecond(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=0)
    (a,) = await hall.hello("a")
    await hall.drop(a)

    await hall.wait(WAIT_GRACE_MS - 1)
    just_before = await hall.line()
    await hall.wait(1)

    assert just_before == ["a"]
    assert await hall.line() == []


async def test_a_dropped_presenter_is_kept_for_the_grace_to_the_millisecond(
    hall: RoomFixture,
) -> None:
    await hall.open()
    (p,) = await hall.hello("p", role=Role.PRESENTER)
    await hall.drop(p)

    await hall.wait(GRACE_MS - 1)
    just_before = (await hall.state()).presenters
    await hall.wait(1)

    assert (just_before, (await hall.state()).presenters) == (1, 0)


@pytest.mark.parametrize("seats", [0, 1])
async def test_a_draining_node_keeps_the_place_until_the_person_may_be_back(
    hall: RoomFixture, seats: int
) -> None:
    await hall.open(seats=seats)
    (a,) = await hall.hello("a")
    grace_ms = GRACE_MS if seats else WAIT_GRACE_MS

    await hall.rooms.drop(REF, [Drop("a", a.generation, after_ms=5_000)], NOTHING_SEEN)
    await hall.wait(5_000 + grace_ms - 1)
    just_before = set(await hall.holders())
    await hall.wait(1)

    assert just_before == {"a"}
    assert await hall.holders() == {}


async def test_a_live_tab_on_another_node_keeps_the_seat(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)

    news = await hall.renew([a])
    await hall.wait(LEASE_MS - 1)

    assert news == {}
    assert await hall.seated() == {"a"}


async def test_the_session_lives_on_in_the_other_tab(hall: RoomFixture) -> None:
    """After the renewal the person was never gone: the next hello joins the same session."""
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)
    await hall.renew([a])

    assert await hall.claim("a") == a.place


async def test_a_late_drop_of_an_old_session_does_nothing(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (old,) = await hall.hello("a")
    await hall.drop(old)
    (new,) = await hall.hello("a")

    await hall.drop(old)
    await hall.wait(GRACE_MS)

    assert await hall.seated() == {"a"}
    assert await hall.claim("a") == new.place


async def test_a_repeated_drop_does_not_prolong_the_grace(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)
    await hall.wait(GRACE_MS - 1)

    await hall.drop(a)
    await hall.wait(1)

    assert await hall.seated() == set()


async def test_a_drop_of_an_ended_epoch_touches_nobody_in_the_room_opened_anew(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    before = await hall.revision()
    await hall.rooms.close_room(REF)
    hall.clock.advance(ms=1)
    await hall.open(seats=1)
    (a,) = await hall.hello("a")

    answer = await hall.rooms.drop(REF, [a.drop], before)

    assert answer.outcome == "closed"
    assert await hall.claim("a") == a.place


async def test_a_drop_changes_nothing_that_others_see(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await ear.heard()

    await hall.drop(a)

    assert await ear.heard() == []


async def test_a_drop_sweeps_too(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)
    (b,) = await hall.hello("b")

    hall.clock.advance(ms=1)
    await hall.drop(b)

    assert await hall.seated() == {"b"}


async def test_a_drop_needs_an_open_room(hall: RoomFixture) -> None:
    never = await hall.rooms.drop(REF, [Drop("a", 1)], NOTHING_SEEN)
    await hall.open()
    await hall.rooms.close_room(REF)
    closed = await hall.rooms.drop(REF, [Drop("a", 1)], NOTHING_SEEN)

    assert (never.outcome, closed.outcome) == ("no_room", "closed")
