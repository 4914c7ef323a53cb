"""`fullhouse demo`, run as a visitor runs it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, Request, build_opener

from tests.demos import demo, two_free_ports, until_it_says
from tests.waiting import PATIENCE_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

_opener = build_opener(ProxyHandler({}))


async def ask(url: str, body: object = None, *, token: str = "") -> Any:  # noqa: ANN401  # JSON
    def answer() -> Any:  # noqa: ANN401  # JSON
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = Request(url, data=data, headers=headers)  # noqa: S310
        with _opener.open(request, timeout=PATIENCE_S) as response:
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


def a_browser(opened: Path) -> str:
    """A command for `BROWSER` that keeps in `opened` which page it was given."""
    program = opened.with_name("browser")
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    program.chmod(0o700)
    return f"{program} %s"


async def test_it_opens_the_start_page_prints_links_to_a_filling_room_and_leaves_nothing_behind(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    port = two_free_ports()
    opened = tmp_path_factory.mktemp("browser") / "opened"
    arguments = ("--port", str(port), "--attendees", "5", "--over", "0")
    async with demo(*arguments, tmp=tmp_path, BROWSER=a_browser(opened)) as process:
        said = await until_it_says(process, "arrived=5/5")
        session = await ask(
            f"http://127.0.0.1:{port + 1}/demo/token", {"role": "host", "participant": "ann"}
        )
        family = children_of(process.pid)

        process.send_signal(signal.SIGTERM)
        await until_it_says(process, "Stopping")
        assert await asyncio.wait_for(process.wait(), 30) == 0

    start_page = f"http://127.0.0.1:{port}/"
    assert said.split()[0] == start_page
    assert f"http://127.0.0.1:{port}/host" in said
    assert f"http://127.0.0.1:{port}/attend" in said
    assert session["account"] == "demo"
    assert opened.read_text() == start_page
    assert left_in(tmp_path) == []
    await wait_until(lambda: not any(map(is_running, family)))


async def test_killed_it_takes_its_nodes_and_its_store_with_it(tmp_path: Path) -> None:
    port = two_free_ports()
    async with demo("--port", str(port), "--attendees", "0", tmp=tmp_path) as process:
        await until_it_says(process, "Ctrl-C stops")
        family = children_of(process.pid)
        process.kill()

    assert len(family) >= 3  # two nodes and a store
    await wait_until(lambda: not any(map(is_running, family)))


async def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    port = two_free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        async with demo("--port", str(port), tmp=tmp_path) as process:
            said = await until_it_says(process, "Try another")

            assert await process.wait() == 1
    assert said == (
        f"Error: Port {port + 1} is taken, perhaps by a demo that still runs."
        f" Try another: fullhouse demo --port {port + 1001}\n"
    )


async def test_backstage_a_host_crashes_the_other_node_and_its_people_come_back_through_this_one(
    tmp_path: Path,
) -> None:
    port = two_free_ports()
    arguments = ("--port", str(port), "--attendees", "8", "--over", "0")
    async with demo(*arguments, tmp=tmp_path) as process:
        await until_it_says(process, "arrived=8/8")
        here = f"http://127.0.0.1:{port}/demo"
        host = await ask(f"{here}/token", {"role": "host", "participant": "ann"})

        async def scene(act: str | None = None) -> dict[str, Any]:
            body = None if act is None else {"act": act}
            seen: dict[str, Any] = await ask(f"{here}/backstage", body, token=host["token"])
            return seen

        async def nodes() -> list[str]:
            return [node["state"] for node in (await scene())["nodes"]]

        async def everybody_is_here() -> bool:
            seen = await scene()
            connected = sum(node["people"] for node in seen["nodes"])
            return bool(seen["crowd"]["away"] == 0 and connected >= seen["crowd"]["people"])

        await wait_until(everybody_is_here)
        before = await scene()
        crashed = await scene("stop_node")
        assert [node["state"] for node in crashed["nodes"]] == ["running", "down"]

        await wait_until(everybody_is_here)
        after = await scene()
        assert after["crowd"]["inside"] == before["crowd"]["inside"] > 0
        assert after["nodes"][1]["people"] == 0

        await scene("start_node")
        await wait_until(lambda: _equal(nodes, ["running", "running"]))

        assert (await scene("cut_network"))["network_back_ms"] > 9_000
        await wait_until(lambda: _all_away(scene))
        await scene("send_home")
        await wait_until(lambda: _nobody(scene))

        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0


async def _equal(ask_for: Callable[[], Awaitable[object]], wanted: object) -> bool:
    return await ask_for() == wanted


async def _all_away(scene: Callable[[], Awaitable[dict[str, Any]]]) -> bool:
    crowd = (await scene())["crowd"]
    return bool(crowd["away"] == crowd["people"] > 0)


async def _nobody(scene: Callable[[], Awaitable[dict[str, Any]]]) -> bool:
    crowd = (await scene())["crowd"]
    return bool(crowd["people"] == 0)
