"""Decides when a tab connects again after its connection closed, or that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from random import Random

_FIRST_S = 0.5
_LONGEST_S = 8.0  # at least two attempts within the 20 s that a seat is kept
_ENOUGH = 10  # counted attempts: the backoff is at its longest, and the power stays small
_FINAL_CODES = frozenset({1002, 1003, 1007, 1009, *range(4000, 4100)})


@dataclass(slots=True)
class Comeback:
    """The backoff of one tab: full jitter, and never before the time that `retry` named."""

    rng: Random
    attempt: int = 0
    not_before: float = 0.0
    is_put_off: bool = False

    def told_retry(self, after_s: float, now: float) -> None:
        """The server sent `retry`: connect again, but not before `after_s`."""
        self.not_before = now + after_s
        self.is_put_off = True

    def answered(self) -> None:
        """The server gave a place, so the next failure counts as the first.

        `not_before` stays: a draining server may still send messages after its `retry`.
        """
        self.attempt = 0
        self.is_put_off = False

    def after_close(self, code: int, now: float) -> float:
        """When to connect again after a close. `inf`: never."""
        if code in _FINAL_CODES and not self.is_put_off:
            return inf
        return self.after_failure(now)

    def after_failure(self, now: float) -> float:
        """When to connect again after a failed attempt or a broken connection."""
        backoff_s = self.rng.uniform(0, min(_LONGEST_S, _FIRST_S * 2**self.attempt))
        self.attempt = min(self.attempt + 1, _ENOUGH)
        return max(now, self.not_before) + backoff_s
