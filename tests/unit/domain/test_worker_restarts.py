"""When a worker that ended is started again."""

from __future__ import annotations

from fullhouse.domain.worker_restarts import MOST_PAUSE_S, STABLE_S, Restarts


def after(*lives_s: float) -> Restarts:
    restarts = Restarts()
    for lived_s in lives_s:
        restarts = restarts.after_end(lived_s=lived_s)
    return restarts


def test_a_worker_that_served_for_a_while_is_back_at_once() -> None:
    assert after(STABLE_S).pause_s == 0
    assert after(STABLE_S, STABLE_S, STABLE_S).pause_s == 0


def test_a_single_quick_end_costs_no_pause() -> None:
    """New connections wait in the queue of its socket meanwhile."""
    assert after(0.1).pause_s == 0


def test_the_pauses_double_and_have_a_limit() -> None:
    pauses = [after(*[0.1] * ends).pause_s for ends in range(2, 9)]

    assert pauses == [1, 2, 4, 8, 16, MOST_PAUSE_S, MOST_PAUSE_S]
    assert after(*[0.1] * 5000).pause_s == MOST_PAUSE_S


def test_a_long_life_ends_the_series() -> None:
    assert after(0.1, 0.1, 0.1, STABLE_S, 0.1).pause_s == 0
