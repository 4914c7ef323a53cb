"""How fast one person may talk: a burst, then a steady pace, whatever address they come from."""

from __future__ import annotations

from collections.abc import Hashable

BURST = 40  # reloads of a nervous person in several tabs, and what an app sends on waking
PER_S = 4.0


class Allowances:
    """One bucket for each person who spoke lately; a full bucket is forgotten.

    Counted per person and never per address: an audience may share one.
    """

    def __init__(self, *, burst: int = BURST, per_s: float = PER_S) -> None:
        self._burst = burst
        self._per_s = per_s
        self._spent: dict[Hashable, tuple[float, float]] = {}  # who -> messages owed, since when

    def __len__(self) -> int:
        return len(self._spent)

    def take(self, who: Hashable, now_s: float) -> bool:
        """Whether `who` may send one more message at `now_s` (any steady clock)."""
        owed = self._owed(who, now_s) + 1
        if owed > self._burst:
            return False
        self._spent[who] = (owed, now_s)
        return True

    def forget(self, now_s: float) -> None:
        """Drop whoever owes nothing any more. Run it now and then."""
        for who in [who for who in self._spent if self._owed(who, now_s) == 0]:
            del self._spent[who]

    def _owed(self, who: Hashable, now_s: float) -> float:
        owed, since_s = self._spent.get(who, (0.0, now_s))
        return max(0.0, owed - (now_s - since_s) * self._per_s)
