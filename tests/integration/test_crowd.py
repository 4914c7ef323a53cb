"""A simulated crowd on two real nodes: the room fills, the line waits, an upgrade lets it in."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.client import PlatformClient
from fullhouse_demo.crowd.counts import Progress
from fullhouse_demo.crowd.crowd import run_crowd
from fullhouse_demo.crowd.options import NodeAddress
from fullhouse_demo.crowd.persona import FAITHFUL, Habits
from fullhouse_demo.crowd.schedule import Arrivals, made_up
from fullhouse_demo.crowd.tokens import SignedTokens
from tests.days import business_day
from tests.servers import free_port

if TYPE_CHECKING:
    from redis.asyncio import Redis

SECRET = "a secret for tests, long enough for HS256"
TOKENS = SignedTokens(SECRET, "acme", "hall", now_s=lambda: 4_000_000_000)
KEY = "a-key-of-the-platform"
ATTENDANCE = """Full Name\tUser Action\tTimestamp
Ada\tJoined before\t14.03.2025, 10:00:00
Ben\tJoined\t14.03.2025, 10:02:00
Cleo\tJoined\t14.03.2025, 10:04:00
Ben\tLeft\t14.03.2025, 10:30:00
Ben\tJoined\t14.03.2025, 10:40:00
"""


def environment() -> dict[str, str]:
    return {
        **os.environ,  # noqa: TID251  # the programs under test inherit this machine's paths
        "FULLHOUSE_TOKEN_SECRET": SECRET,
        "FULLHOUSE_API_KEYS": KEY,
    }


async def start(*arguments: str, **variables: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fullhouse",
        *arguments,
        env=environment() | variables,
        stdout=PIPE,
        stderr=PIPE,
    )


@asynccontextmanager
async def running_node(redis_url: str) -> AsyncIterator[str]:
    """One node; gives its address."""
    port = free_port()
    node = await start("serve", "--port", str(port), "--redis-url", redis_url)
    assert node.stderr
    try:
        async for line in node.stderr:
            if b"Uvicorn running" in line:
                break
        async with asyncio.TaskGroup() as group:
            unread = group.create_task(node.stderr.read())  # a full pipe would stop the node
            yield f"http://127.0.0.1:{port}"
            unread.cancel()
    finally:
        node.send_signal(signal.SIGINT)  # as at a terminal, where no balancer has to notice
        await node.communicate()


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform's backend, for the account `acme` and its room `hall`."""

    nodes: list[str]

    async def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> dict[str, Any]:
        client = PlatformClient(self.nodes[0], KEY, patience_s=0, uses_proxy=False)
        async with client as platform:
            told = await platform.calls.must(
                method, f"/v1/accounts/acme{path}", body, headers=headers
            )
        answer: dict[str, Any] = json.loads(told)
        return answer

    async def upgrade(self, plan: str) -> None:
        quote = await self.ask("POST", "/upgrade-quotes", {"plan": plan})
        headers = {"Idempotency-Key": "once"}
        await self.ask("POST", "/upgrades", {"quote": quote["id"]}, **headers)


@pytest.fixture
async def platform(redis: Redis, redis_url: str) -> AsyncIterator[Platform]:
    """Two nodes, and the open room `hall` with the ten seats of a trial."""
    day = business_day()
    account = {
        "plan": "trial",
        "billing_period": "month",
        "period_start": day.date.isoformat(),
        "time_zone": day.time_zone,
        "parallel_events": 0,
        "promo_codes": [],
    }
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(running_node(redis_url)) for _ in range(2)]
        platform = Platform(nodes)
        await platform.ask("PUT", "", account)
        await platform.ask("PUT", "/rooms/hall", {"title": "Hall"})
        yield platform


def addresses(platform: Platform) -> list[str]:
    return [NodeAddress().convert(node, None, None) for node in platform.nodes]


class Watch:
    """Sets an event once the crowd has come to where a test wants it."""

    def __init__(self, reached: Callable[[Progress], bool]) -> None:
        self._reached = reached
        self.event = asyncio.Event()

    def look(self, progress: Progress) -> None:
        if self._reached(progress):
            self.event.set()


