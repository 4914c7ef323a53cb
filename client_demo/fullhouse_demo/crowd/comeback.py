"""When a closed connection comes back, and when it does not."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from random import Random

_FIRST_S = 0.5
_LONGEST_S = 8.0  # two tries at least within the 20 s that a seat is kept
_ENOUGH = 10  # attempts: far past the longest backoff, and the power stays small
_FINAL_CODES = frozenset({1003, 1009, *range(4000, 4100)})


@dataclass(slots=True)
class Comeback:
    """The patience of one tab with its connection: full-jitter backoff, never before `retry`."""

    rng: Random
    attempt: int = 0
    not_before: float = 0.0
    is_put_off: bool = False

    def told_retry(self, after_s: float, now: float) -> None:
        """The server asked to be left alone for `after_s`, and so to be asked again."""
        self.not_before = now + after_s
        self.is_put_off = True

    def answered(self) -> None:
        """The server gave us a place: the next failure is a first one.

        `not_before` stands: a draining server may still tell news after its `retry`.
        """
        self.attempt = 0
        self.is_put_off = False

    def after_close(self, code: int, now: float) -> float:
        """When to connect again; `inf` is never."""
        if code in _FINAL_CODES and not self.is_put_off:
            return inf
        return self.after_failure(now)

    def after_failure(self, now: float) -> float:
        """When to connect again after no connection came about, or one broke."""
        backoff_s = self.rng.uniform(0, min(_LONGEST_S, _FIRST_S * 2**self.attempt))
        self.attempt = min(self.attempt + 1, _ENOUGH)
        return max(now, self.not_before) + backoff_s
