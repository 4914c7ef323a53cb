"""A primary, its replica, and Sentinels that promote the replica when the primary is gone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from tests.servers import find_store, required, short_directory
from tests.store_servers import HOST, StoreServer, all_ended
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers import StoreName

SERVICE = "seats"
PASSWORD = "store-password"
SENTINEL_PASSWORD = "sentinel-password"
DOWN_AFTER_MS = 500

_SENTINELS = f"""
sentinel monitor {SERVICE} {HOST} {{port}} 2
sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MS}
sentinel failover-timeout {SERVICE} 3000
sentinel auth-pass {SERVICE} {PASSWORD}
requirepass {SENTINEL_PASSWORD}
sentinel sentinel-pass {SENTINEL_PASSWORD}
"""


class SentinelGroup:
    """Two stores and three Sentinels, with a password for each kind."""

    def __init__(self, program: Path, directory: Path) -> None:
        self._program = program
        self._directory = directory
        login = ("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--save", "")
        durable = ("--appendonly", "yes", "--repl-diskless-sync-delay", "0")
        self.stores = [
            StoreServer(program, directory, *login, *durable, login=f":{PASSWORD}@")
            for _ in range(2)
        ]
        self.sentinels: list[StoreServer] = []

    @property
    def servers(self) -> list[StoreServer]:
        return self.stores + self.sentinels

    @property
    def url(self) -> str:
        hosts = ",".join(sentinel.address for sentinel in self.sentinels)
        login = f":{PASSWORD}@"
        return f"redis+sentinel://{login}{hosts}/{SERVICE}?sentinel_password={SENTINEL_PASSWORD}"

    async def start(self) -> None:
        """Returns when the Sentinels know each other and the replica."""
        primary, replica = self.stores
        await asyncio.gather(*(store.answers() for store in self.stores))
        async with replica.client() as redis:
            await redis.replicaof(HOST, str(primary.port))
        for number in range(3):
            file = self._directory / f"sentinel-{number}.conf"
            file.write_text(_SENTINELS.format(port=primary.port))
            sentinel = StoreServer(
                self._program,
                self._directory,
                str(file),
                "--sentinel",
                login=f":{SENTINEL_PASSWORD}@",
            )
            self.sentinels.append(sentinel)
        await asyncio.gather(*(sentinel.answers() for sentinel in self.sentinels))
        await wait_until(self._is_whole)

    async def primary(self) -> StoreServer:
        """The store that the first Sentinel takes for the primary."""
        async with self.sentinels[0].client() as redis:
            address = await redis.sentinel_get_master_addr_by_name(SERVICE)
        _, port = cast("tuple[str, int]", address)
        return next(store for store in self.stores if store.port == int(port))

    async def fail_over(self) -> None:
        """The operator's command: the replica takes over while the primary still answers."""
        async with self.sentinels[0].client() as redis:
            await redis.execute_command("SENTINEL", "FAILOVER", SERVICE)  # type: ignore[no-untyped-call]  # redis-py

    async def cut_replication(self) -> None:
        """The replica hears nothing more of the primary, and cannot connect again."""
        primary = await self.primary()
        (replica,) = [store for store in self.stores if store is not primary]
        async with replica.client() as redis:
            await redis.config_set("masterauth", "wrong")
        async with primary.client() as redis:
            await redis.client_kill_filter(_type="replica")

    async def mend(self) -> None:
        """Whatever was killed runs again, and the Sentinels see it."""
        for server in self.servers:
            if not server.is_running:
                server.start()
        await wait_until(self._is_whole)

    async def _is_whole(self) -> bool:
        seen = await asyncio.gather(*map(_sees_all, self.sentinels))
        return all(seen)


async def _sees_all(sentinel: StoreServer) -> bool:
    async with sentinel.client() as redis:
        state = (await redis.sentinel_masters())[SERVICE]  # type: ignore[call-overload]  # redis-py
        replicas = await redis.sentinel_slaves(SERVICE)
    others = state["num-other-sentinels"] == 2
    is_up = [
        not (replica["is_sdown"] or replica["is_disconnected"])
        and replica["master-link-status"] == "ok"
        for replica in replicas
    ]
    return others and not state["is_sdown"] and is_up == [True]


@asynccontextmanager
async def running_sentinels(store: StoreName = "redis") -> AsyncIterator[SentinelGroup]:
    program = required(find_store(store), f"{store}-server")
    with short_directory() as directory:
        group = SentinelGroup(program, directory)
        with all_ended(group):
            await group.start()
            yield group
