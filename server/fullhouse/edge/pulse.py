"""Measures once a second how late the event loop runs, and whether the store answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fullhouse.edge.metrics import Metrics

PERIOD_S = 1.0


class Pulse:
    """Measures the lag of the event loop. Call `step` in a loop with pauses of `PERIOD_S`.

    Args:
        metrics: Receives the measurements.
        store_answers: Returns whether the store answers.
    """

    def __init__(self, metrics: Metrics, store_answers: Callable[[], Awaitable[bool]]) -> None:
        self._metrics = metrics
        self._store_answers = store_answers
        self._due_s: float | None = None

    async def step(self) -> None:
        """Record how late this step runs, and whether the store answers."""
        loop = asyncio.get_running_loop()
        if self._due_s is not None:
            self._metrics.loop_lagged(max(0.0, loop.time() - self._due_s))
        self._metrics.store_is(up=await self._store_answers())
        self._due_s = loop.time() + PERIOD_S
