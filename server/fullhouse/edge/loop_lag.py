"""Measures once a second how late the event loop runs."""

from __future__ import annotations

import asyncio

from fullhouse.edge.metrics import Metrics

PERIOD_S = 1.0


class LoopLag:
    """Call `step` in a loop with pauses of `PERIOD_S`. It awaits nothing: each delay counts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._due_s: float | None = None

    async def step(self) -> None:
        """Record how late this step runs."""
        now_s = asyncio.get_running_loop().time()
        if self._due_s is not None:
            self._metrics.loop_lagged(max(0.0, now_s - self._due_s))
        self._due_s = now_s + PERIOD_S
