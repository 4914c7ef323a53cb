"""Sends the crowd of the demo and sends it home, one crowd at a time."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from fullhouse.clock import SystemClock
from fullhouse_demo.control_socket import CrowdScene
from fullhouse_demo.crowd.crowd import run_crowd, seeded
from fullhouse_demo.crowd.network import Network
from fullhouse_demo.crowd.progress import display_on
from fullhouse_demo.crowd.schedule import Arrivals, Schedule, made_up
from fullhouse_demo.crowd.tokens import SignedTokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from fullhouse_demo.crowd.counts import Progress
    from fullhouse_demo.node_job import NodeJob

FOREVER = float("inf")
USUAL_PEOPLE = 70  # 20 more than the seats of the demo's plan
_LEAVING = 0.1  # some people leave, so that the line moves without a purchase
_NOBODY = CrowdScene(is_here=False, people=0, inside=0, called=0, waiting=0, away=0)


class Crowds:
    """Sends simulated people to the nodes of `jobs`.

    Args:
        jobs: The nodes of the demo.
        group: Runs the tasks of the people.
        console: The console for the progress display.
        people: The size of a crowd.
    """

    def __init__(
        self, jobs: Sequence[NodeJob], group: asyncio.TaskGroup, console: Console, *, people: int
    ) -> None:
        self._jobs = jobs
        self._group = group
        self._console = console
        self._people = people
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._scene = _NOBODY
        self.network = Network()

    def send(self, *, over_s: float, people: int | None = None) -> None:
        """Send a crowd that arrives within `over_s` and stays. Does nothing if one is there.

        Args:
            over_s: Most of them arrive at the beginning.
            people: The size of this crowd. Default: that of every crowd.
        """
        if self._task is not None and not self._task.done():
            return
        seed = secrets.randbelow(10_000)
        plan = made_up(
            people or self._people,
            over_s=over_s,
            arrivals=Arrivals.RUSH,
            leaving=_LEAVING,
            prefix=f"sim-{seed}-",
            rng=seeded(seed),
        )
        self._stop = asyncio.Event()
        self._task = self._group.create_task(self._run(plan, seed))

    async def send_home(self) -> None:
        """Let all people leave, and send no more."""
        await self.network.say_goodbye()
        self._stop.set()

    async def send_home_and_wait(self) -> None:
        """The same, and return when nobody is connected, so that another crowd can be sent."""
        await self.send_home()
        if self._task is not None:
            await asyncio.wait({self._task})

    def end(self) -> None:
        """Close all connections without a `leave`."""
        self._stop.set()

    def scene(self) -> CrowdScene:
        return self._scene

    def connections(self) -> list[int]:
        """The number of people connected to each node."""
        counts = self.network.connections()
        return [counts[url] for url in self._urls()]

    async def _run(self, plan: Schedule, seed: int) -> None:
        clock = SystemClock()
        demo, secret = self._jobs[0].demo, self._jobs[0].settings.signing_secret()
        with display_on(self._console, title="Simulated attendees") as display:

            def show(progress: Progress) -> None:
                self._scene = _scene(progress)
                display.show(progress)

            await run_crowd(
                plan,
                urls=self._urls(),
                tokens=SignedTokens(
                    secret, demo.account, demo.room, now_s=lambda: clock.now_ms() / 1000
                ),
                seed=seed,
                stay_s=FOREVER,
                stop=self._stop,
                on_progress=show,
                network=self.network,
            )
        self._scene = _NOBODY

    def _urls(self) -> list[str]:
        return [f"{job.base_url.replace('http', 'ws', 1)}/v1/connect" for job in self._jobs]


def _scene(progress: Progress) -> CrowdScene:
    return CrowdScene(
        is_here=True,
        people=progress.people - progress.gone,
        inside=progress.inside,
        called=progress.called,
        waiting=progress.waiting,
        away=progress.away,
    )
