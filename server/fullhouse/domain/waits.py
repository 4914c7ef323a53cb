"""An honest range for the wait: from how often seats were freed lately, or no estimate."""

from __future__ import annotations

import math

WINDOW_S = 600
MIN_FREED = 2  # one freed seat says nothing about the next


def estimate_s(*, ahead: int, freed: int, observed_s: int) -> tuple[int, int] | None:
    """Seconds until one's own turn, from and to; None while nobody can know.

    `freed` seats in the last ten minutes (or since the opening, `observed_s` ago) make the
    pace. The k-th next free seat is k waits away; both the pace and the k waits scatter like
    the square root of their number, which makes the range wide where little is known.

    Args:
        ahead: Uncalled people in front.
        freed: Seats freed in the window.
        observed_s: How long the room has been open.
    """
    if freed < MIN_FREED:
        return None
    turns = ahead + 1
    expected = turns * max(1, min(observed_s, WINDOW_S)) / freed
    scatter = math.sqrt(1 / turns + 1 / freed)
    return math.floor(expected / (1 + scatter)), math.ceil(expected * (1 + scatter))
