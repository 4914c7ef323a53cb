"""Decides when a client connects again after its connection closed, or that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from random import Random

from fullhouse.domain.close_codes import StandardCloseCode

_ENOUGH = 10  # counted attempts: the backoff is at its longest, and the power stays small
_OUR_MISTAKES = frozenset(map(int, StandardCloseCode))  # we would make them again
_FINAL_CODES = range(4000, 4100)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Bounds of the random pause before an attempt: each is twice the one before."""

    first_s: float = 0.5
    longest_s: float = 8.0  # at least two attempts within the 20 s that a seat is kept


BACKOFF = Backoff()


@dataclass(slots=True)
class Reconnection:
    """The pauses of one client: full jitter, and never before the time that `retry` named."""

    rng: Random
    backoff: Backoff = BACKOFF
    attempt: int = 0
    not_before: float = 0.0
    is_put_off: bool = False

    def put_off(self, after_s: float, now: float) -> None:
        """The server sent `retry`: connect again, but not before `after_s`."""
        self.not_before = now + after_s
        self.is_put_off = True

    def answered(self) -> None:
        """The server told of the room, so the next failure counts as the first.

        `not_before` stays: a stopping server may still send messages after its `retry`.
        """
        self.attempt = 0
        self.is_put_off = False

    def after_close(self, code: int, now: float) -> float:
        """When to connect again after a close. `inf`: never."""
        if code in _OUR_MISTAKES or (code in _FINAL_CODES and not self.is_put_off):
            return inf
        return self.after_failure(now)

    def after_failure(self, now: float) -> float:
        """When to connect again after a failed attempt or a broken connection."""
        bound_s = min(self.backoff.longest_s, self.backoff.first_s * 2**self.attempt)
        self.attempt = min(self.attempt + 1, _ENOUGH)
        return max(now, self.not_before) + self.rng.uniform(0, bound_s)
