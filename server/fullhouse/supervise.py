"""Runs background loops and tasks. None of them can end without a log entry."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from fullhouse.counted_log import CountedLog
from fullhouse.domain.errors import StoreUnavailable

log = logging.getLogger(__name__)

CANCEL_AGAIN_S = 0.1
RESTART_DELAY_S = 0.5  # a loop that always fails writes two lines per second, not thousands

Step = Callable[[], Awaitable[None]]


def every(seconds: float, step: Step) -> Step:
    """A loop that runs `step` and then pauses for `seconds`. Test the step, not the loop."""

    async def loop() -> None:
        while True:
            await step()
            await asyncio.sleep(seconds)  # noqa: TID251  # loops call this, not sleep

    return loop


@asynccontextmanager
async def running(
    *groups: Mapping[str, Step], restart_delay_s: float = RESTART_DELAY_S
) -> AsyncIterator[None]:
    """Run loops, by name, while the block is open, and cancel them at its end.

    A loop that raises or returns is logged and started again after `restart_delay_s`.
    """
    # Not a TaskGroup: no loop can fail, and a group would wrap exceptions of the block.
    tasks = [
        asyncio.create_task(_forever(name, loop, restart_delay_s), name=name)
        for loops in groups
        for name, loop in loops.items()
    ]
    try:
        yield
    finally:
        await _end(tasks)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel the tasks repeatedly until all have ended.

    A single cancellation can get lost. Before Python 3.12, `asyncio.wait_for` swallows a
    cancellation in the same turn as its result. The store's client uses `wait_for`.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)


async def _forever(name: str, loop: Step, restart_delay_s: float) -> None:
    put_off = CountedLog(log, "loop.put_off", monotonic)
    while True:
        try:
            await loop()
            log.error("loop.ended", extra={"loop": name})
        except StoreUnavailable as error:  # not a bug: the loop works again when the store does
            put_off.note(name, loop=name, reason=str(error))
        except Exception:  # after any error the loop must start again
            log.exception("loop.crashed", extra={"loop": name})
        await asyncio.sleep(restart_delay_s)  # noqa: TID251  # the pause between two attempts


class BackgroundTasks:
    """Tasks that no caller waits for. Each ends by itself, and its errors are logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._put_off = CountedLog(log, "task.put_off", monotonic)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start `work` now. Its errors are logged."""
        task = asyncio.get_running_loop().create_task(self._done(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, within_s: float) -> None:
        """Wait at most `within_s` for the running tasks, then cancel the others."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)
        await _end(list(self._tasks))

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StoreUnavailable as error:  # as above
            kind = getattr(work, "__qualname__", "task")
            self._put_off.note(kind, work=repr(work), reason=str(error))
        except Exception:
            log.exception("task.crashed", extra={"task": repr(work)})
