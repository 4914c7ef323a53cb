"""snapshot: the present state of a room, without any effect."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Role
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, EventRoom


async def test_a_snapshot_is_what_the_last_event_said(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=2)
    (a,) = await event_room.hello("a")
    await event_room.hello("b", "c", "d")
    await event_room.hello("p", role=Role.PRESENTER)
    await event_room.leave(a)

    snapshot = await event_room.rooms.snapshot(REF)

    event = (await ear.heard())[-1]
    assert (snapshot.revision, snapshot.state) == (event.revision, event.state)
    state = snapshot.state
    assert (state.occupied, state.held, state.waiting, state.presenters) == (1, 1, 1, 1)


async def test_a_closed_room_still_has_its_record(event_room: EventRoom) -> None:
    await event_room.open()
    closed = await event_room.rooms.close_room(REF)

    assert await event_room.rooms.snapshot(REF) == closed


async def test_looking_changes_nothing_and_takes_no_time(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    before = await event_room.contents()

    event_room.clock.advance(ms=LEASE_MS)
    await event_room.rooms.snapshot(REF)

    assert await event_room.contents() == before


async def test_a_snapshot_needs_a_room(event_room: EventRoom) -> None:
    with pytest.raises(NotFound):
        await event_room.rooms.snapshot(REF)
