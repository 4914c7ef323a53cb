"""What a process needs to serve as one of several workers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullhouse.edge.shared_metrics import SharedMetrics
    from fullhouse.siblings import Siblings


@dataclass(frozen=True, slots=True)
class Worker:
    """One of several processes that serve one address.

    Attributes:
        number: From 1.
        is_first: Whether this is the first worker since the start of `serve`. Only this one logs
            warnings about the start, and runs the checks of the start that need only one worker.
        sockets: Bound to the address. Other workers have sockets of their own.
        metrics: The metrics of all workers.
        siblings: The other workers, which are asked for their readiness and gauges.
        started: Called when this worker accepts connections.
        alive: Called once a second by the event loop.
    """

    number: int
    is_first: bool
    sockets: Sequence[socket.socket]
    metrics: SharedMetrics
    siblings: Siblings
    started: Callable[[], None]
    alive: Callable[[], None]

    async def all_metrics(self) -> bytes:
        """The metrics of all workers, in the exposition format of Prometheus."""
        await self.siblings.update_gauges()
        # In a thread: reading the files of all workers would delay clients of this one.
        return await asyncio.to_thread(self.metrics.text)
