"""Child processes that end with this process, and functions to end a child earlier."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

_PR_SET_PDEATHSIG = 1  # Source: prctl(2)


def ends_with_parent(
    *,
    umask: int | None = None,
    by: signal.Signals = signal.SIGKILL,
    parent: int | None = None,
) -> Callable[[], None]:
    """A `preexec_fn` that lets the kernel end the child when the calling thread ends.

    Only Linux supports this. On other systems a child outlives a parent that is killed.

    Args:
        umask: The file mode mask of the child. None: the mask of this process.
        by: The signal that ends the child.
        parent: The process id of the parent. None: this process.
    """
    parent = parent or os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:  # pragma: no cover  # between fork and exec nothing is measured
        if umask is not None:
            os.umask(umask)
        if libc:
            libc.prctl(_PR_SET_PDEATHSIG, by)
            if os.getppid() != parent:  # the parent died before the prctl call
                os._exit(1)

    return prepare


class Child(Protocol):
    """A running child process, such as `subprocess.Popen`."""

    def send_signal(self, number: signal.Signals, /) -> None: ...

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code.

        Raises:
            subprocess.TimeoutExpired: the child still runs after `timeout` seconds.
        """
        ...

    def kill(self) -> None: ...


def end(process: Child, *, within_s: float, by: signal.Signals = signal.SIGTERM) -> bool:
    """Send the signal `by` to the child, and kill it if it has not ended after `within_s`.

    Returns:
        Whether the child ended without being killed.
    """
    process.send_signal(by)
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


async def end_async(process: asyncio.subprocess.Process, *, within_s: float) -> bool:
    """Like `end`, for an asyncio process, with SIGTERM."""
    with suppress(ProcessLookupError):  # the child has already ended
        process.terminate()
    try:
        async with asyncio.timeout(within_s):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    return True
