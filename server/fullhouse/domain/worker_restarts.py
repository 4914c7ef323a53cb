"""Decides when a worker process that ended is started again."""

from __future__ import annotations

from dataclasses import dataclass

STABLE_S = 10.0
"""A worker that lived this long did not end because of its start."""

FIRST_PAUSE_S, MOST_PAUSE_S = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class Restarts:
    """The ends of one worker.

    Attributes:
        quick_ends: How many times in a row the worker ended soon after its start.
    """

    quick_ends: int = 0

    def after_end(self, *, lived_s: float) -> Restarts:
        """The ends, with one more of a worker that lived for `lived_s` seconds."""
        return Restarts() if lived_s >= STABLE_S else Restarts(self.quick_ends + 1)

    @property
    def pause_s(self) -> float:
        """Seconds until the next start: 0 after the first quick end, then 1, 2, 4 and so on."""
        if self.quick_ends <= 1:
            return 0.0
        # The exponent is bounded, because a float has a largest power of two.
        doublings = min(self.quick_ends - 2, 10)
        return min(MOST_PAUSE_S, FIRST_PAUSE_S * 2.0**doublings)
