"""What the store tells of a room, heard as a node hears it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from fullhouse.domain.room_events import RoomEvent
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.masters import master_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

END = b"heard so far"


class Ear:
    """Hears the events of one account."""

    def __init__(self, redis: Redis, pubsub: PubSub, channel: str) -> None:
        self._redis = redis
        self._pubsub = pubsub
        self._channel = channel

    async def heard(self) -> list[RoomEvent]:
        """The events since the last call: a channel keeps order, so a mark ends them."""
        await self._redis.spublish(self._channel, END)
        events = []
        while (payload := await self._next()) != END:
            events.append(msgspec.json.decode(payload, type=RoomEvent))
        return events

    async def heard_one(self) -> RoomEvent:
        """The only event since the last call."""
        (event,) = await self.heard()
        return event

    async def _next(self) -> bytes:
        message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
        while message is None:
            message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
        payload: bytes = message["data"]
        return payload


@asynccontextmanager
async def ear_on(redis: Redis, account: str, keys: KeySpace = DEFAULT_KEYS) -> AsyncIterator[Ear]:
    """An ear that is sure to hear whatever comes from now on."""
    channel = keys.events_channel(account)
    async with master_of(redis, channel).pubsub() as pubsub:
        await pubsub.ssubscribe(channel)
        ear = Ear(redis, pubsub, channel)
        await ear.heard()
        yield ear
