"""Estimates a wait as a range, from the rate at which seats were freed lately."""

from __future__ import annotations

import math

WINDOW_S = 600
MIN_FREED = 2  # a single freed seat gives no rate


def estimate_s(*, ahead: int, freed: int, observed_s: int) -> tuple[int, int] | None:
    """The least and the most seconds until a person's turn. None: no estimate is possible.

    The rate is `freed` seats in the last ten minutes, or since the opening `observed_s` ago. A
    person's turn is `ahead` + 1 freed seats away. A count of n has the relative error 1/√n. This
    applies to the seats in the rate and to the seats to come. Few seats give a wide range.

    Args:
        ahead: The number of uncalled people in front.
        freed: The number of seats freed in the window.
        observed_s: For how many seconds the room has been open.
    """
    if freed < MIN_FREED:
        return None
    turns = ahead + 1
    expected = turns * max(1, min(observed_s, WINDOW_S)) / freed
    scatter = math.sqrt(1 / turns + 1 / freed)
    return math.floor(expected / (1 + scatter)), math.ceil(expected * (1 + scatter))
