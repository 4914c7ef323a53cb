"""Reads webhooks of Stripe and verifies their signatures."""

from __future__ import annotations

import msgspec
import stripe

from fullhouse.domain.errors import Unauthenticated
from fullhouse.domain.payments import ChargeRef, PaymentNews
from fullhouse.domain.reversals import NOTHING_REVERSED, Dispute, Reversal
from fullhouse.payments.stripe_currencies import UnknownCurrency, from_stripe_units
from fullhouse.payments.stripe_intents import ACCOUNT, CHARGE, is_ours
from fullhouse.payments.stripe_reversals import dispute_status

# Limits the replay of a captured message. Source: https://docs.stripe.com/webhooks#verify-official-libraries
TOLERANCE_S = 300


class _Named(msgspec.Struct, frozen=True):
    id: str = ""


class _Object(msgspec.Struct, frozen=True):
    """The object of an event. Of each kind of object it has only the fields that are read here."""

    id: str = ""
    object: str = ""
    metadata: dict[str, str] | None = None
    payment_intent: str | _Named | None = None
    charge: str | _Named | None = None
    currency: str | None = None
    amount: int | None = None
    amount_refunded: int | None = None
    status: str | None = None


class _Data(msgspec.Struct, frozen=True):
    object: _Object = _Object()


class _Event(msgspec.Struct, frozen=True):
    type: str = ""
    created: int = 0
    data: _Data = _Data()


_NOTHING = _Event()


class StripeWebhook:
    """Reads events. Events may come in any order and repeatedly.

    Args:
        secret: The signing secret of the endpoint, `whsec_…`.
        installation: Events of other installations on the same Stripe account are not read.
    """

    def __init__(self, secret: str, installation: str) -> None:
        self._secret = secret
        self._installation = installation

    def read(self, payload: bytes, signature: str) -> PaymentNews | None:
        try:
            stripe.WebhookSignature.verify_header(payload, signature, self._secret, TOLERANCE_S)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            reason = "The signature is not Stripe's, or too old."
            raise Unauthenticated(reason, "webhook_signature") from error
        event = _event_of(payload)
        thing = event.data.object
        metadata = thing.metadata or {}
        if not is_ours(metadata, self._installation):
            return None
        charge = _charge_of(metadata)
        reversal, reference = _reversal_of(event), _reference_of(thing)
        if charge is None and (reversal is None or reference is None):
            return None
        return PaymentNews(charge, reference, reversal)


def _event_of(payload: bytes) -> _Event:
    try:
        return msgspec.json.decode(payload, type=_Event)
    except msgspec.DecodeError:  # an event of another shape is not about a payment of ours
        return _NOTHING


def _charge_of(metadata: dict[str, str]) -> ChargeRef | None:
    if ACCOUNT in metadata and CHARGE in metadata:
        return ChargeRef(metadata[ACCOUNT], metadata[CHARGE])
    return None


def _reference_of(thing: _Object) -> str | None:
    """The id of the intent that the event is about, or else of the intent's Stripe charge."""
    if thing.object == "payment_intent":
        return thing.id
    return _id_of(thing.payment_intent) or _id_of(thing.charge) or None


def _id_of(named: str | _Named | None) -> str:
    return named.id if isinstance(named, _Named) else named or ""


def _reversal_of(event: _Event) -> Reversal | None:
    """The refunds or dispute in the event. None: the event is about a payment."""
    thing = event.data.object
    if thing.object == "dispute":
        return _of_dispute(thing, event.created)
    if thing.object == "charge" and thing.amount_refunded:
        return _of_refunds(thing)
    # A refund has its own amount, but not the sum of all refunds. The sum is asked for later.
    return NOTHING_REVERSED if thing.object == "refund" else None


def _of_dispute(thing: _Object, created: int) -> Reversal:
    try:
        amount = from_stripe_units(thing.amount or 0, thing.currency or "")
    except UnknownCurrency:
        return NOTHING_REVERSED
    status = dispute_status(thing.status or "")
    return Reversal(disputes=(Dispute(thing.id, amount, status, told_s=created),))


def _of_refunds(thing: _Object) -> Reversal:
    try:
        return Reversal(from_stripe_units(thing.amount_refunded or 0, thing.currency or ""))
    except UnknownCurrency:
        return NOTHING_REVERSED
