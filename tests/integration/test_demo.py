"""`fullhouse demo`, run as a visitor runs it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, Request, build_opener

from tests.servers import free_port
from tests.waiting import wait_until

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

_opener = build_opener(ProxyHandler({}))


def two_free_ports() -> int:
    """A port that is free together with the next one."""
    for _ in range(100):
        port = free_port()
        with suppress(OSError), socket.create_server(("127.0.0.1", port + 1)):
            return port
    raise AssertionError("no two ports beside each other are free")


@asynccontextmanager
async def demo(*arguments: str, tmp: Path) -> AsyncIterator[Process]:
    """The command, with its temporary files below `tmp`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "demo", *arguments),
        env={"TMPDIR": str(tmp), "PATH": "/usr/bin:/bin", "COLUMNS": "60"},
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


async def ask(url: str, body: object = None) -> Any:  # noqa: ANN401  # JSON
    def answer() -> Any:  # noqa: ANN401  # JSON
        data = None if body is None else json.dumps(body).encode()
        request = Request(url, data=data, headers={"Content-Type": "application/json"})  # noqa: S310
        with _opener.open(request, timeout=5) as response:
            return json.loads(response.read())

    return await asyncio.to_thread(answer)


def children_of(pid: int) -> set[int]:
    """All processes below `pid`."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    direct = {int(child) for child in path.read_text().split()} if path.exists() else set()
    return direct.union(*(children_of(child) for child in direct))


def is_running(pid: int) -> bool:
    """Whether it still works; what nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def left_in(directory: Path) -> list[Path]:
    return list(directory.iterdir())


async def test_it_prints_links_that_lead_to_a_filling_room_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    port = two_free_ports()
    arguments = ("--port", str(port), "--attendees", "5", "--over", "0")
    async with demo(*arguments, tmp=tmp_path) as process:
        said = await until_it_says(process, "arrived=5/5")
        session = await ask(
            f"http://127.0.0.1:{port + 1}/demo/token", {"role": "host", "participant": "ann"}
        )
        family = children_of(process.pid)

        process.send_signal(signal.SIGTERM)
        await until_it_says(process, "Stopping")
        assert await asyncio.wait_for(process.wait(), 30) == 0

    assert f"http://127.0.0.1:{port}/host" in said
    assert f"http://127.0.0.1:{port}/attend" in said
    assert session["account"] == "demo"
    assert left_in(tmp_path) == []
    await wait_until(lambda: not any(map(is_running, family)))


async def test_killed_it_takes_its_nodes_and_its_store_with_it(tmp_path: Path) -> None:
    port = two_free_ports()
    async with demo("--port", str(port), "--attendees", "0", tmp=tmp_path) as process:
        await until_it_says(process, "Ctrl-C stops")
        family = children_of(process.pid)
        process.kill()

    assert len(family) >= 3  # two nodes and a store
    await wait_until(lambda: not any(map(is_running, family)), timeout_s=30)


async def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    port = two_free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        async with demo("--port", str(port), tmp=tmp_path) as process:
            said = await until_it_says(process, "Try another")

            assert await process.wait() == 1
    assert said == (
        f"Error: Port {port + 1} is taken. Try another: fullhouse demo --port {port + 1001}\n"
    )
