"""Connections to the master that Sentinels name at the moment of connecting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from redis.asyncio import BlockingConnectionPool, Sentinel
from redis.asyncio.sentinel import MasterNotFoundError, SentinelConnectionPool
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from redis.asyncio import Redis

NO_MASTER = "no Sentinel names a master"
_WANTS_LOGIN = ("HELLO must be called with", "Authentication required", "NOAUTH", "WRONGPASS")


class Sentinels(Sentinel):
    """Sentinels whose failure to name a master says why, in words for the operator."""

    def __init__(self, servers: Sequence[tuple[str, int]], options: Mapping[str, Any]) -> None:
        super().__init__(servers, sentinel_kwargs=options)  # type: ignore[no-untyped-call]  # redis-py's

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Host and port of the master that the first Sentinel with an answer names.

        Raises:
            MasterNotFoundError: no Sentinel names a master that is up.
        """
        failures = []
        for sentinel in tuple(self.sentinels):
            try:
                master = await self._master(sentinel, service_name)
            except (RedisError, OSError) as error:
                failures.append(f"{_address_of(sentinel)}: {_reason(error)}")
                continue
            # The next connection first asks the Sentinel that has just answered.
            self.sentinels.remove(sentinel)
            self.sentinels.insert(0, sentinel)
            return master
        raise MasterNotFoundError(f"{NO_MASTER} ({'; '.join(failures)})")

    async def _master(self, sentinel: Redis, service_name: str) -> tuple[str, int]:
        masters = cast("dict[str, dict[str, Any]]", await sentinel.sentinel_masters())
        state = masters.get(service_name)
        if state is None:
            raise MasterNotFoundError(f"{service_name!r} is none of its services")
        if not self.check_master_state(state, service_name):
            raise MasterNotFoundError(f"the master of {service_name!r} is down")
        return str(state["ip"]), int(state["port"])


class SentinelPool(SentinelConnectionPool):
    """Connections to the present master."""

    async def has_moved(self) -> bool:
        """Whether the Sentinels now name another master than that of the connections.

        For some ten seconds after a failover by command, the former master still takes writes,
        which are lost when it becomes a replica. False if no Sentinel answers.
        """
        with suppress(RedisError, OSError):
            master = await self.sentinel_manager.discover_master(self.service_name)
            return self.master_address not in (None, master)
        return False

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


class BlockingSentinelPool(SentinelPool, BlockingConnectionPool):
    """As `SentinelPool`, with few connections, for which calls wait."""


def _reason(error: Exception) -> str:
    if any(words in str(error) for words in _WANTS_LOGIN):
        return f"{error}: give the password of the Sentinels as the option sentinel_password"
    return str(error).removesuffix(".")


def _address_of(sentinel: Redis) -> str:
    options = sentinel.connection_pool.connection_kwargs
    return f"{options['host']}:{options['port']}"
