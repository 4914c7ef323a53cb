"""A purchase is answered when a replica has it too, where there is one that keeps up."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import Unavailable
from fullhouse.store import durability
from tests.servers import find_store, required, short_directory
from tests.shop import Shop
from tests.store_servers import HOST, StoreServer
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.servers import StoreName


@asynccontextmanager
async def primary_and_replica(store: StoreName) -> AsyncIterator[tuple[Redis, StoreServer]]:
    """A client of a primary, and its replica, which is in sync."""
    program = required(find_store(store), f"{store}-server")
    options = ("--save", "", "--repl-diskless-sync-delay", "0")
    with short_directory() as directory:
        primary, replica = (StoreServer(program, directory, *options) for _ in range(2))
        try:
            await primary.answers()
            await replica.answers()
            async with patient_store(f"redis://{primary.address}") as redis:
                async with replica.client() as second:
                    await second.replicaof(HOST, str(primary.port))
                await wait_until(lambda: redis.wait(1, 100))
                yield redis, replica
        finally:
            primary.kill()
            replica.kill()


async def lag_of(redis: Redis) -> int:
    return int((await redis.info("replication"))["slave0"]["lag"])


async def test_a_purchase_waits_for_a_replica_that_keeps_up(
    store: StoreName, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durability, "WAIT_MS", 20)
    async with primary_and_replica(store) as (redis, replica):
        shop = Shop(redis, clock)
        await shop.open()
        replica.freeze()

        with pytest.raises(Unavailable, match="replica"):
            await shop.buy(shop.purchase())

        replica.thaw()
        monkeypatch.setattr(durability, "WAITS", 1000)
        applied = await shop.buy(shop.purchase())
        assert applied is not None
        assert applied.status == "applied"


async def test_a_replica_that_fell_silent_is_not_waited_for(
    store: StoreName, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a dead replica would stop all sales until the store gives it up, after a minute."""
    monkeypatch.setattr(durability, "LAG_S", 1)
    async with primary_and_replica(store) as (redis, replica):
        shop = Shop(redis, clock)
        await shop.open()
        replica.freeze()
        await wait_until(lambda: is_late(redis))

        applied = await asyncio.wait_for(shop.buy(shop.purchase()), 10)

        assert applied is not None
        assert applied.status == "applied"


async def is_late(redis: Redis) -> bool:
    return await lag_of(redis) > durability.LAG_S
