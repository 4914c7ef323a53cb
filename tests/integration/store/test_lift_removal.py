"""lift_removal: whoever was removed by mistake may come again."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound, RoomClosed
from tests.room_fixture import REF, RoomFixture


async def test_whoever_was_removed_by_mistake_comes_in_again(hall: RoomFixture) -> None:
    await hall.open()
    await hall.hello("a")
    await hall.rooms.remove_participant(REF, "a")

    await hall.rooms.lift_removal(REF, "a")
    (again,) = await hall.hello("a")

    assert again.place.kind == "seated"


async def test_everybody_else_who_was_removed_stays_so(hall: RoomFixture) -> None:
    await hall.open()
    for name in ("a", "b"):
        await hall.rooms.remove_participant(REF, name)

    await hall.rooms.lift_removal(REF, "a")
    (other,) = await hall.hello("b")

    assert other.place.kind == "removed"


async def test_it_may_be_asked_for_anybody_and_again(hall: RoomFixture) -> None:
    await hall.open()
    await hall.hello("a")
    before = await hall.holders()

    for name in ("a", "nobody", "nobody"):
        await hall.rooms.lift_removal(REF, name)

    assert await hall.holders() == before


async def test_there_is_nothing_to_lift_where_no_room_is_open(hall: RoomFixture) -> None:
    with pytest.raises(NotFound):
        await hall.rooms.lift_removal(REF, "a")
    await hall.open()
    await hall.rooms.close_room(REF)
    with pytest.raises(RoomClosed):
        await hall.rooms.lift_removal(REF, "a")
