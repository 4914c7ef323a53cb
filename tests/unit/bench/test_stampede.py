"""The simulation keeps the rules that it compares."""

from __future__ import annotations

from fullhouse_bench.stampede import Request, Scene, Story, stories

SCENE = Scene(waiting=400, seats=50)


def told(seated: list[int], in_vain: list[int]) -> Story:
    """People who ask one after the other: these are let in, those are not."""
    requests = [Request(float(n), person) for n, person in enumerate([*seated, *in_vain])]
    return Story("a story", requests, requests[: len(seated)])


def test_one_seed_tells_one_story() -> None:
    assert stories(SCENE) == stories(SCENE)
    assert stories(SCENE) != stories(Scene(waiting=400, seats=50, seed=8))


def test_every_seat_is_taken_once() -> None:
    for story in stories(SCENE):
        people = [request.person for request in story.seated]
        assert len(people) == len(set(people)) == SCENE.seats


def test_whoever_is_inside_asks_no_more() -> None:
    for story in stories(SCENE):
        since = {request.person: request.at_s for request in story.seated}
        assert all(r.at_s <= since.get(r.person, r.at_s) for r in story.requests)


def test_ours_steals_no_seat_and_has_the_lowest_peak() -> None:
    *others, ours = stories(Scene())

    assert ours.stolen == 0
    assert all(other.stolen for other in others)
    assert ours.peak_per_s < min(other.peak_per_s for other in others)
    assert ours.inversions < min(other.inversions for other in others) / 10


def test_the_last_seats_wait_for_those_who_are_offline() -> None:
    everybody_is_there = stories(Scene(waiting=400, seats=50, offline=0))[-1]
    some_are_not = stories(Scene(waiting=400, seats=50, offline=0.2))[-1]

    assert everybody_is_there.taken_by_s(1) < 1
    assert some_are_not.taken_by_s(1) > 1


def test_an_inversion_is_a_pair_against_the_order_of_the_line() -> None:
    assert told([0, 1, 2], []).inversions == 0
    assert told([2, 0, 1], []).inversions == 2
    assert told([3, 4], [0, 9]).inversions == 2  # both came before 0; 9 has nothing to complain of


def test_a_stolen_seat_is_one_that_the_line_would_have_given_to_another() -> None:
    assert told([1, 0], [2]).stolen == 0
    assert told([0, 7], [2, 3]).stolen == 1


def test_the_rate_counts_steps_without_a_request_too() -> None:
    assert told([0, 1], []).rates(0.5) == [
        (0.25, 2.0),
        (0.75, 0.0),
        (1.25, 2.0),
        (1.75, 0.0),
    ]
