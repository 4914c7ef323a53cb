"""remove_participant: out, and refused until the room closes."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Place, Role
from tests.event_probe import Ear
from tests.room_fixture import LEASE_MS, REF, RoomFixture


async def test_whoever_is_removed_is_out_and_the_next_is_called(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")
    await ear.heard()

    await hall.rooms.remove_participant(REF, "a")

    event = await ear.heard_one()
    assert (event.cause, event.removed) == ("remove", (("a", a.generation),))
    assert (await hall.place("a")).kind == "none"
    assert (await hall.place("b")).called


@pytest.mark.parametrize("role", [Role.ATTENDEE, Role.PRESENTER, Role.HOST])
async def test_whoever_is_removed_is_refused_in_every_role(hall: RoomFixture, role: Role) -> None:
    await hall.open()
    await hall.rooms.remove_participant(REF, "a")

    (refused,) = await hall.hello("a", role=role)

    assert refused.place == Place("removed")
    assert await hall.holders() == {}


async def test_a_removed_person_waits_no_longer(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    await hall.hello("a", "b")

    await hall.rooms.remove_participant(REF, "a")

    assert await hall.line() == ["b"]


async def test_a_removed_presenter_makes_place_for_another(hall: RoomFixture) -> None:
    await hall.open(presenters=1)
    await hall.hello("p", role=Role.PRESENTER)

    await hall.rooms.remove_participant(REF, "p")
    (q,) = await hall.hello("q", role=Role.PRESENTER)

    assert q.place.kind == "presenting"


async def test_a_host_without_a_place_is_told_too(hall: RoomFixture, ear: Ear) -> None:
    await hall.open()
    await hall.hello("h", role=Role.HOST)
    await ear.heard()

    await hall.rooms.remove_participant(REF, "h")

    assert (await ear.heard_one()).removed == (("h", 0),)


async def test_a_removal_lasts_longer_than_a_leave(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.rooms.remove_participant(REF, "a")

    await hall.wait(3 * LEASE_MS)

    assert (await hall.renew([a]))["a"].kind == "removed"


async def test_a_removal_sweeps_too(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)

    hall.clock.advance(ms=1)
    await hall.rooms.remove_participant(REF, "b")

    assert await hall.seated() == set()


async def test_removing_needs_a_room(hall: RoomFixture) -> None:
    with pytest.raises(NotFound):
        await hall.rooms.remove_participant(REF, "a")
