"""Refunds and disputes: known in absolute values, whatever the order of the messages."""

from __future__ import annotations

from itertools import permutations

import pytest

from fullhouse.domain.money import Money
from fullhouse.domain.reversals import (
    NOTHING_REVERSED,
    Dispute,
    DisputeStatus,
    Reversal,
    entry_of,
    with_news,
)


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


def dispute(status: DisputeStatus, told_s: int = 0, *, id_: str = "dp_1") -> Dispute:
    return Dispute(id_, euros(500), status, told_s)


def told(*disputes: Dispute, refunded: int | None = None) -> Reversal:
    return Reversal(None if refunded is None else euros(refunded), disputes)


@pytest.mark.parametrize(
    ("charge", "entry"),
    [("u1", "u1"), ("acme:renewal-2026-03-31:2", "renewal-2026-03-31")],
)
def test_a_charge_belongs_to_an_entry_of_the_ledger(charge: str, entry: str) -> None:
    assert entry_of(charge) == entry


@pytest.mark.parametrize(
    ("reversal", "returns"),
    [
        (NOTHING_REVERSED, False),
        (told(refunded=999), False),
        (told(refunded=1000), True),
        (told(refunded=0), False),
        (told(dispute("open"), dispute("open", id_="dp_2")), False),
        (told(dispute("lost"), dispute("won", id_="dp_2")), False),
        (told(dispute("lost"), dispute("lost", id_="dp_2")), True),
        (told(dispute("lost"), refunded=500), True),
    ],
)
def test_all_of_it_is_returned_by_refunds_and_lost_disputes(
    reversal: Reversal, returns: bool
) -> None:
    assert reversal.returns(euros(1000)) is returns


def test_what_cost_nothing_is_never_returned() -> None:
    assert not NOTHING_REVERSED.returns(euros(0))


def test_what_the_gateway_answers_counts_more_than_what_a_message_says() -> None:
    known = told(dispute("lost", 5), refunded=900)

    after = with_news(known, told(refunded=900), told(dispute("won"), refunded=300))

    assert after == told(dispute("won", 5), refunded=300)


def test_refunds_that_have_failed_count_for_nothing() -> None:
    assert with_news(told(refunded=900), NOTHING_REVERSED, told(refunded=0)).refunded == euros(0)


def test_where_the_gateway_cannot_say_the_message_counts() -> None:
    assert with_news(NOTHING_REVERSED, told(refunded=900), None) == told(refunded=900)
    assert with_news(told(refunded=900), told(dispute("open")), NOTHING_REVERSED) == told(
        dispute("open"), refunded=900
    )


def test_the_last_word_on_a_dispute_stands_in_whatever_order_the_messages_come() -> None:
    messages = [dispute("open", 1), dispute("open", 2), dispute("lost", 3)]

    for order in permutations(messages):
        known = NOTHING_REVERSED
        for message in [*order, *order]:
            known = with_news(known, told(message), None)
        assert known == told(dispute("lost", 3))


def test_of_two_decisions_the_later_counts() -> None:
    known = with_news(told(dispute("lost", 9)), told(dispute("won", 8)), None)

    assert with_news(known, told(dispute("won", 10)), None) == told(dispute("won", 10))
    assert known == told(dispute("lost", 9))


def test_several_disputes_are_kept_apart() -> None:
    first, second = dispute("open"), dispute("lost", id_="dp_2")

    assert with_news(told(first), told(second), None).disputes == (first, second)
