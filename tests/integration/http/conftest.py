"""The HTTP face on an empty store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.http.face import World, world_on

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
def world(redis: Redis, clock: FakeClock) -> World:
    return world_on(redis, clock)


@pytest.fixture
async def event_room(world: World) -> World:
    """With the account `acme` and its open room `hall`, of 100 seats."""
    await world.has_account()
    await world.has_room()
    return world
