"""remove_participant: out, and refused until the room closes."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Place, Role
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, EventRoom


async def test_whoever_is_removed_is_out_and_the_next_is_called(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await ear.heard()

    await event_room.rooms.remove_participant(REF, "a")

    event = await ear.heard_one()
    assert (event.cause, event.removed) == ("remove", (("a", a.generation),))
    assert (await event_room.place("a")).kind == "none"
    assert (await event_room.place("b")).called


@pytest.mark.parametrize("role", [Role.ATTENDEE, Role.PRESENTER, Role.HOST])
async def test_whoever_is_removed_is_refused_in_every_role(
    event_room: EventRoom, role: Role
) -> None:
    await event_room.open()
    await event_room.rooms.remove_participant(REF, "a")

    (refused,) = await event_room.hello("a", role=role)

    assert refused.place == Place("removed")
    assert await event_room.holders() == {}


async def test_a_removed_person_waits_no_longer(event_room: EventRoom) -> None:
    await event_room.open(seats=0)
    await event_room.hello("a", "b")

    await event_room.rooms.remove_participant(REF, "a")

    assert await event_room.line() == ["b"]


async def test_a_removed_presenter_makes_place_for_another(event_room: EventRoom) -> None:
    await event_room.open(presenters=1)
    await event_room.hello("p", role=Role.PRESENTER)

    await event_room.rooms.remove_participant(REF, "p")
    (q,) = await event_room.hello("q", role=Role.PRESENTER)

    assert q.place.kind == "presenting"


async def test_a_host_without_a_place_is_told_too(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open()
    await event_room.hello("h", role=Role.HOST)
    await ear.heard()

    await event_room.rooms.remove_participant(REF, "h")

    assert (await ear.heard_one()).removed == (("h", 0),)


async def test_a_removal_lasts_longer_than_a_leave(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.rooms.remove_participant(REF, "a")

    await event_room.wait(3 * LEASE_MS)

    assert (await event_room.renew([a]))["a"].kind == "removed"


async def test_a_removal_sweeps_too(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    await event_room.rooms.remove_participant(REF, "b")

    assert await event_room.seated() == set()


async def test_removing_needs_a_room(event_room: EventRoom) -> None:
    with pytest.raises(NotFound):
        await event_room.rooms.remove_participant(REF, "a")
