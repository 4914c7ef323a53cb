"""One person may be lively; a loop gone wild is told to back off."""

from __future__ import annotations

from fullhouse.edge.token_buckets import BURST, PER_S, QUIET_BURST, QUIET_PER_S, TokenBuckets


def test_a_burst_is_allowed_and_no_message_more() -> None:
    buckets = TokenBuckets(burst=3, per_s=1)

    answers = [buckets.take("ada", 0.0) for _ in range(4)]

    assert answers == [True, True, True, False]


def test_after_a_burst_the_pace_counts() -> None:
    buckets = TokenBuckets(burst=2, per_s=2)
    for _ in range(2):
        buckets.take("ada", 0.0)

    answers = [buckets.take("ada", at_s) for at_s in (0.4, 0.5, 0.6, 1.0)]

    assert answers == [False, True, False, True]


def test_a_refused_message_is_not_held_against_the_person() -> None:
    buckets = TokenBuckets(burst=1, per_s=1)
    buckets.take("ada", 0.0)
    for _ in range(10):
        buckets.take("ada", 0.5)

    assert buckets.take("ada", 1.0)


def test_people_are_counted_one_by_one() -> None:
    buckets = TokenBuckets(burst=1, per_s=1)
    buckets.take("ada", 0.0)

    assert buckets.take("bob", 0.0)


def test_whoever_has_been_quiet_is_forgotten() -> None:
    buckets = TokenBuckets(burst=5, per_s=1)
    buckets.take("ada", 0.0)
    buckets.take("bob", 0.5)

    buckets.forget(1.0)

    assert len(buckets) == 1


def said(buckets: TokenBuckets, times: int, at_s: float = 0.0) -> list[int]:
    """How many messages other nodes are told of, message by message."""
    told = []
    for _ in range(times):
        assert buckets.take("ada", at_s)
        told.append(buckets.to_share("ada"))
    return told


def test_who_says_little_here_is_known_here_alone() -> None:
    assert said(TokenBuckets(), QUIET_BURST) == [0] * QUIET_BURST


def test_who_says_more_is_told_of_with_all_that_was_said_before() -> None:
    told = said(TokenBuckets(), QUIET_BURST + 3)

    assert told == [0] * QUIET_BURST + [QUIET_BURST + 1, 1, 1]


def test_a_pace_that_many_nodes_together_would_let_through_is_told_of() -> None:
    """Below the limit of one node, above that of the person on a few of them."""
    buckets = TokenBuckets()
    told = [count for n in range(60) for count in said(buckets, 1, at_s=n / (PER_S - 1))]

    assert sum(told) >= 60 - 60 / (PER_S - 1) * QUIET_PER_S - QUIET_BURST


def test_polls_as_often_as_clients_poll_are_never_told_of() -> None:
    buckets = TokenBuckets()

    assert [count for n in range(100) for count in said(buckets, 1, at_s=n * 5.0)] == [0] * 100


def test_whoever_has_been_quiet_is_known_here_alone_again() -> None:
    buckets = TokenBuckets()
    said(buckets, QUIET_BURST + 1)

    later_s = (QUIET_BURST + 1) / QUIET_PER_S
    assert said(buckets, 1, at_s=later_s - 0.01) == [1]
    assert said(buckets, 1, at_s=2 * later_s) == [0]


def test_who_has_said_enough_elsewhere_waits_here_as_long() -> None:
    buckets = TokenBuckets(burst=3, per_s=2)
    buckets.hold_back("ada", 0.0, 1.5)

    assert [buckets.take("ada", at_s) for at_s in (0.0, 1.4, 1.5, 1.6)] == [
        False,
        False,
        True,
        False,
    ]


def test_being_held_back_never_shortens_what_is_owed_here() -> None:
    buckets = TokenBuckets()
    for _ in range(BURST):
        buckets.take("ada", 0.0)

    buckets.hold_back("ada", 0.0, 0.01)

    assert not buckets.take("ada", 0.1)
