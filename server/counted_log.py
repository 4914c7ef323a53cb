"""Log lines about what may happen often: one a minute and kind, with a count."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

SAID_EVERY_S = 60.0


class CountedLog:
    """Writes the first of a kind at once, and the next after a minute, with how many there were.

    Args:
        log: Where the lines go.
        event: The message of each line.
        now_s: A steady clock.
    """

    def __init__(self, log: logging.Logger, event: str, now_s: Callable[[], float]) -> None:
        self._log = log
        self._event = event
        self._now_s = now_s
        self._unsaid: Counter[str] = Counter()
        self._said_s: dict[str, float] = {}

    def note(self, kind: str, **facts: object) -> None:
        """It happened. `facts` are those of the occurrence that is written."""
        self._unsaid[kind] += 1
        now_s = self._now_s()
        if now_s - self._said_s.get(kind, -SAID_EVERY_S) < SAID_EVERY_S:
            return
        self._said_s[kind] = now_s
        count = self._unsaid.pop(kind)
        self._log.warning(self._event, extra={"kind": kind, "count": count, **facts})

    def begin_anew(self) -> None:
        """The next of each kind is news again."""
        self._said_s.clear()
