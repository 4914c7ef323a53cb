"""Feels once a second how late the event loop runs, and whether the store answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fullhouse.edge.metrics import Metrics

PERIOD_S = 1.0


class Pulse:
    """Run its `step` in a loop that rests `PERIOD_S` in between.

    Args:
        metrics: Told what was felt.
        store_answers: Asks the store; false where it is away.
    """

    def __init__(self, metrics: Metrics, store_answers: Callable[[], Awaitable[bool]]) -> None:
        self._metrics = metrics
        self._store_answers = store_answers
        self._due_s: float | None = None

    async def step(self) -> None:
        """Say how much later than due this step comes."""
        loop = asyncio.get_running_loop()
        if self._due_s is not None:
            self._metrics.loop_lagged(max(0.0, loop.time() - self._due_s))
        self._metrics.store_is(up=await self._store_answers())
        self._due_s = loop.time() + PERIOD_S
