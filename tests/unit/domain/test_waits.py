"""An estimate is a range: wide where little is known, and none where nothing is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.waits import MIN_FREED, WINDOW_S, estimate_s


@pytest.mark.parametrize("freed", [0, 1])
def test_nobody_guesses_from_less_than_two_freed_seats(freed: int) -> None:
    assert estimate_s(ahead=0, freed=freed, observed_s=600) is None


@pytest.mark.parametrize(
    ("ahead", "freed", "observed_s", "expected"),
    [
        (0, 2, 600, (134, 668)),  # one seat in five minutes, one turn: 300 s, give or take
        (9, 60, 600, (74, 135)),  # ten turns of ten seconds: surer
        (9, 60, 60, (7, 14)),  # a young room: sixty seats within its first minute
        (0, 2, 0, (0, 2)),  # within its first second
    ],
)
def test_the_pace_is_what_was_freed_lately(
    ahead: int, freed: int, observed_s: int, expected: tuple[int, int]
) -> None:
    assert estimate_s(ahead=ahead, freed=freed, observed_s=observed_s) == expected


def test_what_was_freed_long_ago_does_not_count_as_time_observed() -> None:
    lately = estimate_s(ahead=3, freed=5, observed_s=WINDOW_S)

    assert estimate_s(ahead=3, freed=5, observed_s=10 * WINDOW_S) == lately


@given(
    ahead=st.integers(0, 100_000),
    freed=st.integers(MIN_FREED, 100_000),
    observed_s=st.integers(0, 86_400),
)
def test_the_expected_wait_lies_within_the_range(ahead: int, freed: int, observed_s: int) -> None:
    expected = (ahead + 1) * max(1, min(observed_s, WINDOW_S)) / freed

    range_s = estimate_s(ahead=ahead, freed=freed, observed_s=observed_s)

    assert range_s is not None
    assert 0 <= range_s[0] <= expected <= range_s[1]


@given(ahead=st.integers(0, 1000), freed=st.integers(MIN_FREED, 1000))
def test_somebody_further_back_waits_no_less(ahead: int, freed: int) -> None:
    nearer = estimate_s(ahead=ahead, freed=freed, observed_s=WINDOW_S)
    further = estimate_s(ahead=ahead + 1, freed=freed, observed_s=WINDOW_S)

    assert nearer is not None
    assert further is not None
    assert nearer[0] <= further[0]
    assert nearer[1] <= further[1]
