"""The connections that a URL of the store configures: to one server, or to a Sentinel's master."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis.asyncio import BlockingConnectionPool, ConnectionPool
from redis.asyncio.connection import Connection, parse_url
from redis.asyncio.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection

from fullhouse.domain.store_addresses import names_several_servers, parse_address
from fullhouse.store.connections import gated, gated_of_cluster
from fullhouse.store.sentinels import BlockingSentinelPool, SentinelPool, Sentinels
from fullhouse.store.store_url import SENTINEL_LOGIN, checked_options, named_options

if TYPE_CHECKING:
    from fullhouse.domain.store_addresses import StoreAddress
    from fullhouse.store.cluster_slots import Address
    from fullhouse.store.connections import OnError

OF_SENTINELS = ("retry", "maint_notifications_config", "client_name")
"""Options of this server that also hold for connections to Sentinels, besides sockets and TLS."""


def pool_of(url: str, **given: Any) -> ConnectionPool:  # noqa: ANN401  # redis-py's
    """The connection pool for the store. Opens no connection yet.

    With the option `max_connections`, a call waits for a free connection until its deadline. The
    usual pool of the client would refuse the call at once. Without the option there are up to 100
    connections.

    Args:
        url: The URL of one server, or of Sentinels.
        given: Options of each connection, with the names of redis-py.

    Raises:
        InvalidOption: the URL has an option that is unknown or wrong.
    """
    checked_options(url)
    with named_options():
        if names_several_servers(url):
            pool = _pool_of_sentinels(parse_address(url), given)
        else:
            pool = _pool_of_one({**given, **parse_url(url)})
        pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py's; it takes the options
    return pool


def pool_in_cluster(
    address: StoreAddress,
    server: Address,
    on_error: OnError,
    **given: Any,  # noqa: ANN401  # redis-py's
) -> ConnectionPool:
    """The connection pool for one server of a cluster. Opens no connection yet."""
    options = {**given, **parse_url(address.url_of(*server))}
    options.update(gated_of_cluster(on_error, is_tls=address.is_tls))
    return _pool_with(options)


def _pool_of_one(options: dict[str, Any]) -> ConnectionPool:
    options.update(gated(options.get("connection_class", Connection)))
    return _pool_with(options)


def _pool_with(options: dict[str, Any]) -> ConnectionPool:
    if "max_connections" not in options:
        return ConnectionPool(**options)
    return BlockingConnectionPool(**options, timeout=options["socket_timeout"])


def _pool_of_sentinels(address: StoreAddress, given: dict[str, Any]) -> ConnectionPool:
    options = {**given, **parse_url(address.url_of(*address.servers[0]))}
    for name in ("host", "port", "connection_class"):
        options.pop(name, None)
    login = {name: options.pop(name) for name in SENTINEL_LOGIN if name in options}
    manager = Sentinels(address.servers, _for_sentinels(address, options, login))
    class_ = SentinelManagedSSLConnection if address.is_tls else SentinelManagedConnection
    options.update(gated(class_))
    if "max_connections" not in options:
        return SentinelPool(address.service, manager, **options)  # type: ignore[no-untyped-call]  # redis-py's
    options["timeout"] = options["socket_timeout"]
    return BlockingSentinelPool(address.service, manager, **options)  # type: ignore[no-untyped-call]  # as above


def _for_sentinels(
    address: StoreAddress, options: dict[str, Any], login: dict[str, Any]
) -> dict[str, Any]:
    """The options of connections to Sentinels, which have users and passwords of their own."""
    shared = {
        name: value
        for name, value in options.items()
        if name in OF_SENTINELS or name.startswith(("socket_", "ssl_"))
    }
    own = {name.removeprefix("sentinel_"): value for name, value in login.items()}
    return {**shared, **own, "ssl": address.is_tls}
