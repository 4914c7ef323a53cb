"""What the statuses of an intent mean: each that Stripe names, and those it may yet invent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from fullhouse.domain.accounts import PaymentRef
from fullhouse.domain.money import Money
from fullhouse.domain.payments import (
    Charge,
    Failed,
    Paid,
    PaymentResult,
    Pending,
    TooSmall,
    Unknown,
)
from fullhouse.payments.stripe_intents import intent_params, is_hopeless, refused, told_by

CHARGE = Charge("u1", "acme", Money(1800, "EUR"), datetime(2026, 3, 21, tzinfo=UTC), None)
ON_FILE = replace(CHARGE, payer=PaymentRef("cus_1", "pm_1"))
RENEWAL = replace(ON_FILE, unattended=True)


def intent(status: str, **fields: Any) -> stripe.PaymentIntent:  # noqa: ANN401  # what Stripe sends
    values = {"id": "pi_1", "status": status, "client_secret": "secret", **fields}
    return stripe.PaymentIntent.construct_from({"last_payment_error": None, **values}, "key")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("succeeded", Paid("pi_1")),
        ("canceled", Failed("The payment was called off.")),
        ("processing", Pending("pi_1")),
        ("requires_action", Pending("pi_1", "secret")),
        ("requires_payment_method", Pending("pi_1", "secret")),
        ("requires_confirmation", Pending("pi_1", "secret")),
        ("requires_capture", Unknown("the intent is requires_capture")),
        ("something_new", Unknown("the intent is something_new")),
    ],
)
def test_each_status_is_told_as_what_it_means(status: str, result: PaymentResult) -> None:
    assert told_by(intent(status)) == result


def test_a_canceled_intent_tells_what_was_wrong_with_the_card() -> None:
    canceled = intent("canceled", last_payment_error={"message": "Your card has expired."})

    assert told_by(canceled) == Failed("Your card has expired.")


def test_what_stripe_itself_calls_too_small_is_no_failure() -> None:
    """Its least charge depends on the currency of the seller's bank account."""
    error = stripe.StripeError(code="amount_too_small")

    assert refused(CHARGE, error, is_declined=False) == TooSmall()


@pytest.mark.parametrize(
    ("charge", "hopeless"),
    [
        (CHARGE, set()),
        (ON_FILE, {"requires_payment_method"}),
        (RENEWAL, {"requires_payment_method", "requires_action", "requires_confirmation"}),
    ],
)
def test_what_nobody_can_bring_to_an_end_is_hopeless(charge: Charge, hopeless: set[str]) -> None:
    statuses = (
        "succeeded",
        "canceled",
        "processing",
        "requires_action",
        "requires_payment_method",
        "requires_confirmation",
    )

    assert {each for each in statuses if is_hopeless(charge, intent(each))} == hopeless


def test_an_intent_is_for_cards_in_the_words_of_stripe() -> None:
    params = intent_params(ON_FILE, "here")

    assert dict(params) == {
        "amount": 1800,
        "currency": "eur",
        "payment_method_types": ["card"],
        "customer": "cus_1",
        "payment_method": "pm_1",
        "metadata": {
            "fullhouse_installation": "here",
            "fullhouse_account": "acme",
            "fullhouse_charge": "u1",
        },
    }
