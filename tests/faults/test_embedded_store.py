"""The embedded store is killed under its node: it comes back by itself, with its people."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.clients import Frame, room_token
from tests.days import business_day
from tests.faults.visitors import Visitor
from tests.nodes import Platform, running_nodes
from tests.servers import free_port, short_directory
from tests.stopwatch import Stopwatch
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.nodes import Node

pytestmark = pytest.mark.faults

ACCOUNT = "/v1/accounts/acme"
READY_S = 5.0
COPY_LEASE_S = 8  # people are back before the one who left lapses, on a loaded machine too
TERMS = {"plan": "live-25", "billing_period": "month"}


async def test_an_embedded_store_that_was_killed_comes_back_with_everybody_in_place() -> None:
    with short_directory() as directory:
        nodes = running_nodes("embedded", 1, data_dir=directory / "data")
        (node,) = await asyncio.to_thread(nodes.__enter__)
        try:
            people = await full_room(node)
            before = [person.place for person in people]

            watch = Stopwatch([node.process.pid])
            os.kill(store_of(node), signal.SIGKILL)
            await wait_until(lambda: "store.restarted" in node.log.read_text())
            await watch.within(READY_S, lambda: asyncio.to_thread(node.is_ready))
            await people[-1].say("position")

            await wait_until(lambda: len(people[-1].all("waiting")) > 1)
            assert [person.place for person in people] == before
            assert not any(person.all("seat_lost") or person.closed for person in people)
            for person in people:
                await person.go()
        finally:
            nodes.__exit__(None, None, None)


async def test_a_copy_of_the_data_directory_put_back_tells_everybody_the_truth() -> None:
    """The server and its store are killed, so nobody remembers what came after the copy."""
    port = free_port()
    with short_directory() as directory:
        data = directory / "data"
        nodes = running_nodes("embedded", 1, data_dir=data, port=port, lease_s=COPY_LEASE_S)
        (node,) = await asyncio.to_thread(nodes.__enter__)
        a, b, c, d = await full_room(node)
        shutil.copytree(data / "appendonlydir", directory / "copy")
        await a.say("leave")
        await wait_until(lambda: c.place == 0)
        known = c.frames[-1]

        node.kill()
        shutil.rmtree(data / "appendonlydir")
        shutil.copytree(directory / "copy", data / "appendonlydir")
        again = running_nodes("embedded", 1, data_dir=data, port=port, lease_s=COPY_LEASE_S)
        await asyncio.to_thread(again.__enter__)
        try:
            people = [b, c, d]
            await wait_until(lambda: all(newest(p)["epoch"] > known["epoch"] for p in people))
            told = [f for f in c.frames if f.get("epoch", 0) > known["epoch"]]
            assert (told[0]["type"], told[0]["called"]) == ("waiting", False)
            # Once the lease of `a` has ended.
            await wait_until(lambda: c.place == 0, 4 * COPY_LEASE_S)
            assert {frame["epoch"] for frame in told} == {newest(b)["epoch"]}
            for person in people:
                person.check()
                await person.go()
        finally:
            again.__exit__(None, None, None)
            nodes.__exit__(None, None, None)


def newest(person: Visitor) -> Frame:
    """What they were told last that speaks of the room."""
    return next(frame for frame in reversed(person.frames) if "epoch" in frame)


async def full_room(node: Node) -> list[Visitor]:
    """Two inside, two in line."""
    platform = Platform(node)
    day = business_day()
    terms = TERMS | {"period_start": day.date.isoformat(), "time_zone": day.time_zone}
    await platform.persist("PUT", ACCOUNT, terms)
    await platform.persist("PUT", f"{ACCOUNT}/rooms/hall", {"title": "Hall"})
    await platform.persist("PATCH", f"{ACCOUNT}/rooms/hall", {"seats": 2})
    people = [Visitor([node], room_token("acme", name), first=0) for name in "abcd"]
    for person in people:
        await person.come()
    await wait_until(lambda: all(person.place is not None for person in people))
    return people


def store_of(node: Node) -> int:
    """The process id of the store that the node started."""
    pid = node.process.pid
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)
