"""Whoever wants to know hears how long each call of a script took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.store.room_store import RoomStore
from tests.event_room import REF

if TYPE_CHECKING:
    from redis.asyncio import Redis


async def test_each_call_of_a_script_is_told_by_its_name(redis: Redis) -> None:
    told: list[tuple[str, float]] = []
    rooms = RoomStore(redis, observe=lambda name, seconds, _: told.append((name, seconds)))

    with pytest.raises(NotFound):
        await rooms.snapshot(REF)
    await rooms.sweep_room(REF)

    assert [name for name, _ in told] == ["snapshot", "sweep_room"]
    assert all(0 < seconds < 10 for _, seconds in told)
