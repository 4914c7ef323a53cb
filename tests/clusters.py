"""A cluster of three masters, with or without replicas, and moves of its slots."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError

from fullhouse.store.cluster_slots import SLOTS, slot_of
from tests.servers import find_store, required, short_directory
from tests.store_servers import HOST, StoreServer, all_ended
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from redis.asyncio import Redis

    from tests.servers import StoreName

MASTERS = 3
NODE_TIMEOUT_MS = 1000
_OPTIONS = (
    *("--cluster-enabled", "yes", "--cluster-node-timeout", str(NODE_TIMEOUT_MS)),
    *("--save", "", "--appendonly", "yes", "--repl-diskless-sync-delay", "0"),
    *("--cluster-replica-validity-factor", "0", "--cluster-require-full-coverage", "no"),
)


class RunningCluster:
    """Servers of a cluster, the masters first."""

    def __init__(self, program: Path, directory: Path, *, replicas: bool) -> None:
        count = MASTERS * (2 if replicas else 1)
        self.servers = [StoreServer(program, directory, *_OPTIONS) for _ in range(count)]
        self.ids: dict[StoreServer, str] = {}

    @property
    def url(self) -> str:
        hosts = ",".join(server.address for server in self.servers[:MASTERS])
        return f"redis+cluster://{hosts}"

    async def start(self) -> None:
        """Returns when every server knows the owner of every slot, and each replica is in sync."""
        await asyncio.gather(*(server.answers() for server in self.servers))
        for server in self.servers:
            self.ids[server] = (await told(server, "CLUSTER", "MYID")).decode()
        for number, server in enumerate(self.servers):
            await told(server, "CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for number, server in enumerate(self.servers[:MASTERS]):
            first, last = number * SLOTS // MASTERS, (number + 1) * SLOTS // MASTERS - 1
            await told(server, "CLUSTER", "ADDSLOTSRANGE", first, last)
        for server in self.servers[1:]:
            await told(server, "CLUSTER", "MEET", HOST, self.servers[0].port)
        await wait_until(self._all_met)
        masters, replicas = self.servers[:MASTERS], self.servers[MASTERS:]
        for replica, master in zip(replicas, masters[: len(replicas)], strict=True):
            await told(replica, "CLUSTER", "REPLICATE", self.ids[master])
        await wait_until(self.is_whole)

    def with_id(self, id_: str) -> StoreServer:
        return next(server for server, known in self.ids.items() if known == id_)

    async def owner_of(self, key: str) -> StoreServer:
        """The master of the key, as the first server that runs sees it."""
        first = next(server for server in self.servers if server.is_running)
        slot = slot_of(key)
        for low, high, (_, port, *_rest), *_replicas in await told(first, "CLUSTER", "SLOTS"):
            if low <= slot <= high:
                return next(server for server in self.servers if server.port == port)
        raise AssertionError(f"nobody has slot {slot}")

    async def replica_of(self, master: StoreServer) -> StoreServer:
        """The replica that follows this master now."""
        lines = (await told(master, "CLUSTER", "REPLICAS", self.ids[master])).copy()
        return self.with_id(lines[0].decode().split()[0])

    async def start_move(self, key: str, source: StoreServer, target: StoreServer) -> None:
        """The slot of the key is on its way; no key has moved."""
        slot = slot_of(key)
        await told(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", self.ids[source])
        await told(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", self.ids[target])

    async def move_keys(self, key: str, source: StoreServer, target: StoreServer) -> int:
        """Move the keys of that slot. Returns how many there were."""
        keys = await told(source, "CLUSTER", "GETKEYSINSLOT", slot_of(key), 1000)
        for each in keys:
            await told(source, "MIGRATE", HOST, target.port, each, 0, 5000)
        return len(keys)

    async def end_move(self, key: str, source: StoreServer, target: StoreServer) -> None:
        """The slot of the key is the target's."""
        for server in (target, source):
            await told(server, "CLUSTER", "SETSLOT", slot_of(key), "NODE", self.ids[target])

    async def is_whole(self) -> bool:
        """Whether every server runs, and sees all slots served and its master in sync."""
        with suppress(RedisError, OSError):
            return all([await _is_up(server) for server in self.servers])
        return False

    async def _all_met(self) -> bool:
        counts = [await _known_nodes(server) for server in self.servers]
        return counts == [len(self.servers)] * len(self.servers)


async def told(server: StoreServer, *command: str | int | bytes) -> Any:  # noqa: ANN401  # its reply
    """The raw reply of a server to a command of its operator."""
    async with server.client() as redis:
        return await raw(redis, *command)


async def raw(redis: Redis, *command: str | int | bytes) -> Any:  # noqa: ANN401  # as above
    redis.response_callbacks.clear()
    return await redis.execute_command(*command)  # type: ignore[no-untyped-call]  # redis-py's


async def _known_nodes(server: StoreServer) -> int:
    return len((await told(server, "CLUSTER", "NODES")).splitlines())


async def _is_up(server: StoreServer) -> bool:
    state = (await told(server, "CLUSTER", "INFO")).decode()
    async with server.client() as redis:
        link = (await redis.info("replication")).get("master_link_status", "up")
    return "cluster_state:ok" in state and f"slots_assigned:{SLOTS}" in state and link == "up"


@asynccontextmanager
async def running_cluster(
    store: StoreName = "valkey", *, replicas: bool = False
) -> AsyncIterator[RunningCluster]:
    program = required(find_store(store), f"{store}-server")
    with short_directory() as directory:
        cluster = RunningCluster(program, directory, replicas=replicas)
        with all_ended(cluster):
            await cluster.start()
            yield cluster


@contextmanager
def shared_cluster() -> Iterator[str]:
    """The URL of a cluster of three masters, for tests that leave it whole."""
    with asyncio.Runner() as runner:
        starting = running_cluster()
        cluster = runner.run(starting.__aenter__())
        try:
            yield cluster.url
        finally:
            runner.run(starting.__aexit__(None, None, None))
