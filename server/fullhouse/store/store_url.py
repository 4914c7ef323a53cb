"""The options in the store's URL, and the connection pool that they configure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import BlockingConnectionPool, ConnectionPool
from redis.exceptions import RedisError

FEWEST_CONNECTIONS = 2  # for each of a node's two clients: one always waits for events

_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_TLS = (
    *_TLS_FILES,
    "ssl_ca_path",
    "ssl_password",
    "ssl_cert_reqs",
    "ssl_check_hostname",
    "ssl_min_version",
    "ssl_ciphers",
)
_ANY = (
    "db",
    "username",
    "password",
    "client_name",
    "max_connections",
    "health_check_interval",
    "socket_timeout",
    "socket_connect_timeout",
    "socket_keepalive",
)

_unknown_option_in = re.compile(r"unexpected keyword argument '(\w+)'").search


class InvalidOption(ValueError):
    """An option of the URL is unknown or wrong. The text never quotes the URL."""


def options_of(url: str) -> Mapping[str, str]:
    """The options of the URL, which follow the question mark."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def pool_of(url: str, **given: Any) -> ConnectionPool:  # noqa: ANN401  # redis-py's
    """The connection pool for the store. Opens no connection yet.

    With the option `max_connections`, a call waits for a free connection until its deadline. The
    usual pool of the client would refuse the call at once. Without the option there are up to 100
    connections.

    Args:
        url: The URL of the store.
        given: Options of each connection, with the names of redis-py.

    Raises:
        InvalidOption: the URL has an option that is unknown or wrong.
    """
    options = options_of(url)
    _check(options, is_tls=url.startswith("rediss:"))
    try:
        pool = _pool(url, options, given)
        pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py's; it takes the options
    except (TypeError, ValueError, RedisError) as error:
        unknown = _unknown_option_in(str(error))
        raise InvalidOption(_not_taken(unknown[1]) if unknown else str(error)) from error
    return pool


def _pool(url: str, options: Mapping[str, str], given: Mapping[str, Any]) -> ConnectionPool:
    if "max_connections" not in options:
        return ConnectionPool.from_url(url, **given)
    return BlockingConnectionPool.from_url(url, **given, timeout=given["socket_timeout"])


def _check(options: Mapping[str, str], *, is_tls: bool) -> None:
    """Refuse options that the client accepts, but that break it or this server later."""
    for name in options:
        if name in _TLS and not is_tls:
            raise InvalidOption(f"the option {name!r} is for TLS: begin with rediss://")
        if name not in _TLS and name not in _ANY:
            raise InvalidOption(_not_taken(name))
    for name in _TLS_FILES:
        # The client reports a missing file as an unreachable store, and the start would wait.
        if name in options and not Path(options[name]).is_file():
            raise InvalidOption(f"{name}: there is no file {options[name]}")
    most = options.get("max_connections", "")
    if most.isdigit() and int(most) < FEWEST_CONNECTIONS:
        raise InvalidOption(
            f"max_connections: must be at least {FEWEST_CONNECTIONS}, since one connection waits "
            "for events; leave it out for up to 100"
        )


def _not_taken(name: str) -> str:
    nearest = get_close_matches(name, (*_ANY, *_TLS), n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else f"; known are {', '.join(_ANY)}"
    return f"the option {name!r} is unknown{hint}"
