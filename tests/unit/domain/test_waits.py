"""An estimate is a range: wide where little is known, and none where nothing is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.waits import MIN_FREED, Progress, estimate_s, progress_of
from tests.soak.wait_estimates import SCENES, measured
from tests.unit.realtime.events import state

FULL = replace(state(), capacity=50, occupied=50, waiting=9, observed_s=600)

counts = st.integers(0, 100_000)
rates = st.integers(MIN_FREED, 100_000)


@pytest.mark.parametrize("freed", [0, 1])
def test_nobody_guesses_from_less_than_two_freed_seats(freed: int) -> None:
    assert estimate_s(0, replace(FULL, freed=freed)) is None


@pytest.mark.parametrize(
    "now",
    [{"paused": True}, {"refilling": True}, {"capacity": 0}],
    ids=["paused", "refilling", "no seats"],
)
def test_nobody_guesses_while_nobody_is_called(now: dict[str, Any]) -> None:
    assert estimate_s(0, replace(FULL, freed=9, **now)) is None


@pytest.mark.parametrize(
    ("ahead", "freed", "observed_s", "expected"),
    [
        (0, 2, 600, (60, 1480)),  # one seat in five minutes, one turn: a guess
        (9, 60, 600, (62, 160)),  # ten turns of ten seconds: surer
        (9, 60, 60, (6, 16)),  # a young room: sixty seats within its first minute
        (0, 2, 0, (0, 3)),  # within its first second
        (299, 60, 600, (1190, 7560)),  # three hundred turns: fifty minutes, if it goes on so
    ],
)
def test_the_pace_is_what_was_freed_lately(
    ahead: int, freed: int, observed_s: int, expected: tuple[int, int]
) -> None:
    assert estimate_s(ahead, replace(FULL, freed=freed, observed_s=observed_s)) == expected


def test_a_room_above_its_capacity_first_loses_the_people_that_are_too_many() -> None:
    draining = replace(FULL, freed=9, capacity=40, occupied=48, held=2)

    assert estimate_s(3, draining) == estimate_s(13, replace(FULL, freed=9))


def test_progress_is_the_place_and_its_estimate() -> None:
    now = replace(FULL, freed=9)

    assert progress_of(3, now) == Progress(3, estimate_s(3, now))


@given(ahead=counts, freed=rates, observed_s=st.integers(0, 600))
def test_the_expected_wait_lies_within_the_range(ahead: int, freed: int, observed_s: int) -> None:
    expected = (ahead + 1) * max(1, observed_s) / freed

    range_s = estimate_s(ahead, replace(FULL, freed=freed, observed_s=observed_s))

    assert range_s is not None
    assert 0 <= range_s[0] <= math.ceil(expected)
    assert math.floor(expected) <= range_s[1]


@given(ahead=counts, freed=rates)
def test_somebody_further_back_waits_no_less(ahead: int, freed: int) -> None:
    nearer = estimate_s(ahead, replace(FULL, freed=freed))
    further = estimate_s(ahead + 1, replace(FULL, freed=freed))

    assert nearer is not None
    assert further is not None
    assert nearer[0] <= further[0]
    assert nearer[1] <= further[1]


@pytest.mark.parametrize("scene", SCENES)
def test_eight_of_ten_people_are_called_within_the_range(scene: str) -> None:
    """The figures of `python -m tests.soak.wait_estimates`, of one event each."""
    figures = measured(scene, events=1, seed=1)

    assert figures.inside_percent >= 80
    assert figures.width <= 8
