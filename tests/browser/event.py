"""A live event to look at: two real nodes, an account on small plans, and people who come."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fullhouse.clock import SystemClock
from fullhouse.settings import Settings
from fullhouse_demo.crowd.crowd import run_crowd, seeded
from fullhouse_demo.crowd.persona import FAITHFUL
from fullhouse_demo.crowd.schedule import Arrivals, made_up
from fullhouse_demo.crowd.tokens import SignedTokens
from fullhouse_demo.node_job import NodeJob
from fullhouse_demo.nodes import running_nodes
from fullhouse_demo.platform import platform_of
from fullhouse_demo.routes import DemoRoom
from tests.days import business_day
from tests.priority import prioritize
from tests.servers import free_port
from tests.stores import patient_url
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path


PLANS = """
currency = "EUR"
{plans}
"""
PLAN = """
[[plan]]
id = "{id}"
name = "{name}"
seats = {seats}
presenters = 2
price = {{ month = {price}, year = {price}0 }}
parallel_event = {{ month = {addon}, year = {addon}0 }}
trial = false
on_sale = true
"""
SMALL, MEDIUM, LARGE = (
    {"id": "small", "name": "Small", "seats": 3, "price": 3000, "addon": 1500},
    {"id": "medium", "name": "Medium", "seats": 6, "price": 4500, "addon": 2100},
    {"id": "large", "name": "Large", "seats": 12, "price": 9000, "addon": 4500},
)
CATALOGUE = PLANS.format(plans="".join(PLAN.format(**plan) for plan in (SMALL, MEDIUM, LARGE)))

DEMO = DemoRoom(account="acme", room="launch", title="Spring launch, live")
ROOM = f"/v1/accounts/{DEMO.account}/rooms/{DEMO.room}"


@dataclass(slots=True)
class Event:
    """A room of three seats on plan Small, on day 11 of 30, with one further event paid for."""

    jobs: list[NodeJob]
    nodes: Sequence[ForkServerProcess]
    leaving: AsyncExitStack
    crowds: int = field(default=0)

    @property
    def host_page(self) -> str:
        return f"{self.jobs[0].base_url}/host"

    @property
    def account_page(self) -> str:
        return f"{self.jobs[0].base_url}/account"

    def attendee_page(self, participant: str, *, node: int = 1) -> str:
        return f"{self.jobs[node].base_url}/attend?p={participant}"

    async def open(self) -> None:
        day = business_day()
        terms = {
            "plan": "small",
            "billing_period": "month",
            "period_start": (day.date - timedelta(days=10)).isoformat(),
            "time_zone": day.time_zone,
            "parallel_events": 1,
        }
        await self.call("PUT", f"/v1/accounts/{DEMO.account}", terms)
        await self.call("PUT", ROOM, {"title": DEMO.title})

    async def upgrade(self, plan: str) -> None:
        """The platform buys a larger plan for its customer."""
        account = f"/v1/accounts/{DEMO.account}"
        quote = await self.call("POST", f"{account}/upgrade-quotes", {"plan": plan})
        bought = {"quote": quote["id"]}
        await self.call("POST", f"{account}/upgrades", bought, {"Idempotency-Key": quote["id"]})

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One call of the platform's backend."""
        async with platform_of(self.jobs[0]) as platform:
            answer = await platform.calls.must(method, path, body, headers=headers)
        called: dict[str, Any] = json.loads(answer or b"{}")
        return called

    async def come(self, people: int, *, let_in: bool) -> None:
        """So many more people come, and come back when they are called.

        Args:
            let_in: Whether there are seats for them; if not, they wait when this returns.
        """
        self.crowds += 1
        prefix = f"crowd{self.crowds}-"
        plan = made_up(
            people,
            over_s=0,
            arrivals=Arrivals.EVEN,
            leaving=0,
            prefix=prefix,
            rng=seeded(prefix),
        )
        inside, waiting = await self.counts()
        secret = self.jobs[0].settings.signing_secret()
        clock = SystemClock()
        crowd = asyncio.create_task(
            run_crowd(
                plan,
                urls=[job.base_url.replace("http", "ws", 1) + "/v1/connect" for job in self.jobs],
                tokens=SignedTokens(
                    secret, DEMO.account, DEMO.room, now_s=lambda: clock.now_ms() / 1000
                ),
                habits=FAITHFUL,
                stay_s=float("inf"),
            )
        )
        self.leaving.push_async_callback(_end, crowd)
        wanted = (inside + people, waiting) if let_in else (inside, waiting + people)
        await wait_until(lambda: self._counts_are(wanted))

    async def remove(self, participant: str) -> None:
        """The platform sends somebody away; their seat is free."""
        await self.call("DELETE", f"{ROOM}/participants/{participant}")

    async def counts(self) -> tuple[int, int]:
        """People inside, people waiting."""
        room = await self.call("GET", ROOM)
        return room["occupied"], room["waiting"]

    async def _counts_are(self, wanted: tuple[int, int]) -> bool:
        return await self.counts() == wanted


async def ready(job: NodeJob) -> None:
    """Returns when the node of `job` is at work."""
    async with platform_of(job) as platform:
        await wait_until(platform.is_ready)


async def _end(crowd: asyncio.Task[Any]) -> None:
    crowd.cancel()
    with suppress(asyncio.CancelledError):
        await crowd


@asynccontextmanager
async def live_event(redis_url: str, directory: Path, **settings: Any) -> AsyncIterator[Event]:  # noqa: ANN401  # whatever a setting is
    """The event of `Event`, with an empty room."""
    catalogue = directory / "plans.toml"
    catalogue.write_text(CATALOGUE)
    common = Settings(
        redis_url=patient_url(redis_url),
        plans=catalogue,
        api_keys=(secrets.token_urlsafe(24),),
        token_secret=secrets.token_urlsafe(36),
        drain_s=0,
        **settings,
    )
    jobs = [
        NodeJob(replace(common, port=free_port()), DEMO, directory / f"node-{turn}.log")
        for turn in (1, 2)
    ]
    async with running_nodes(jobs) as nodes, AsyncExitStack() as leaving:
        for node in nodes:
            assert node.pid is not None, "it was started"
            prioritize(node.pid)
        for job in jobs:
            await ready(job)
        event = Event(jobs, nodes, leaving)
        await event.open()
        yield event
