from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.connect import (
    DEADLINE_S,
    FLOORS,
    InvalidStoreUrl,
    StoreOutOfReach,
    StoreTooOld,
    check_store,
    open_store,
)
from tests.servers import find_store, free_port, required, running_store, short_directory
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from redis.asyncio import Redis

    from tests.servers import StoreName


@pytest.fixture
def own_store(store: StoreName) -> Iterator[str]:
    """A store that this test may stop, kill or misconfigure."""
    program = required(find_store(store), f"{store}-server")
    with (
        short_directory() as directory,
        running_store(program, directory) as url,
    ):
        yield url


@asynccontextmanager
async def frozen(redis: Redis) -> AsyncIterator[None]:
    info: dict[str, Any] = await redis.info("server")
    os.kill(info["process_id"], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(info["process_id"], signal.SIGCONT)


async def test_a_sound_store_says_what_it_is(redis: Redis, store: StoreName) -> None:
    facts = await check_store(redis)

    assert facts.product.lower() == store
    assert facts.version >= (7, 0)
    assert not facts.evicts


async def test_a_store_that_may_lose_keys_is_warned_about_loudly(
    own_store: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(own_store) as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")

        facts = await check_store(redis)

    assert facts.evicts
    line = next(line for line in caplog.records if line.message == "store.evicts")
    assert line.levelno == logging.WARNING
    assert "noeviction" in vars(line)["remedy"]


async def test_a_store_below_the_floor_is_refused_in_one_line(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for product in FLOORS:
        monkeypatch.setitem(FLOORS, product, (99, 0))

    with pytest.raises(StoreTooOld) as refused:
        await check_store(redis)

    line = str(refused.value)
    assert re.fullmatch(
        r"The store is \w+ [\d.]+; Fullhouse needs Redis 99.0 or Valkey 99.0.", line
    )


async def test_a_store_that_is_not_there_is_told_in_one_line() -> None:
    async with open_store(f"redis://127.0.0.1:{free_port()}") as redis:
        with pytest.raises(StoreOutOfReach, match=r"^The store cannot be reached: [^\n]*$"):
            await check_store(redis)


async def test_a_call_that_meets_its_deadline_is_not_repeated(own_store: str) -> None:
    """Nobody waits two deadlines for an answer that does not come."""
    async with open_store(own_store) as redis:
        await redis.ping()
        async with frozen(redis):
            with pytest.raises(RedisTimeoutError):
                await redis.incr("calls")

        await wait_until(lambda: redis.exists("calls"))
        assert await redis.get("calls") == b"1"


async def test_waiting_for_a_message_has_no_deadline(own_store: str) -> None:
    async with open_store(own_store) as redis, redis.pubsub() as subscription:
        await subscription.subscribe("news")
        await subscription.get_message(timeout=5)
        waiting = asyncio.create_task(subscription.get_message(timeout=None))

        done, _ = await asyncio.wait([waiting], timeout=DEADLINE_S + 0.5)
        await redis.publish("news", "at last")
        message = await waiting

    assert not done
    assert message is not None
    assert message["data"] == b"at last"


async def test_a_connection_that_is_gone_is_replaced_and_the_call_repeated(
    own_store: str,
) -> None:
    async with open_store(own_store) as redis, open_store(own_store) as other:
        await redis.set("kept", 1)

        await other.client_kill_filter(_type="normal", skipme=True)

        assert await redis.get("kept") == b"1"


async def test_a_store_that_stays_away_is_an_error_at_once(own_store: str) -> None:
    async with open_store(own_store) as redis:
        info: dict[str, Any] = await redis.info("server")
        os.kill(info["process_id"], signal.SIGKILL)

        with pytest.raises(RedisConnectionError):
            await redis.get("kept")


def test_a_wrong_tls_option_is_named() -> None:
    with pytest.raises(InvalidStoreUrl, match="nonsense"):
        open_store("rediss://:p%40ss@127.0.0.1:1/0?ssl_cert_reqs=nonsense")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        (
            "redis://127.0.0.1/0?ssl_cert_reqs=none",
            "'ssl_cert_reqs' is for TLS: begin with rediss",
        ),
        ("redis://127.0.0.1/0?max_connections=1", "max_connections: must be at least 2"),
        ("redis://127.0.0.1/0?max_connections=0", "max_connections: must be at least 2"),
        ("redis://127.0.0.1/0?max_conections=9", "did you mean 'max_connections'"),
        # Taken by the client, which then answers what this server does not expect, or crashes.
        ("redis://127.0.0.1/0?decode_responses=true", "'decode_responses' is unknown"),
        ("redis://127.0.0.1/0?retry=3", "'retry' is unknown"),
        ("redis://127.0.0.1/0?protocol=3", "'protocol' is unknown"),
    ],
)
def test_an_option_that_would_do_harm_is_refused_by_its_name(url: str, complaint: str) -> None:
    with pytest.raises(InvalidStoreUrl, match=re.escape(complaint)):
        open_store(url)


async def test_calls_wait_where_there_are_few_connections(own_store: str) -> None:
    async with open_store(f"{own_store}?max_connections=2") as redis:
        answers = await asyncio.gather(*(redis.incr("calls") for _ in range(50)))
        info = await redis.info("clients")

    assert sorted(answers) == list(range(1, 51))
    assert info["connected_clients"] == 2


@pytest.mark.parametrize("option", ["ssl_ca_certs", "ssl_certfile", "ssl_keyfile"])
def test_a_file_of_tls_that_is_not_there_is_named(option: str) -> None:
    with pytest.raises(InvalidStoreUrl, match=f"{option}.*/nowhere.pem"):
        open_store(f"rediss://127.0.0.1:1/0?{option}=/nowhere.pem")
