"""Calls that are made at the same time share a pipeline, and each has its own answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import NoScriptError, ResponseError

from fullhouse.store.calls import AT_ONCE, Calls

if TYPE_CHECKING:
    from redis.asyncio import Redis

ECHO = "return ARGV[1]"
FAIL = "return redis.error_reply('BROKEN')"
MANY = 2 * AT_ONCE + 1


async def test_each_call_has_its_own_answer(redis: Redis) -> None:
    calls, echo = Calls(redis), await redis.script_load(ECHO)

    answers = await asyncio.gather(*(calls.evalsha(echo, 0, [n]) for n in range(MANY)))

    assert answers == [str(n).encode() for n in range(MANY)]


async def test_calls_of_one_turn_share_few_connections(redis: Redis) -> None:
    calls, echo = Calls(redis), await redis.script_load(ECHO)
    before = (await redis.info("stats"))["total_connections_received"]

    await asyncio.gather(*(calls.evalsha(echo, 0, [n]) for n in range(MANY)))

    after = (await redis.info("stats"))["total_connections_received"]
    assert after - before <= MANY // AT_ONCE


async def test_a_call_that_fails_fails_alone(redis: Redis) -> None:
    calls = Calls(redis)
    echo, fail = await redis.script_load(ECHO), await redis.script_load(FAIL)
    asked = [(echo, 1), (fail, 2), ("0" * 40, 3), (echo, 4)]

    one, broken, unknown, four = await asyncio.gather(
        *(calls.evalsha(digest, 0, [n]) for digest, n in asked), return_exceptions=True
    )

    assert (one, four) == (b"1", b"4")
    assert isinstance(broken, ResponseError)
    assert isinstance(unknown, NoScriptError)


async def test_whoever_does_not_wait_any_more_takes_nobody_along(redis: Redis) -> None:
    calls, echo = Calls(redis), await redis.script_load(ECHO)
    stays, goes = (asyncio.create_task(calls.evalsha(echo, 0, [n])) for n in (1, 2))
    await asyncio.sleep(0)  # noqa: TID251  # both have asked

    goes.cancel()

    assert await stays == b"1"
    with pytest.raises(asyncio.CancelledError):
        await goes
