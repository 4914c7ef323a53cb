"""A connection that goes under a call is the store's absence, not a bug of ours."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
import uvloop
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.faults import closed_sockets, store_faults

# What uvloop says of a write to a transport that was closed a moment ago.
CLOSED = "unable to perform operation on <UnixTransport closed=True>; the handler is closed"


def test_a_socket_closed_under_a_call_is_a_lost_connection() -> None:
    with pytest.raises(RedisConnectionError), closed_sockets():
        raise RuntimeError(CLOSED)


def test_a_socket_closed_under_a_call_makes_the_store_unavailable() -> None:
    with pytest.raises(StoreUnavailable), store_faults():
        raise RuntimeError(CLOSED)


def test_a_connection_dropped_under_a_call_makes_the_store_unavailable() -> None:
    """What redis-py says where another task has closed the connection that it is about to use."""
    with pytest.raises(StoreUnavailable), store_faults():
        raise AttributeError("'NoneType' object has no attribute 'writelines'")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("MISCONF Errors writing to the AOF file: No space left on device", StoreRefusal.DISK),
        ("NOREPLICAS Not enough good replicas to write.", StoreRefusal.NO_REPLICAS),
        ("ACL failure in script: No permissions for 'x'", StoreRefusal.NOT_PERMITTED),
        ("OOM command not allowed when used memory > 'maxmemory'.", StoreRefusal.FULL),
    ],
)
@pytest.mark.parametrize("is_piped", [False, True])
def test_a_refusal_is_known_by_its_words_in_a_pipeline_too(
    words: str, refusal: StoreRefusal, *, is_piped: bool
) -> None:
    said = f"Command # 1 (SADD fh:accounts:3 (a)) of pipeline caused error: {(words,)}"

    with pytest.raises(StoreUnavailable) as unavailable, store_faults():
        raise ResponseError(said if is_piped else words)

    assert unavailable.value.refusal is refusal
    assert unavailable.value.reason == words


def test_any_other_attribute_error_is_a_bug() -> None:
    with pytest.raises(AttributeError, match="seats"), store_faults():
        raise AttributeError("'NoneType' object has no attribute 'seats'")


def test_any_other_runtime_error_is_a_bug() -> None:
    with pytest.raises(RuntimeError, match="set changed size"), store_faults():
        raise RuntimeError("set changed size during iteration")


def test_uvloop_still_says_it_in_those_words(redis_url: str) -> None:
    async def write_on_a_closed_socket() -> None:
        _, writer = await asyncio.open_unix_connection(urlsplit(redis_url).path)
        writer.close()
        await writer.wait_closed()
        with closed_sockets():
            writer.writelines([b"PING\r\n"])

    with pytest.raises(RedisConnectionError):
        uvloop.run(write_on_a_closed_socket())
