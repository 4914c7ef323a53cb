"""Requests for Stripe PaymentIntents, and the meaning of their states. No I/O."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fullhouse.domain.payments import (
    Charge,
    Failed,
    Paid,
    PaymentResult,
    Pending,
    TooSmall,
    Unknown,
)
from fullhouse.payments.stripe_currencies import stripe_limits, stripe_units

if TYPE_CHECKING:
    from collections.abc import Mapping

    import stripe
    from stripe.params import PaymentIntentCreateParams

log = logging.getLogger(__name__)

# The version of the API that this code is written for. By default the library sends its own
# version, and later versions rename fields.
API_VERSION = "2025-09-30.clover"

# Metadata that links an intent to its charge. Webhooks and look-ups read it.
INSTALLATION = "fullhouse_installation"
ACCOUNT, CHARGE = "fullhouse_account", "fullhouse_charge"

# An upgrade in the middle of an event needs an answer in seconds. A bank debit takes days.
METHODS = ["card"]

NO_METHOD = Failed("There is no payment method on file.")
NOT_MADE = Failed("The payment could not be made.")

_UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")


def intent_params(charge: Charge, installation: str) -> PaymentIntentCreateParams:
    """Parameters of an intent for `charge`, with the payer's stored method if there is one."""
    params: PaymentIntentCreateParams = {
        "amount": stripe_units(charge.amount),
        "currency": charge.amount.currency.lower(),
        "payment_method_types": METHODS,  # type: ignore[typeddict-unknown-key]  # of API_VERSION
        "metadata": metadata_of(charge, installation),
    }
    if charge.payer and charge.payer.customer:
        params["customer"] = charge.payer.customer
    if charge.payer and charge.payer.method:
        params["payment_method"] = charge.payer.method
    return params


def refused_amount(charge: Charge) -> Failed | TooSmall | None:
    """Why Stripe would refuse the amount of `charge`. None: Stripe can charge it."""
    if limits := stripe_limits(charge.amount.currency):
        return TooSmall() if limits.is_too_small(charge.amount.amount) else None
    extra = {"charge": charge.id, "account": charge.account, "currency": charge.amount.currency}
    log.error("stripe.unknown_currency", extra=extra)
    return NOT_MADE


def metadata_of(charge: Charge, installation: str) -> dict[str, str]:
    return {INSTALLATION: installation, ACCOUNT: charge.account, CHARGE: charge.id}


def is_ours(metadata: Mapping[str, str], installation: str) -> bool:
    """Whether a payment of this Stripe account belongs to this installation.

    An earlier version of the server did not write the installation. A payment without one counts
    as ours, because a payer must not be charged again.
    """
    return metadata.get(INSTALLATION, installation) == installation


def told_by(intent: stripe.PaymentIntent) -> PaymentResult:
    """The result of a charge, according to the status of its intent."""
    if intent.status == "succeeded":
        return Paid(intent.id)
    if intent.status == "canceled":
        return Failed(_complaint_of(intent))
    if intent.status == "processing":
        return Pending(intent.id)
    if intent.status in _UNPAID:
        return Pending(intent.id, intent.client_secret)
    return Unknown(f"the intent is {intent.status}")


def is_hopeless(charge: Charge, intent: stripe.PaymentIntent) -> bool:
    """Whether an unpaid intent can no longer be paid.

    No payer is present in a renewal. If a stored method was declined, the server does not ask for
    another one: the payer chooses one with the platform and buys again.
    """
    is_declined = intent.status == "requires_payment_method" and has_method(charge)
    return is_declined or (charge.unattended and intent.status in _UNPAID)


def has_method(charge: Charge) -> bool:
    return charge.payer is not None and charge.payer.method is not None


def gives_back(refund: stripe.Refund) -> bool:
    """Whether the money of a refund is back with the payer, or on its way."""
    return refund.status in ("succeeded", "pending")


def refused(charge: Charge, error: stripe.StripeError, *, is_declined: bool) -> Failed | TooSmall:
    """The result of a request that Stripe refused. Logs reasons that only an operator can fix."""
    if error.code == "amount_too_small":  # also by the currency of the seller's bank account
        return TooSmall()
    if is_declined:
        return Failed(error.user_message or NOT_MADE.reason)
    # The payer cannot fix this error, and its text contains ids of customers or our key.
    extra = {"charge": charge.id, "account": charge.account, "reason": reason_of(error)}
    log.error("stripe.refused", extra=extra)
    return NOT_MADE


def unknown(error: stripe.StripeError) -> Unknown:
    return Unknown(reason_of(error))


def reason_of(error: stripe.StripeError) -> str:
    """The reason for the log: the class of the error, the HTTP status and Stripe's code."""
    parts = (type(error).__name__, str(error.http_status or ""), error.code or "")
    return " ".join(filter(None, parts))


def _complaint_of(intent: stripe.PaymentIntent) -> str:
    complaint = intent.last_payment_error
    return (complaint and complaint.message) or "The payment was called off."
