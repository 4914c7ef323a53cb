"""Connecting anew takes no connection away from a call that is under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.connect import open_store
from fullhouse.store.watch import Reconnection
from tests.waiting import PATIENCE_S, wait_until

if TYPE_CHECKING:
    from redis.asyncio import Redis


async def blocked(redis: Redis) -> list[str]:
    """The ids of connections whose call waits in the store."""
    clients = await redis.client_list()
    return [client["id"] for client in clients if client["cmd"] == "blpop"]


async def test_a_call_under_way_keeps_its_connection_and_the_next_has_a_new_one(
    redis: Redis, redis_url: str
) -> None:
    async with open_store(redis_url, retries=0, deadline_s=PATIENCE_S) as client:
        before = await client.client_id()
        call = asyncio.ensure_future(client.blpop(["list"], 0))
        await wait_until(lambda: blocked(redis))
        (waiting,) = await blocked(redis)

        await Reconnection((client,), (), lambda: 0.0).step(StoreRefusal.READ_ONLY)

        assert await blocked(redis) == [waiting] == [str(before)]
        await redis.rpush("list", "value")
        assert tuple(await call or ()) == (b"list", b"value")
        assert await client.client_id() != before


async def test_a_connection_at_rest_is_made_anew(redis_url: str) -> None:
    async with open_store(redis_url) as client:
        before = await client.client_id()

        await Reconnection((client,), (), lambda: 0.0).step(StoreRefusal.READ_ONLY)

        assert await client.client_id() != before


async def test_a_subscription_is_made_anew_although_it_is_always_in_use(redis_url: str) -> None:
    async with open_store(redis_url) as client, client.pubsub() as pubsub:
        await pubsub.ssubscribe("channel")
        connection = pubsub.connection
        assert connection is not None

        await Reconnection((), (client,), lambda: 0.0).step(StoreRefusal.READ_ONLY)

        assert not connection.is_connected
