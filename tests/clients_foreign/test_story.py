"""Clients that share no line with ours, written from docs/protocol.md alone."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis

from tests.browser.event import DEMO, ROOM, Event, live_event
from tests.npm import node_modules
from tests.waiting import PATIENCE_S, wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HERE = Path(__file__).parent
PYTHON = (sys.executable, str(HERE / "client.py"))
CURL = ("sh", str(HERE / "client.sh"))
NODE = ("node", str(HERE / "client.mjs"))


@pytest.fixture
async def event(redis_url: str, tmp_path: Path) -> AsyncIterator[Event]:
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    async with live_event(redis_url, tmp_path) as live:
        yield live


@asynccontextmanager
async def client(event: Event, person: str, *command: str) -> AsyncIterator[asyncio.StreamReader]:
    """A program while it runs; gives what it prints."""
    sent = {"participant": person, "role": "attendee"}
    token = (await event.call("POST", f"{ROOM}/tokens", sent))["token"]
    environment = os.environ | {"SERVER": event.jobs[0].base_url, "TOKEN": token}  # noqa: TID251  # handed on
    program = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout
    try:
        yield program.stdout
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


async def until(said: asyncio.StreamReader, word: str) -> None:
    """Reads on to the first line with `word` in it."""
    async with asyncio.timeout(PATIENCE_S):
        while line := await said.readline():
            if word in line.decode():
                return
    pytest.fail(f"it never said {word}")


async def story(event: Event, said: asyncio.StreamReader, *, last: str) -> None:
    """Waits, is called, comes in, leaves."""
    await until(said, '"waiting"')
    await event.remove("crowd1-001")
    await until(said, '"seated"')
    await until(said, last)
    await wait_until(lambda: _nobody_waits(event))


async def _nobody_waits(event: Event) -> bool:
    return await event.counts() == (2, 0)


async def test_a_client_in_python_waits_is_called_comes_in_and_leaves(event: Event) -> None:
    await event.come(3, let_in=True)

    async with client(event, "ada", *PYTHON) as said:
        await story(event, said, last="closed 4011")


async def test_a_client_in_node_waits_is_called_comes_in_and_leaves(event: Event) -> None:
    node_modules()
    await event.come(3, let_in=True)

    async with client(event, "ada", *NODE) as said:
        await story(event, said, last="closed 4011")


async def test_curl_waits_is_called_comes_in_and_leaves(event: Event) -> None:
    await event.come(3, let_in=True)

    async with client(event, "ada", *CURL) as said:
        await story(event, said, last="left")


async def test_foreign_clients_stay_away_when_the_event_is_over(event: Event) -> None:
    await event.come(3, let_in=True)
    async with client(event, "ada", *PYTHON) as ada, client(event, "bob", *CURL) as bob:
        await until(ada, '"waiting"')
        await until(bob, '"waiting"')

        await event.call("POST", f"/v1/accounts/{DEMO.account}/rooms/{DEMO.room}/close")

        await until(ada, "closed 4010")
        await until(bob, "over")