async def test_a_crowd_fills_the_room_waits_and_comes_in_with_the_upgrade(
    platform: Platform,
) -> None:
    full = Watch(lambda now: (now.inside, now.waiting) == (10, 14))
    all_in = Watch(lambda now: now.inside == 24)
    plan = made_up(24, over_s=1, arrivals=Arrivals.POISSON, leaving=0, prefix="p-", rng=Random(1))

    def look(progress: Progress) -> None:
        full.look(progress)
        all_in.look(progress)

    async with asyncio.TaskGroup() as group:
        crowd = group.create_task(
            run_crowd(
                plan,
                urls=addresses(platform),
                tokens=TOKENS,
                habits=FAITHFUL,
                stay_s=float("inf"),
                stop=all_in.event,
                on_progress=look,
            )
        )
        await full.event.wait()
        await platform.upgrade("live-25")
    summary = crowd.result()

    assert (summary.peak_inside, summary.peak_waiting) == (24, 14)
    assert (summary.seated_at_once, summary.let_in, summary.missed_calls) == (10, 14, 0)
    assert (summary.inversions, summary.rev_falls, summary.errors) == (0, 0, {})
    assert (await platform.ask("GET", "/rooms/hall/audit"))["drift"] == []


async def test_reloads_lost_networks_and_second_tabs_cost_nobody_a_place(
    platform: Platform,
) -> None:
    """Everybody does all of it, in a room too small for them."""
    wild = Habits(answer=1, give_up=0, reload=1, lose_network=1, second_tab=1)
    plan = made_up(15, over_s=1, arrivals=Arrivals.EVEN, leaving=0, prefix="p-", rng=Random(1))

    summary = await run_crowd(
        plan,
        urls=addresses(platform),
        tokens=TOKENS,
        habits=wild,
        doings_s=3,
        stay_s=11,  # a network is away for 8 s at most
    )

    assert (summary.peak_inside, summary.peak_waiting) == (10, 5)
    assert (summary.inside_at_end, summary.waiting_at_end) == (10, 5)
    assert (summary.seated_at_once, summary.let_in, summary.missed_calls) == (10, 0, 0)
    assert (summary.inversions, summary.rev_falls, summary.errors) == (0, 0, {})
    assert (await platform.ask("GET", "/rooms/hall/audit"))["drift"] == []


async def test_an_attendance_list_is_replayed_with_tokens_of_the_platform(
    platform: Platform, tmp_path: Path
) -> None:
    path = tmp_path / "list.tsv"
    path.write_text(ATTENDANCE, encoding="utf-16")
    options = ["--attendance", str(path), "--speed", "1200", "--stay", "1s", "--seed", "1"]
    room = ["--account", "acme", "--room", "hall", "--url", platform.nodes[1]]

    keys = {"FULLHOUSE_TOKEN_SECRET": "", "FULLHOUSE_API_KEYS": f"{KEY}, another"}
    run = await start("simulate", *options, *room, "--json", **keys)
    out, err = await run.communicate()

    assert run.returncode == 0, err.decode()
    summary = json.loads(out)
    assert (summary["people"], summary["reached"], summary["errors"]) == (3, 3, {})
    assert (summary["peak_inside"], summary["left"]) == (3, 1)
    assert b"simulate t=0s arrived=" in err


async def test_ctrl_c_ends_a_run_with_its_summary(platform: Platform) -> None:
    options = ["--attendees", "5", "--over", "0s", "--leaving", "0", "--stay", "forever"]
    room = ["--account", "acme", "--room", "hall", "--url", platform.nodes[0]]

    run = await start("simulate", *options, *room, "--seed", "1")
    assert run.stdout
    async for line in run.stdout:
        if b"inside=5" in line:
            break
    run.send_signal(signal.SIGINT)
    out, err = await run.communicate()

    assert (run.returncode, err) == (0, b"")
    assert b"5 of 5 reached the room" in out


@pytest.mark.parametrize(
    ("room", "secret", "told"),
    [
        ("hall", "another secret, and as long as it must be", b"closed with 4001"),
        ("attic", SECRET, b"is the room open?"),
    ],
)
async def test_a_crowd_that_is_not_let_in_says_why(
    platform: Platform, room: str, secret: str, told: bytes
) -> None:
    options = ["--attendees", "2", "--over", "0s", "--stay", "2s", "--seed", "1"]
    where = ["--account", "acme", "--room", room, "--url", platform.nodes[0]]

    run = await start("simulate", *options, *where, FULLHOUSE_TOKEN_SECRET=secret)
    _, err = await run.communicate()

    assert run.returncode == 1
    assert told in err
