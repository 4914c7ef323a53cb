"""A host removes people who have a place, and nobody else."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Role
from fullhouse.store.waiting_people import WaitingPeople
from tests.event_probe import Ear
from tests.event_room import REF, EventRoom


@pytest.mark.parametrize(
    ("name", "role"), [("a", "attendee"), ("b", "attendee"), ("p", "presenter")]
)
async def test_the_person_is_sent_out_and_refused(
    event_room: EventRoom, ear: Ear, name: str, role: str
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    await event_room.hello("p", role=Role.PRESENTER)
    await ear.heard()

    await WaitingPeople(event_room.redis).remove_present(REF, name)
    await WaitingPeople(event_room.redis).remove_present(REF, name)

    (event,) = await ear.heard()
    assert [gone.participant for gone in event.removed] == [name]
    (back,) = await event_room.hello(name, role=Role(role))
    assert back.place.kind == "removed"


async def test_a_person_without_a_place_cannot_be_removed(event_room: EventRoom) -> None:
    """A host has no place: no host removes another one, or locks out somebody not there."""
    await event_room.open(seats=1)
    await event_room.hello("hera", role=Role.HOST)

    for name in ("hera", "nobody"):
        with pytest.raises(NotFound, match="participant"):
            await WaitingPeople(event_room.redis).remove_present(REF, name)
        assert not await event_room.rooms.is_removed(REF, name)
