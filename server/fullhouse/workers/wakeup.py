"""Signals of the supervisor as values, so that they are handled between two steps."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from fullhouse.workers.child import WATCHED

_MOST_BYTES = 4096


class Wakeup:
    """Waits for a signal. Make one with `watching_signals`."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        os.set_blocking(self.writing, False)

    def wait(self, within_s: float) -> list[signal.Signals]:
        """The signals since the last call, in their order, after at most `within_s` seconds."""
        ready, _, _ = select.select([self.reading], [], [], within_s)
        numbers = os.read(self.reading, _MOST_BYTES) if ready else b""
        return [signal.Signals(number) for number in numbers]


@contextmanager
def watching_signals() -> Iterator[Wakeup]:
    """Handle the signals in `WATCHED` by a `Wakeup` while the block is open."""
    wakeup = Wakeup()
    before = {number: signal.signal(number, _nothing) for number in WATCHED}
    signal.set_wakeup_fd(wakeup.writing, warn_on_full_buffer=False)
    try:
        yield wakeup
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wakeup.reading)
        os.close(wakeup.writing)


def _nothing(*_: object) -> None:
    """A handler must be set, otherwise the signal would end the process."""
