"""The process that runs the embedded store, as a parent of it, for all workers.

It has a process of its own, because the supervisor runs no event loop: workers are forked from it.
The store lasts until the supervisor and all workers have ended, in this order or another: each of
them has the writing end of a pipe open, and this process ends when the pipe has no writer. Signals
do not end it, because a service manager may send SIGTERM to all processes at once.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fullhouse.start_errors import one_line_if_it_cannot_start
from fullhouse.store.embedded import embedded


def run_store(data_dir: Path, used: int, started: Callable[[str], None]) -> None:
    """Run the store until nobody uses it.

    Args:
        used: The reading end of a pipe. At its end the store is stopped.
        started: Called with the URL of the store.

    Raises:
        click.ClickException: the store cannot start. The text is for the operator.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)  # not SIG_IGN, which the store would inherit
    with one_line_if_it_cannot_start():
        asyncio.run(_run(data_dir, used, started))


async def _run(data_dir: Path, used: int, started: Callable[[str], None]) -> None:
    serving = asyncio.create_task(_serve(data_dir, started))
    asyncio.get_running_loop().add_reader(used, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(data_dir: Path, started: Callable[[str], None]) -> None:
    async with embedded(data_dir) as url:
        started(url)
        await asyncio.Event().wait()


def _ignore(*_: object) -> None:
    """The pipe tells when to stop."""
