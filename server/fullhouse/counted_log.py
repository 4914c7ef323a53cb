"""Log lines for frequent events: one line per kind and minute, with a count."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

SAID_EVERY_S = 60.0


class MinuteCounts:
    """Counts occurrences of each kind, to be reported once a minute.

    Args:
        now_s: A monotonic clock.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._untold: Counter[str] = Counter()
        self._told_s: dict[str, float] = {}

    def note(self, kind: str) -> int:
        """Count one occurrence. Returns the count since the last line if a line is due, else 0."""
        self._untold[kind] += 1
        now_s = self._now_s()
        if now_s - self._told_s.get(kind, -SAID_EVERY_S) < SAID_EVERY_S:
            return 0
        self._told_s[kind] = now_s
        return self._untold.pop(kind)

    def begin_anew(self) -> None:
        """Report the next occurrence of each kind at once."""
        self._told_s.clear()


class CountedLog:
    """Logs the first event of a kind at once, and later events once a minute with their count.

    Args:
        log: The logger for the lines.
        event: The message of each line.
        now_s: A monotonic clock.
    """

    def __init__(self, log: logging.Logger, event: str, now_s: Callable[[], float]) -> None:
        self._log = log
        self._event = event
        self._counts = MinuteCounts(now_s)

    def note(self, kind: str, **facts: object) -> None:
        """Count one occurrence. If a line is written, it contains the `facts` of this one."""
        if count := self._counts.note(kind):
            self._log.warning(self._event, extra={"kind": kind, "count": count, **facts})

    def begin_anew(self) -> None:
        """Log the next occurrence of each kind at once."""
        self._counts.begin_anew()
