"""Estimates a wait as a range, from the rate at which seats became free lately."""

from __future__ import annotations

import math
from typing import NamedTuple

from fullhouse.domain.rooms import RoomState

MIN_FREED = 2  # a single freed seat gives no rate
WINDOW_S = 600  # seats are counted for about this time

# Eight of ten values of a normal distribution lie within so many standard deviations.
DEVIATIONS = 1.2816
# People leave in waves, so the rate changes. For each window ahead, the squared error grows by
# DRIFT, up to MOST_DRIFT. Measured with tests/soak/wait_estimates.py.
DRIFT, MOST_DRIFT = 0.1, 0.5


class Progress(NamedTuple):
    """What a person in line is told while the line moves.

    Attributes:
        ahead: The number of uncalled people in front.
        estimate_s: The least and the most seconds until the person is called. None: unknown.
    """

    ahead: int
    estimate_s: tuple[int, int] | None = None


def progress_of(ahead: int, state: RoomState) -> Progress:
    """The progress of a person who is not called, with `ahead` uncalled people in front."""
    return Progress(ahead, estimate_s(ahead, state))


def estimate_s(ahead: int, state: RoomState) -> tuple[int, int] | None:
    """The least and the most seconds until a person is called. None: nobody can say.

    Eight of ten people are called within the range. The person's turn is `ahead` + 1 freed seats
    away, and in a room above its capacity those seats more that nobody gets. A count of n has the
    relative error 1/√n: the count of the seats in the rate, and of the seats to come. Both, and
    the drift of the rate, add up as squares of relative errors.

    Source: docs/decisions/0047-figures-say-what-happens.md.

    Args:
        ahead: The number of uncalled people in front.
        state: Of the room. `freed` seats became free in the last `observed_s`.
    """
    if state.freed < MIN_FREED or state.paused or state.refilling or state.capacity == 0:
        return None
    turns = ahead + 1 + max(0, state.occupied + state.held - state.capacity)
    expected_s = turns * max(1, state.observed_s) / state.freed
    drift = min(DRIFT * expected_s / WINDOW_S, MOST_DRIFT)
    error = math.sqrt(1 / turns + 1 / state.freed + drift)
    factor = math.exp(DEVIATIONS * error)
    return math.floor(expected_s / factor), math.ceil(expected_s * factor)
