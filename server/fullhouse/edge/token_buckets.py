"""Token buckets: each person may send a burst of messages, then a steady rate."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

BURST = 40  # for many reloads in several tabs, and for an app that wakes up
PER_S = 4.0

# Up to this many messages, a node counts a person without the store. Clients poll every five
# seconds and send a few messages when they connect, so nearly all people stay below.
QUIET_BURST = 10
QUIET_PER_S = 1.0


@dataclass(slots=True)
class _Spent:
    """The messages of one person: both counts decay, each at its own rate."""

    owed: float
    since_s: float
    above_quiet: float
    unreported: int = 0
    is_shared: bool = False


class TokenBuckets:
    """One token bucket for each person who sent messages lately. A full bucket is removed.

    Messages are counted per person, never per address, because an audience may share an address.
    Calls have buckets too (`call_limits.py`): one for each key, account, person or address.

    Args:
        burst: How many messages may come at once.
        per_s: How many more may come each second.
        quiet_burst, quiet_per_s: Up to so many messages the store is not told.
        block: The store is told of so many messages at once.
    """

    def __init__(
        self,
        *,
        burst: int = BURST,
        per_s: float = PER_S,
        quiet_burst: int = QUIET_BURST,
        quiet_per_s: float = QUIET_PER_S,
        block: int = 1,
    ) -> None:
        self._burst = burst
        self._per_s = per_s
        self._quiet_burst = quiet_burst
        self._quiet_per_s = quiet_per_s
        self._block = block
        self._spent: dict[Hashable, _Spent] = {}

    def __len__(self) -> int:
        return len(self._spent)

    def take(self, who: Hashable, now_s: float) -> bool:
        """Whether `who` may send one more message at `now_s` (any monotonic clock)."""
        spent = self._now(who, now_s)
        if spent.owed + 1 > self._burst:
            return False
        spent.owed += 1
        spent.above_quiet += 1
        self._spent[who] = spent
        return True

    def to_share(self, who: Hashable) -> int:
        """The messages of `who` to report to the store, including the one just taken.

        0 while `who` sends few messages here, and while a block is incomplete. Each message is
        reported once.
        """
        spent = self._spent[who]
        if not spent.is_shared and spent.above_quiet <= self._quiet_burst:
            return 0
        spent.unreported = (
            spent.unreported + 1 if spent.is_shared else math.ceil(spent.above_quiet)
        )
        spent.is_shared = True
        if spent.unreported < self._block:
            return 0
        count, spent.unreported = spent.unreported, 0
        return count

    def wait_s(self, who: Hashable, now_s: float) -> float:
        """How long `who` waits at `now_s` for the next message. 0: it may come at once."""
        return max(0.0, self._now(who, now_s).owed + 1 - self._burst) / self._per_s

    def hold_back(self, who: Hashable, now_s: float, wait_s: float) -> None:
        """Refuse messages of `who` for `wait_s`: all nodes together have reached the limit."""
        spent = self._now(who, now_s)
        spent.owed = max(spent.owed, self._burst - 1 + wait_s * self._per_s)
        self._spent[who] = spent

    def forget(self, now_s: float) -> None:
        """Remove full buckets. Call this regularly."""
        for who in [who for who in self._spent if self._is_quiet(self._now(who, now_s))]:
            del self._spent[who]

    def _now(self, who: Hashable, now_s: float) -> _Spent:
        """The bucket at `now_s`. The caller must store it after a change."""
        spent = self._spent.get(who) or _Spent(0.0, now_s, 0.0)
        passed_s = max(0.0, now_s - spent.since_s)
        spent.owed = max(0.0, spent.owed - passed_s * self._per_s)
        spent.above_quiet = max(0.0, spent.above_quiet - passed_s * self._quiet_per_s)
        spent.is_shared = spent.is_shared and spent.above_quiet > 0
        spent.since_s = now_s
        return spent

    @staticmethod
    def _is_quiet(spent: _Spent) -> bool:
        return spent.owed == 0 and spent.above_quiet == 0
