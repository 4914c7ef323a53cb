"""Which answers of Redis mean "not now": they become `StoreUnavailable`, all others are bugs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from server.domain.errors import StoreUnavailable

_NOT_NOW = (
    "OOM",
    "READONLY",
    "NOREPLICAS",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "TRYAGAIN",
    "LOADING",
    "BUSY",
    "MISCONF",
)


@contextmanager
def closed_sockets() -> Iterator[None]:
    """Raises the client's `ConnectionError` in place of what uvloop raises on a closed socket.

    A write to a transport that was closed a moment ago is a `RuntimeError` there, which redis-py
    does not take for a lost connection.
    """
    try:
        yield
    except RuntimeError as error:
        if "handler is closed" not in str(error):
            raise
        raise RedisConnectionError("the connection was closed under the call") from error


@contextmanager
def store_faults() -> Iterator[None]:
    """Raises `StoreUnavailable` in place of what Redis raises when it cannot serve now."""
    try:
        with closed_sockets():
            yield
    except (RedisConnectionError, RedisTimeoutError) as error:
        raise StoreUnavailable from error
    except ResponseError as error:
        # redis-py strips the code of some errors into a class, scripts keep it in the text.
        if type(error) is not ResponseError or str(error).startswith(_NOT_NOW):
            raise StoreUnavailable from error
        raise
