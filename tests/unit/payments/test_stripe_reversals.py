"""What the statuses of a dispute mean for the money."""

from __future__ import annotations

import pytest
import stripe

from fullhouse.domain.money import Money
from fullhouse.domain.reversals import Dispute, DisputeStatus
from fullhouse.payments.stripe_reversals import dispute_of, dispute_status


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("needs_response", "open"),
        ("under_review", "open"),
        ("appeal_needs_response", "open"),
        ("appeal_under_review", "open"),
        ("warning_needs_response", "open"),
        ("warning_under_review", "open"),
        ("warning_closed", "won"),
        ("prevented", "won"),
        ("won", "won"),
        ("lost", "lost"),
        ("something_new", "open"),
    ],
)
def test_each_status_is_told_as_what_it_means(status: str, meaning: DisputeStatus) -> None:
    assert dispute_status(status) == meaning


def test_the_amount_is_counted_in_the_units_of_the_currency() -> None:
    dispute = stripe.Dispute.construct_from(
        {"id": "dp_1", "amount": 50_000, "currency": "isk", "status": "lost"}, "key"
    )

    assert dispute_of(dispute) == Dispute("dp_1", Money(500, "ISK"), "lost")
