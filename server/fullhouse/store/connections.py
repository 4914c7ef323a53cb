"""Connections to the store, of which few are opened at the same time.

After an outage every waiting call needs a new connection. Hundreds of them at once, of all nodes,
would keep a store that has just come back busy with handshakes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection
from redis.driver_info import DriverInfo
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.tls import SharedTls

OnError = Callable[[tuple[str, int], Exception], None]
"""Called with the address of a server and an error of a connection to it."""

OPENED_AT_ONCE = 8  # of one client to one server
_DRIVER = DriverInfo()  # redis-py would look up its own version for each connection, 5 ms each


class _Gated(AbstractConnection):
    """Waits for its turn before it connects, no longer than connecting may take.

    Args:
        gate: Shared by all connections of a pool.
        options: Of the connection, with the names of redis-py.
    """

    def __init__(self, *, gate: asyncio.Semaphore, **options: Any) -> None:  # noqa: ANN401  # redis-py's
        super().__init__(**{"driver_info": _DRIVER, **options})
        self._gate = gate

    async def connect(self) -> None:
        if self.is_connected:
            return
        try:
            async with asyncio.timeout(self.socket_connect_timeout):
                await self._gate.acquire()
        except TimeoutError as error:
            raise RedisTimeoutError("too many connections are being opened") from error
        try:
            await super().connect()  # type: ignore[no-untyped-call]  # redis-py's
        finally:
            self._gate.release()


class _OfCluster(_Gated):
    """Tells the map of the cluster each error, which may mean that the map is out of date.

    Args:
        on_error: Called with each error.
        options: Of the connection, with the names of redis-py.
    """

    host: str
    port: int

    def __init__(
        self,
        *,
        on_error: OnError,
        **options: Any,  # noqa: ANN401  # redis-py's
    ) -> None:
        super().__init__(**options)
        self._on_error = on_error

    async def connect(self) -> None:
        try:
            await super().connect()
        except RedisError as error:
            self._on_error((self.host, self.port), error)
            raise

    async def read_response(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as above
        try:
            return await super().read_response(*args, **options)
        except RedisError as error:
            self._on_error((self.host, self.port), error)
            raise


class _GatedTcp(_Gated, Connection): ...


class _GatedTls(_Gated, SharedTls): ...


class _GatedSocket(_Gated, UnixDomainSocketConnection): ...


class _GatedBySentinel(_Gated, SentinelManagedConnection): ...


class _GatedTlsBySentinel(_Gated, SharedTls, SentinelManagedSSLConnection): ...


class _TcpOfCluster(_OfCluster, Connection): ...


class _TlsOfCluster(_OfCluster, SharedTls): ...


_GATED: dict[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: _GatedTcp,
    SSLConnection: _GatedTls,
    UnixDomainSocketConnection: _GatedSocket,
    SentinelManagedConnection: _GatedBySentinel,
    SentinelManagedSSLConnection: _GatedTlsBySentinel,
}


def gated(connection_class: type[AbstractConnection]) -> dict[str, Any]:
    """The options that make a pool open few of its connections at the same time."""
    return {
        "connection_class": _GATED[connection_class],
        "gate": asyncio.Semaphore(OPENED_AT_ONCE),
    }


def gated_of_cluster(on_error: OnError, *, is_tls: bool) -> dict[str, Any]:
    """As `gated`, for connections to a server of a cluster."""
    return {
        "connection_class": _TlsOfCluster if is_tls else _TcpOfCluster,
        "gate": asyncio.Semaphore(OPENED_AT_ONCE),
        "on_error": on_error,
    }
