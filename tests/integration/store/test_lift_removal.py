"""lift_removal: whoever was removed by mistake may come again."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound, RoomClosed
from tests.event_room import REF, EventRoom


async def test_whoever_was_removed_by_mistake_comes_in_again(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.hello("a")
    await event_room.rooms.remove_participant(REF, "a")

    await event_room.rooms.lift_removal(REF, "a")
    (again,) = await event_room.hello("a")

    assert again.place.kind == "seated"


async def test_everybody_else_who_was_removed_stays_so(event_room: EventRoom) -> None:
    await event_room.open()
    for name in ("a", "b"):
        await event_room.rooms.remove_participant(REF, name)

    await event_room.rooms.lift_removal(REF, "a")
    (other,) = await event_room.hello("b")

    assert other.place.kind == "removed"


async def test_it_may_be_asked_for_anybody_and_again(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.hello("a")
    before = await event_room.holders()

    for name in ("a", "nobody", "nobody"):
        await event_room.rooms.lift_removal(REF, name)

    assert await event_room.holders() == before


async def test_there_is_nothing_to_lift_where_no_room_is_open(event_room: EventRoom) -> None:
    with pytest.raises(NotFound):
        await event_room.rooms.lift_removal(REF, "a")
    await event_room.open()
    await event_room.rooms.close_room(REF)
    with pytest.raises(RoomClosed):
        await event_room.rooms.lift_removal(REF, "a")
