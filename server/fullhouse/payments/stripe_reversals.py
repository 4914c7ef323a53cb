"""Reads the refunds and disputes of a payment from Stripe."""

from __future__ import annotations

from http import HTTPStatus

import stripe

from fullhouse.domain.money import Money
from fullhouse.domain.payments import ChargeRef, Unknown
from fullhouse.domain.reversals import NOTHING_REVERSED, Dispute, DisputeStatus, Reversal
from fullhouse.payments.stripe_currencies import UnknownCurrency, from_stripe_units
from fullhouse.payments.stripe_intents import ACCOUNT, CHARGE, gives_back, is_ours, reason_of

NOT_THERE = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)

INTENT = "pi_"  # the prefix of ids of PaymentIntents

# Closed inquiries (`warning_closed`) and prevented disputes took no money.
_CLOSED: dict[str, DisputeStatus] = {
    "won": "won",
    "warning_closed": "won",
    "prevented": "won",
    "lost": "lost",
}


class StripeReversals:
    """Reads refunds and disputes. Its calls never raise.

    Args:
        client: The client of the Stripe account.
        installation: Payments of other installations on the same Stripe account are not read.
    """

    def __init__(self, client: stripe.StripeClient, installation: str) -> None:
        self._installation = installation
        self._intents = client.v1.payment_intents
        self._charges = client.v1.charges
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes

    async def charge_of(self, reference: str) -> ChargeRef | Unknown | None:
        """Our charge for the Stripe intent or charge `reference`. None: it is not ours."""
        try:
            intent_id = await self._intent_of(reference)
            if intent_id is None:
                return None
            intent = await self._intents.retrieve_async(intent_id)
        except stripe.StripeError as error:
            if error.http_status in NOT_THERE:  # from another Stripe account, or invented
                return None
            return Unknown(reason_of(error))
        metadata = intent.metadata.to_dict()
        if ACCOUNT in metadata and CHARGE in metadata and is_ours(metadata, self._installation):
            return ChargeRef(metadata[ACCOUNT], metadata[CHARGE])
        return None

    async def reversal_of(self, reference: str) -> Reversal | Unknown:
        try:
            intent_id = await self._intent_of(reference)
            if intent_id is None:
                return NOTHING_REVERSED
            return Reversal(await self._refunded(intent_id), await self._disputed(intent_id))
        except UnknownCurrency as error:
            return Unknown(str(error))
        except stripe.StripeError as error:
            return Unknown(reason_of(error))

    async def _intent_of(self, reference: str) -> str | None:
        """The id of the intent. A dispute may name only the Stripe charge of the intent."""
        if reference.startswith(INTENT):
            return reference
        charge = await self._charges.retrieve_async(reference)
        intent = charge.payment_intent
        return intent if intent is None or isinstance(intent, str) else intent.id

    async def _refunded(self, reference: str) -> Money | None:
        """The sum of the refunds that did not fail. None: no refund was ever tried."""
        page = await self._refunds.list_async({"payment_intent": reference, "limit": 100})
        refunds = [refund async for refund in page.auto_paging_iter()]
        if not refunds:
            return None
        units = sum(refund.amount for refund in refunds if gives_back(refund))
        return from_stripe_units(units, refunds[0].currency)

    async def _disputed(self, reference: str) -> tuple[Dispute, ...]:
        try:
            page = await self._disputes.list_async({"payment_intent": reference, "limit": 100})
        except stripe.StripeError as error:
            if error.http_status in NOT_THERE:  # a server with the same API but without disputes
                return ()
            raise
        return tuple([dispute_of(each) async for each in page.auto_paging_iter()])


def dispute_of(dispute: stripe.Dispute) -> Dispute:
    amount = from_stripe_units(dispute.amount, dispute.currency)
    return Dispute(dispute.id, amount, dispute_status(dispute.status))


def dispute_status(status: str) -> DisputeStatus:
    """The meaning of a Stripe status for the money. An unknown status counts as `open`."""
    return _CLOSED.get(status, "open")
