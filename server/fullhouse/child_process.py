"""Child processes that end with this one, and how a child is ended earlier."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

_PR_SET_PDEATHSIG = 1  # Source: prctl(2)


def ends_with_parent(*, umask: int | None = None) -> Callable[[], None]:
    """What to pass as `preexec_fn`: the kernel kills the child when the calling thread ends.

    Only Linux offers that. Elsewhere a child outlives a parent that is killed.

    Args:
        umask: The mask of files that the child makes; None leaves that of this process.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:  # pragma: no cover  # between fork and exec nothing is measured
        if umask is not None:
            os.umask(umask)
        if libc:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it died before the kernel was asked
                os._exit(1)

    return prepare


def end(
    process: subprocess.Popen[bytes], *, within_s: float, by: signal.Signals = signal.SIGTERM
) -> bool:
    """Ask the child to end, by the signal `by`; kill it after `within_s`.

    Returns:
        Whether it ended by itself.
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
    """As `end`, for a child of asyncio."""
    with suppress(ProcessLookupError):  # it has ended already
        process.terminate()
    try:
        async with asyncio.timeout(within_s):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    return True
