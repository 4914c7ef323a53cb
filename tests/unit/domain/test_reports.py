"""Reports: percentiles and what larger plans would have changed, against a list of the people."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fullhouse.domain.reports import Counted, Peak, report_of, wait_times
from tests.accounts import HUGE, LARGE, SMALL
from tests.unit.realtime.events import state

values = st.lists(st.integers(0, 400), min_size=1, max_size=60)


@given(values)
@settings(max_examples=50)
def test_percentiles_are_the_least_values_that_so_many_people_did_not_exceed(
    waits: list[int],
) -> None:
    times = wait_times(Counter(waits))

    for value, percent in ((times.median_s, 50), (times.p90_s, 90)):
        assert value in waits
        assert 100 * sum(wait <= value for wait in waits) >= percent * len(waits)
        assert 100 * sum(wait < value for wait in waits) < percent * len(waits)
    assert (times.measured, times.longest_s) == (len(waits), max(waits))


def test_nobody_waited_for_no_time_at_all() -> None:
    assert wait_times({}) == wait_times(Counter())
    assert wait_times({}).median_s is None


@given(values, st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=50)
def test_a_plan_would_have_seated_those_for_whom_its_seats_are_enough(
    needed: list[int], unknown: int, waiting: int
) -> None:
    """Of some waits nobody knows whether more seats would have helped: they stay."""
    counted = Counted(
        state(waiting=waiting),
        SMALL.seats,
        0,
        0,
        ended={"seated": len(needed) + unknown, "left": 3},
        needed=Counter(needed),
        gave_up_needed={240: 1, 260: 1},
        peak_demand=Peak(300, 1),
    )

    large, huge = report_of(counted, [HUGE, SMALL, LARGE]).plans

    assert (large.plan, huge.plan) == ("large", "huge")
    spared = sum(seats <= LARGE.seats for seats in needed)
    assert large.would_have_waited == len(needed) + unknown + 3 + waiting - spared
    assert (large.would_have_given_up, huge.would_have_given_up) == (2, 1)
    assert (large.seats_short_at_peak, huge.seats_short_at_peak) == (50, 0)


def test_a_limited_room_is_compared_by_the_seats_of_its_plan() -> None:
    counted = Counted(state(limited=True, capacity=20), SMALL.seats, 0, 0)

    assert [effect.plan for effect in report_of(counted, [SMALL, LARGE]).plans] == ["large"]


def test_all_people_who_came_are_accounted_for() -> None:
    ended = {"seated": 1, "left": 2, "expired": 3, "missed_calls": 4, "removed": 5}
    now = state(occupied=9, held=1, waiting=2, away=4)
    counted = Counted(now, SMALL.seats, 0, 0, at_once=10, ended=ended)  # type: ignore[arg-type]  # literals
    closed = replace(
        counted, state=replace(now, status="closed"), inside_at_close=8, waiting_at_close=6
    )

    assert (counted.waited, counted.gave_up, counted.came_in) == (15 + 7, 9, 11)
    assert (counted.arrivals, counted.inside, counted.still_waiting) == (32, 9, 7)
    assert (closed.waited, closed.inside, closed.still_waiting) == (15 + 6, 8, 6)
