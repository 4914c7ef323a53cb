"""When a node takes over rooms of another: not while that one is alive and only late."""

from __future__ import annotations

from math import inf

CLAIM_MS = 1_150
"""From a node's sweep until others count the room as left alone.

More than the second from sweep to sweep, so that nobody else sweeps a room that is looked after.
With the quarter of a second between two looks less than the longest step of a room's clock: a
step that is cut opens a truce, and the people of a dead node would keep places a lease longer.
"""

MARGIN_MS = CLAIM_MS - 1_000
ALMOST_LATE_S = 1.6
"""With the margin and a look, sweeps so far apart are still less than a step that is cut."""

LONGEST_CLAIM_MS = 10_000  # a node that has died is noticed by then, however late it was
LATE_LOOK_S = 1.5  # with the claim before it, rooms of a dead node have been cut already


def claim_ms(spacing_s: float) -> int:
    """How long a node claims a room that it sweeps now.

    A node that is late sweeps its next round late as well, perhaps later. If another node swept
    its rooms too, the store would have more to do and both would be later still.

    Args:
        spacing_s: Since the node's last sweep of the room.
    """
    spacing_ms = int(spacing_s * 1000)
    if spacing_s <= ALMOST_LATE_S:
        return max(CLAIM_MS, spacing_ms + MARGIN_MS)
    return min(LONGEST_CLAIM_MS, spacing_ms * 3 // 2)


class TakeoverGate:
    """Lets a node take rooms over only after it has been punctual for as long as a claim.

    Where the looks of a node come late, the node or the store has stood still. If it was the
    store, all nodes are late, and so are their sweeps: each gets the time to sweep its own rooms.
    Instants are of any clock that only rises.
    """

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._closed_until_s = -inf

    def is_open(self, now_s: float) -> bool:
        """Whether the look that begins now may take rooms."""
        self.note(now_s)
        return now_s >= self._closed_until_s

    def note(self, now_s: float) -> None:
        """A look begins, or its answer has come."""
        if self._last_s is not None and now_s - self._last_s > LATE_LOOK_S:
            self._closed_until_s = now_s + CLAIM_MS / 1000
        self._last_s = now_s

    def resume(self, now_s: float) -> None:
        """Rooms were swept since the last answer; that may take long without a fault."""
        self._last_s = now_s
