"""Runs our own server as operators do, and opens rooms on it as a platform does."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fullhouse.client import PlatformClient
from fullhouse.clock import SystemClock
from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import TokenClaims, issue
from fullhouse_bench.clients import Target
from fullhouse_bench.programs import Program, free_port, started
from fullhouse_bench.results import OURS

if TYPE_CHECKING:
    from fullhouse_bench.lab import Lab, Store

KEY = "platform-key-of-the-benchmark"
SECRET = "token-secret-of-the-benchmark-" + "s" * 40  # valid only for nodes of this benchmark
MOST_SEATS = 1_000_000
READY_S = 20.0
TOKEN_S = 7200
DAYS_SO_FAR = 3

PATIENT = {
    "claim_s": 3600,  # called people do not come here, and their calls must not expire
    "drain_s": 0,
    "forecast_s": 0,
}
"""Settings of the nodes. All other settings have their defaults."""

LASTING_S = 600
"""A lease that lasts longer than any measurement."""

PLANS = tuple(range(1, 41))
"""Seats of the plans on sale. The catalogue has one more plan with `MOST_SEATS`."""

_PLAN = """
[[plan]]
id = "seats-{seats}"
name = "{seats} seats"
seats = {seats}
presenters = 2
price = {{ month = {seats}, year = {seats} }}
parallel_event = {{ month = 1, year = 1 }}
trial = false
on_sale = true
"""

CATALOGUE = 'currency = "EUR"\n' + "".join(
    _PLAN.format(seats=seats) for seats in (*PLANS, MOST_SEATS)
)


@dataclass(slots=True)
class Node:
    """One `fullhouse serve`."""

    program: Program
    port: int

    def must(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401  # what a call answers is between it and its caller
        """Make a call of the platform that must succeed, and return its answer.

        Each call has a new connection, because servers close idle ones after some seconds. These
        calls are part of what is measured. So they have no event loop and no retries, which
        `fullhouse.client` would add.
        """
        sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers}
        text = None if body is None else json.dumps(body)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_S)) as wire:
            wire.request(method, path, text, sent)
            response = wire.getresponse()
            answer = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {answer!r}")
        return json.loads(answer) if answer else None


@dataclass(slots=True)
class Room:
    """An open room on a node, without people and free seats."""

    node: Node
    account: str
    seats: int = 0
    names: str = "p"

    @property
    def path(self) -> str:
        return f"/v1/accounts/{self.account}/rooms/hall"

    def hellos(self, count: int) -> list[str]:
        """The hello messages of `count` different people."""
        return [f'{{"type":"hello","token":"{token}"}}' for token in self.tokens(count)]

    def tokens(self, count: int) -> list[str]:
        now_s = SystemClock().now_ms() // 1000
        return [
            issue(
                SECRET,
                TokenClaims(
                    account=self.account,
                    room="hall",
                    participant=f"{self.names}{number}",
                    role=Role.ATTENDEE,
                    expires_at_s=now_s + TOKEN_S,
                ),
                now_s,
            )
            for number in range(count)
        ]

    def target(self, people: int) -> Target:
        return Target(
            port=self.node.port,
            path="/v1/connect",
            subprotocol="fullhouse.v1",
            hellos=self.hellos(people),
            placed='"waiting"',
        )

    def raise_seats(self) -> None:
        """Add one seat. All people in line get a message about it."""
        self.seats += 1
        self.node.must("PATCH", self.path, {"seats": self.seats})

    def close(self) -> None:
        self.node.must("POST", f"{self.path}/close")


@dataclass(slots=True)
class Fullhouse:
    """Our side of a comparison. A broadcast adds a seat, and all people in line are told."""

    room: Room
    target: Target
    name: str = OURS

    @property
    def program(self) -> Program:
        return self.room.node.program

    def broadcast(self) -> None:
        self.room.raise_seats()


@contextmanager
def fullhouse(lab: Lab, store: Store) -> Iterator[Fullhouse]:
    """A node with a room in which all people have to wait.

    Leases last longer than the turns of the other sides: a stopped node cannot renew them.
    """
    with nodes(lab, store, lease_s=LASTING_S) as (node,):
        room = opened(node, "acme")
        yield Fullhouse(room, room.target(lab.size.people))


@contextmanager
def nodes(lab: Lab, store: Store, count: int = 1, **settings: object) -> Iterator[Sequence[Node]]:
    """Start nodes on one store, all on the core for servers, and wait until they are ready."""
    plans = lab.folder / "plans.toml"
    plans.write_text(CATALOGUE)
    shared = {**PATIENT, **settings, "redis_url": store.url, "plans": plans}
    with ExitStack() as running:
        yield [running.enter_context(_node(lab, shared)) for _ in range(count)]


@contextmanager
def _node(lab: Lab, settings: dict[str, object]) -> Iterator[Node]:
    port = free_port()
    named = {**settings, "port": port, "api_keys": KEY, "token_secret": SECRET}
    environment = {f"FULLHOUSE_{name.upper()}": str(value) for name, value in named.items()}
    command = [sys.executable, "-m", "fullhouse", "serve"]
    with started(
        command,
        core=lab.cores.server,
        log=lab.log("node"),
        env={"PATH": os.defpath, **environment},
    ) as program:
        program.until_it_listens(port, READY_S)
        node = Node(program, port)
        node.must("GET", "/v1/plans")
        yield node


def opened(node: Node, account: str, *, plan_seats: int = MOST_SEATS, seats: int = 0) -> Room:
    """The room of a new account, limited to `seats` seats if its plan has more."""
    asyncio.run(_open(node, account, plan_seats=plan_seats, seats=seats))
    return Room(node, account, seats)


async def _open(node: Node, account: str, *, plan_seats: int, seats: int) -> None:
    start = SystemClock().now().date() - timedelta(days=DAYS_SO_FAR)
    server = f"http://127.0.0.1:{node.port}"
    async with PlatformClient(server, KEY, uses_proxy=False) as platform:
        buyer = platform.account(account)
        await buyer.open(f"seats-{plan_seats}", "month", period_start=start, time_zone="UTC")
        room = buyer.room("hall")
        await room.open("Hall")
        if seats < plan_seats:
            await room.set(seats=seats)
