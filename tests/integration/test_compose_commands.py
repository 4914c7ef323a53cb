"""The commands of docker-compose.yml, run here: same words, other addresses."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fullhouse.setting_row import PREFIX
from tests.compose import compose, environment_of, nodes
from tests.servers import find_store, free_port, required
from tests.waiting import wait_until

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path


@asynccontextmanager
async def process(*command: str, env: Mapping[str, str]) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(*command, env=env)
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


@asynccontextmanager
async def valkey(directory: Path) -> AsyncIterator[str]:
    """The store of the file, on a port of its own; gives its address."""
    _, *arguments = compose()["services"]["valkey"]["command"]
    program = required(find_store("valkey"), "valkey-server")
    port = str(free_port())
    here = ["--port", port, "--bind", "127.0.0.1", "--dir", str(directory)]
    async with process(str(program), *arguments, *here, "--logfile", "log", env={}):
        yield f"127.0.0.1:{port}"


def command_on(node: dict[str, Any], port: int) -> list[str]:
    program, *arguments = node["command"]
    assert program == "fullhouse"
    here = {"0.0.0.0": "127.0.0.1", "8000": str(port)}  # noqa: S104  # what it says in a container
    return [sys.executable, "-m", "fullhouse", *(here.get(word, word) for word in arguments)]


def environment_on(node: dict[str, Any], store: str) -> dict[str, str]:
    given = environment_of(node)
    given["FULLHOUSE_REDIS_URL"] = given["FULLHOUSE_REDIS_URL"].replace("valkey:6379", store)
    ours = dict(os.environ)  # noqa: TID251  # what the child inherits
    return {key: ours[key] for key in ours if not key.startswith(PREFIX)} | given


async def is_healthy(node: dict[str, Any], port: int) -> bool:
    kind, program, *arguments = node["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    here = [word.replace(":8000/", f":{port}/") for word in arguments]
    check = await asyncio.create_subprocess_exec(
        sys.executable, *here, stderr=asyncio.subprocess.DEVNULL
    )
    return await check.wait() == 0


async def test_both_nodes_become_healthy_on_one_store_and_stop_when_told(tmp_path: Path) -> None:
    async with AsyncExitStack() as running:
        store = await running.enter_async_context(valkey(tmp_path))
        started = []
        for node in nodes().values():
            port = free_port()
            env = environment_on(node, store)
            server = await running.enter_async_context(process(*command_on(node, port), env=env))
            started.append((server, node, port))

        for server, node, port in started:
            await wait_until(partial(is_healthy, node, port))
            server.terminate()

        assert [await server.wait() for server, _, _ in started] == [0, 0]
