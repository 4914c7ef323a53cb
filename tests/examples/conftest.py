"""The HTTP face with an open room, for the examples to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.http.face import World, world_on

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
async def event_room(redis: Redis, clock: FakeClock) -> World:
    """The account `acme` with its open room `hall`, of two seats."""
    world = world_on(redis, clock)
    await world.has_account()
    await world.has_room(seats=2)
    return world
