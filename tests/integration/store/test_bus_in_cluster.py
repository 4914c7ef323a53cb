"""One reader for each master, and subscriptions that follow their slots."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from fullhouse.store.bus import EventBus
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.connect import open_store
from fullhouse.store.keys import KeySpace
from fullhouse.store.masters import master_of, masters_of
from tests.clusters import running_cluster
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator

    from redis.asyncio import Redis

    from fullhouse.domain.room_events import RoomEvent
    from fullhouse.domain.rooms import RoomRef
    from tests.clusters import RunningCluster

KEYS = KeySpace(in_cluster=True)
ACCOUNTS = [f"account-{number}" for number in range(60)]


class Resumed:
    """Keeps which accounts had a new subscription, each time."""

    def __init__(self) -> None:
        self.times: list[set[str]] = []

    def hear(self, ref: RoomRef, event: RoomEvent) -> None: ...

    def resume(self, accounts: Collection[str]) -> None:
        self.times.append(set(accounts))

    def resumed(self) -> set[str]:
        return set().union(*self.times)


class Listening:
    """A bus that has subscribed to all accounts, on a cluster that it alone uses."""

    def __init__(self, cluster: RunningCluster, redis: Redis, subscriber: Redis) -> None:
        self.cluster = cluster
        self.redis = redis
        self.subscriber = subscriber
        self.bus = EventBus(subscriber, KEYS, "node")
        self.listener = Resumed()

    async def subscribed(self) -> dict[str, int]:
        """How many subscribers each account has at its master."""
        return {account: await self.subscribers(account) for account in ACCOUNTS}

    async def subscribers(self, account: str) -> int:
        channel = KEYS.events_channel(account)
        ((_, count),) = await master_of(self.redis, channel).pubsub_shardnumsub(channel)
        return int(count)

    def has_noticed(self, tag: str) -> bool:
        """Whether the map of the subscriptions has the owner that the other map has."""
        maps = [
            client.topology
            for client in (self.redis, self.subscriber)
            if isinstance(client, ClusterClient)
        ]
        return maps[0].owner(f"{{{tag}}}") == maps[1].owner(f"{{{tag}}}")

    async def move(self, key: str) -> None:
        """The slot of the key goes to another master."""
        source = await self.cluster.owner_of(key)
        target = next(server for server in self.cluster.servers if server is not source)
        await self.cluster.start_move(key, source, target)
        await self.cluster.move_keys(key, source, target)
        await self.cluster.end_move(key, source, target)
        assert isinstance(self.redis, ClusterClient)
        await wait_until(lambda: self.redis.exists(key))
        assert self.redis.topology.owner(key)[1] == target.port


@pytest.fixture(scope="module")
def running() -> Iterator[RunningCluster]:
    with asyncio.Runner() as runner:
        starting = running_cluster()
        yield runner.run(starting.__aenter__())
        runner.run(starting.__aexit__(None, None, None))


@pytest.fixture
async def listening(running: RunningCluster) -> AsyncIterator[Listening]:
    async with patient_store(running.url) as redis, bus_on(running, redis) as listening:
        yield listening


@asynccontextmanager
async def bus_on(running: RunningCluster, redis: Redis) -> AsyncIterator[Listening]:
    async with open_store(running.url, retries=0) as subscriber:
        listening = Listening(running, redis, subscriber)
        task = asyncio.create_task(listening.bus.listen(listening.listener))
        await wait_until(lambda: len(listening.listener.times) == 3)
        await asyncio.gather(*map(listening.bus.subscribe, ACCOUNTS))
        listening.listener.times.clear()
        yield listening
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_each_account_is_heard_once_at_its_master(listening: Listening) -> None:
    assert await listening.subscribed() == dict.fromkeys(ACCOUNTS, 1)

    await listening.bus.probe()

    assert listening.bus.is_receiving
    assert listening.bus.silent_masters == []


async def test_after_all_connections_were_lost_every_account_is_heard_and_compared(
    listening: Listening,
) -> None:
    for master in masters_of(listening.redis):
        await master.client_kill_filter(_type="pubsub")

    await wait_until(lambda: listening.listener.resumed() == set(ACCOUNTS))
    assert await listening.subscribed() == dict.fromkeys(ACCOUNTS, 1)


async def test_of_a_moved_slot_only_its_accounts_are_compared(listening: Listening) -> None:
    moved = ACCOUNTS[7]
    await listening.redis.set(f"{{{moved}}}", "kept")

    await listening.move(f"{{{moved}}}")

    await wait_until(lambda: listening.listener.resumed() == {moved})
    assert await listening.subscribers(moved) == 1


async def test_a_canary_whose_slot_has_moved_is_replaced(listening: Listening) -> None:
    assert isinstance(listening.redis, ClusterClient)
    tag = next(iter(listening.redis.topology.tags.values()))
    await listening.redis.set(f"{{{tag}}}", "kept")
    await listening.move(f"{{{tag}}}")
    await wait_until(lambda: listening.has_noticed(tag))

    await listening.bus.probe()

    assert listening.bus.is_receiving
    assert listening.bus.silent_masters == []
    assert listening.listener.resumed() == set()


async def test_an_account_that_is_new_after_a_move_is_heard_at_once(listening: Listening) -> None:
    """The map of the node is old: the former master names the new one."""
    late = "account-late"
    await listening.redis.set(f"{{{late}}}", "kept")
    await listening.move(f"{{{late}}}")

    await listening.bus.subscribe(late)

    assert await listening.subscribers(late) == 1


async def test_who_leaves_an_account_is_not_subscribed_any_more(listening: Listening) -> None:
    await listening.bus.unsubscribe(ACCOUNTS[0])

    async def is_gone() -> bool:
        return await listening.subscribers(ACCOUNTS[0]) == 0

    await wait_until(is_gone)
