"""Servers that tests start come before the tests, where a machine has too little for both.

A node gives up on a store after a second, and a room's clock cuts a step of two. On a machine with
other work, tests and browsers of several workers must not keep a store or a node from answering.
Only root, or a user with CAP_SYS_NICE, may give a priority. For others nothing changes, nor for
tests that were started with `nice`: they are to stay behind what else runs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_NICENESS = -10
"""Ten times the weight of a process of ordinary niceness. Source: sched(7)."""


def prioritize(pid: int, niceness: int = SERVER_NICENESS) -> None:
    """Give this process and its later children that priority."""
    if os.getpriority(os.PRIO_PROCESS, 0) > 0:
        return
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, niceness)


@contextmanager
def prioritized() -> Iterator[None]:
    """This process has the priority of a server: the network of a server is in its hands."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    prioritize(os.getpid())
    try:
        yield
    finally:
        prioritize(os.getpid(), before)
