"""What Stripe gave back of a payment, or what its payer disputes."""

from __future__ import annotations

from http import HTTPStatus

import stripe

from fullhouse.domain.money import Money
from fullhouse.domain.payments import ChargeRef, Unknown
from fullhouse.domain.reversals import NOTHING_REVERSED, Dispute, DisputeStatus, Reversal
from fullhouse.payments.stripe_currencies import UnknownCurrency, from_stripe_units
from fullhouse.payments.stripe_intents import ACCOUNT, CHARGE, gives_back, is_ours, reason_of

NOT_THERE = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)

INTENT = "pi_"  # what ids of PaymentIntents begin with

# Inquiries (`warning_…`) that are closed and disputes that were prevented took no money.
_CLOSED: dict[str, DisputeStatus] = {
    "won": "won",
    "warning_closed": "won",
    "prevented": "won",
    "lost": "lost",
}


class StripeReversals:
    """Reads refunds and disputes. None of its calls raises.

    Args:
        client: Of the Stripe account.
        installation: Payments of others on the same Stripe account are not read.
    """

    def __init__(self, client: stripe.StripeClient, installation: str) -> None:
        self._installation = installation
        self._intents = client.v1.payment_intents
        self._charges = client.v1.charges
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes

    async def charge_of(self, reference: str) -> ChargeRef | Unknown | None:
        """The charge behind the intent or charge of that id; None if it is not ours."""
        try:
            intent_id = await self._intent_of(reference)
            if intent_id is None:
                return None
            intent = await self._intents.retrieve_async(intent_id)
        except stripe.StripeError as error:
            if error.http_status in NOT_THERE:  # of another Stripe account, or made up
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
        """The id of the intent; a dispute may name only the charge that the intent made."""
        if reference.startswith(INTENT):
            return reference
        charge = await self._charges.retrieve_async(reference)
        intent = charge.payment_intent
        return intent if intent is None or isinstance(intent, str) else intent.id

    async def _refunded(self, reference: str) -> Money | None:
        """The sum of all refunds; None if there has never been one, failed ones included."""
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
            if error.http_status in NOT_THERE:  # a server of the same API that knows no disputes
                return ()
            raise
        return tuple([dispute_of(each) async for each in page.auto_paging_iter()])


def dispute_of(dispute: stripe.Dispute) -> Dispute:
    amount = from_stripe_units(dispute.amount, dispute.currency)
    return Dispute(dispute.id, amount, dispute_status(dispute.status))


def dispute_status(status: str) -> DisputeStatus:
    """What a status of Stripe's means for the money; one that is not known is not decided."""
    return _CLOSED.get(status, "open")
