"""Made-up crowds arrive within their time, and a schedule can be played faster."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from fullhouse_demo.crowd.schedule import Arrivals, Schedule, Span, Visit, made_up


def crowd(seed: int = 1, *, arrivals: Arrivals, leaving: float = 0.0) -> Schedule:
    rng = Random(seed)
    return made_up(50, over_s=10, arrivals=arrivals, leaving=leaving, prefix="p-", rng=rng)


def test_even_arrivals_are_equally_far_apart() -> None:
    assert [visit.arrives_s for visit in crowd(arrivals=Arrivals.EVEN).visits] == [
        pytest.approx(0.2 * n) for n in range(50)
    ]


def test_random_arrivals_stay_within_their_time_and_are_uneven() -> None:
    moments = [visit.arrives_s for visit in crowd(arrivals=Arrivals.POISSON).visits]

    assert moments == sorted(moments)
    assert 0 <= moments[0] < moments[-1] <= 10
    assert len({round(later - earlier, 6) for earlier, later in pairwise(moments)}) > 40


def test_in_a_rush_the_room_is_nearly_full_after_a_third_of_the_time() -> None:
    """The notice of the demo comes within ten seconds, and the room is full a little later."""
    rush = Arrivals.RUSH
    crowd = made_up(70, over_s=30, arrivals=rush, leaving=0.0, prefix="p-", rng=Random(1))

    moments = [visit.arrives_s for visit in crowd.visits]

    assert moments == sorted(moments)
    assert 5 < moments[39] < 10 < moments[49] < 15 < moments[-1] < 30


def test_the_same_seed_makes_the_same_crowd() -> None:
    assert crowd(7, arrivals=Arrivals.POISSON) == crowd(7, arrivals=Arrivals.POISSON)
    assert crowd(7, arrivals=Arrivals.POISSON) != crowd(8, arrivals=Arrivals.POISSON)


def test_everybody_leaves_or_nobody_as_the_share_says() -> None:
    all_go = crowd(arrivals=Arrivals.EVEN, leaving=1.0).visits
    none_go = crowd(arrivals=Arrivals.EVEN, leaving=0.0).visits

    assert all(visit.leaves_s is not None and visit.leaves_s > visit.arrives_s for visit in all_go)
    assert all(visit.leaves_s is None for visit in none_go)


def test_speed_shortens_every_time_alike() -> None:
    event = Schedule.of([Visit("p-1", "Ada", 60, 120, (Span(90, 105),)), Visit("p-2", "Ben", 90)])

    assert event.at_speed(30).visits == (
        Visit("p-1", "Ada", 2, 4, (Span(3, 3.5),)),
        Visit("p-2", "Ben", 3),
    )


def test_visits_of_one_person_stay_together_in_order() -> None:
    again = Visit("p-1", "Ada", 50)
    first, other = Visit("p-1", "Ada", 0, 10), Visit("p-2", "Ben", 5)

    people = Schedule.of([again, other, first]).by_person()

    assert list(people.items()) == [("p-1", (first, again)), ("p-2", (other,))]


def test_a_recorded_event_lasts_until_the_last_move() -> None:
    event = Schedule.of([Visit("p-1", "Ada", 0, 70), Visit("p-2", "Ben", 60)])

    assert event.lasts_s == 70
    assert event.at_speed(7).lasts_s == 10


def test_a_made_up_event_lasts_as_long_as_people_arrive() -> None:
    """So that `--over` and `--stay` add up, whenever somebody would have left."""
    assert crowd(arrivals=Arrivals.EVEN, leaving=1.0).lasts_s == 10


@pytest.mark.parametrize(("arrives_s", "leaves_s"), [(-1, None), (float("nan"), None), (5, 4)])
def test_impossible_visits_are_refused(arrives_s: float, leaves_s: float | None) -> None:
    with pytest.raises(ValueError, match="nobody"):
        Visit("p-1", "Ada", arrives_s, leaves_s)
