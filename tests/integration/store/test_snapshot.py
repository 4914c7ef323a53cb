"""snapshot: the present state of a room, without any effect."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Role
from tests.event_probe import Ear
from tests.room_fixture import LEASE_MS, REF, RoomFixture


async def test_a_snapshot_is_what_the_last_event_said(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=2)
    (a,) = await hall.hello("a")
    await hall.hello("b", "c", "d")
    await hall.hello("p", role=Role.PRESENTER)
    await hall.leave(a)

    snapshot = await hall.rooms.snapshot(REF)

    event = (await ear.heard())[-1]
    assert (snapshot.revision, snapshot.state) == (event.revision, event.state)
    state = snapshot.state
    assert (state.occupied, state.held, state.waiting, state.presenters) == (1, 1, 1, 1)


async def test_a_closed_room_still_has_its_record(hall: RoomFixture) -> None:
    await hall.open()
    closed = await hall.rooms.close_room(REF)

    assert await hall.rooms.snapshot(REF) == closed


async def test_looking_changes_nothing_and_takes_no_time(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a", "b")
    before = await hall.contents()

    hall.clock.advance(ms=LEASE_MS)
    await hall.rooms.snapshot(REF)

    assert await hall.contents() == before


async def test_a_snapshot_needs_a_room(hall: RoomFixture) -> None:
    with pytest.raises(NotFound):
        await hall.rooms.snapshot(REF)
