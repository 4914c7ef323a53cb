"""A room and an account on a real store, and an ear for the events of the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.event_probe import Ear, ear_on
from tests.event_room import REF, EventRoom
from tests.shop import Shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
def event_room(redis: Redis, clock: FakeClock) -> EventRoom:
    """The room `acme/hall`, not open yet."""
    return EventRoom(redis, clock)


@pytest.fixture
async def ear(redis: Redis) -> AsyncIterator[Ear]:
    async with ear_on(redis, REF.account) as ear:
        yield ear


@pytest.fixture
async def shop(redis: Redis, clock: FakeClock) -> Shop:
    """An account that buys, without a live room."""
    shop = Shop(redis, clock)
    await shop.open()
    return shop
