"""Time for promises in seconds, on a machine that others use too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable


class Stopwatch:
    """The seconds since its start, without those in which a process waited for a processor.

    On a quiet machine this is the time of a clock on the wall. Where other processes keep the
    processors busy, it does not count what they take, so a promise is neither broken nor relaxed.

    Args:
        pids: The processes that have a part in what is measured, besides this one. One that ends
            counts until then.
    """

    def __init__(self, pids: Iterable[int]) -> None:
        self._before_s = {pid: _waited_s(pid) for pid in (os.getpid(), *pids)}
        self._began_s = monotonic()

    @property
    def passed_s(self) -> float:
        waited_s = (max(0.0, _waited_s(pid) - s) for pid, s in self._before_s.items())
        return monotonic() - self._began_s - sum(waited_s)

    async def within(
        self, promised_s: float, predicate: Callable[[], object | Awaitable[object]]
    ) -> None:
        """Wait until `predicate` holds.

        Raises:
            TimeoutError: It never did.
            AssertionError: It did later than promised, counted from the start of this stopwatch.
        """
        await wait_until(predicate)
        passed_s = self.passed_s
        assert passed_s <= promised_s, f"after {passed_s:.1f} s instead of {promised_s:.1f} s"


def _waited_s(pid: int) -> float:
    """How long the process was ready to run and did not; 0 where the system does not tell."""
    with suppress(OSError):
        _, run_delay_ns, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
        return int(run_delay_ns) / 1e9
    return 0.0
