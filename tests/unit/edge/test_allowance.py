"""One person may be lively; a loop gone wild is told to back off."""

from __future__ import annotations

from server.edge.allowance import Allowances


def test_a_burst_is_allowed_and_no_message_more() -> None:
    allowances = Allowances(burst=3, per_s=1)

    answers = [allowances.take("ada", 0.0) for _ in range(4)]

    assert answers == [True, True, True, False]


def test_after_a_burst_the_pace_counts() -> None:
    allowances = Allowances(burst=2, per_s=2)
    for _ in range(2):
        allowances.take("ada", 0.0)

    answers = [allowances.take("ada", at_s) for at_s in (0.4, 0.5, 0.6, 1.0)]

    assert answers == [False, True, False, True]


def test_a_refused_message_is_not_held_against_the_person() -> None:
    allowances = Allowances(burst=1, per_s=1)
    allowances.take("ada", 0.0)
    for _ in range(10):
        allowances.take("ada", 0.5)

    assert allowances.take("ada", 1.0)


def test_people_are_counted_one_by_one() -> None:
    allowances = Allowances(burst=1, per_s=1)
    allowances.take("ada", 0.0)

    assert allowances.take("bob", 0.0)


def test_whoever_has_been_quiet_is_forgotten() -> None:
    allowances = Allowances(burst=5, per_s=1)
    allowances.take("ada", 0.0)
    allowances.take("bob", 0.5)

    allowances.forget(1.0)

    assert len(allowances) == 1
