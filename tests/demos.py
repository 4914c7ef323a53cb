"""`fullhouse demo`, started as a visitor starts it."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import free_port

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator


def two_free_ports() -> int:
    """A port that is free together with the next one."""
    for _ in range(100):
        port = free_port()
        with suppress(OSError), socket.create_server(("127.0.0.1", port + 1)):
            return port
    raise AssertionError("no two ports beside each other are free")


@asynccontextmanager
async def demo(*arguments: str, tmp: Path, **environ: str) -> AsyncIterator[Process]:
    """The command, with its temporary files below `tmp`, and nothing else in its environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fullhouse", "demo", *arguments),
        env={"TMPDIR": str(tmp), "PATH": "/usr/bin:/bin", "COLUMNS": "60", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def until_it_says(process: Process, words: str) -> str:
    """Everything said, once `words` were."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(60):
        while words not in said:
            line = await process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line.decode()
    return said
