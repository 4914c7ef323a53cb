"""Charges cards through Stripe or a server with the same API: one PaymentIntent per charge."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import stripe

from fullhouse.domain.payments import (
    Charge,
    Failed,
    Paid,
    PaymentResult,
    Prepared,
    TooSmall,
    Unknown,
)
from fullhouse.payments.stripe_intents import (
    ACCOUNT,
    API_VERSION,
    CHARGE,
    NO_METHOD,
    gives_back,
    has_method,
    intent_params,
    is_hopeless,
    is_ours,
    metadata_of,
    reason_of,
    refused,
    refused_amount,
    told_by,
    unknown,
)
from fullhouse.payments.stripe_reversals import StripeReversals

log = logging.getLogger(__name__)

# A buyer is waiting in front of a button. Later answers are fetched in the background.
TIMEOUT_S = 10

CLOCKS_DIFFER_S = 300  # the largest difference between the clocks of this node and of Stripe

# Stripe has not executed a request that failed with such an error, and never will.
_REFUSED = (
    stripe.CardError,
    stripe.InvalidRequestError,
    stripe.AuthenticationError,
    stripe.PermissionError,
)


@asynccontextmanager
async def stripe_gateway(
    key: str, *, api_base: str, installation: str
) -> AsyncIterator[StripeGateway]:
    """A gateway with its own connections, which close at the end of the block."""
    http = stripe.HTTPXClient(timeout=TIMEOUT_S)
    client = stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_base},
        max_network_retries=0,  # our own retries first look up the result of the last attempt
        http_client=http,
    )
    try:
        yield StripeGateway(client, installation)
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


class StripeGateway:
    """Charges cards. Its calls never raise, and all are safe to repeat.

    A charge that a buyer waits for takes two calls: the first creates an intent, the second
    confirms it. The id of the intent is stored before money can move. A second confirmation of
    the same intent has no effect, even if Stripe has forgotten the idempotency keys.
    """

    def __init__(self, client: stripe.StripeClient, installation: str) -> None:
        self._installation = installation
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._events = client.v1.events
        self.reversals = StripeReversals(client, installation)

    async def prepare(self, charge: Charge) -> Prepared | Paid | Failed | TooSmall | Unknown:
        if charge.amount.amount == 0:
            return Paid()
        if refusal := refused_amount(charge):
            return refusal
        try:
            intent = await self._intents.create_async(
                intent_params(charge, self._installation),
                {"idempotency_key": self._idempotency_key(charge)},
            )
        except _REFUSED as error:
            return _refused(charge, error)
        except stripe.StripeError as error:
            return unknown(error)
        return Prepared(intent.id)

    async def charge(self, charge: Charge) -> PaymentResult:
        if charge.amount.amount == 0:
            return Paid()
        if refusal := refused_amount(charge):
            return refusal
        try:
            if charge.reference is None:
                return await self._charge_in_one_step(charge)
            return await self._confirm(charge, charge.reference)
        except stripe.StripeError as error:
            return unknown(error)

    async def look_up(self, charge: Charge) -> PaymentResult | None:
        """The result of a charge. Without a reference only a paid charge can be found."""
        try:
            reference = charge.reference or await self._paid_reference(charge)
            return await self._result(charge, reference) if reference else None
        except stripe.StripeError as error:
            return unknown(error)

    async def call_off(self, charge: Charge) -> PaymentResult | None:
        if charge.reference is None:
            return await self.look_up(charge)
        try:
            return await self._cancel(charge.reference)
        except stripe.StripeError as error:
            return unknown(error)

    async def refund(self, charge: Charge) -> bool:
        reference = charge.reference
        if reference is None:  # there was nothing to pay
            return True
        try:
            return await self._is_refunded(reference) or await self._refund(charge, reference)
        except stripe.StripeError as error:
            log.warning("stripe.failed", extra={"reason": reason_of(error)})
            return False

    async def _confirm(self, charge: Charge, reference: str) -> PaymentResult:
        intent = await self._intents.retrieve_async(reference)
        if intent.status == "requires_confirmation":
            try:
                intent = await self._intents.confirm_async(reference)
            except (stripe.CardError, stripe.InvalidRequestError):
                # Declined, or confirmed meanwhile by another caller: the intent says which.
                intent = await self._intents.retrieve_async(reference)
        return await self._result_of(charge, intent)

    async def _charge_in_one_step(self, charge: Charge) -> PaymentResult:
        if not has_method(charge):
            return NO_METHOD
        earlier = await self._paid_reference(charge)
        if earlier:
            return await self._result(charge, earlier)
        params = intent_params(charge, self._installation)
        params["confirm"] = True
        params["off_session"] = True  # a charge with the payer present is prepared first
        try:
            intent = await self._intents.create_async(
                params, {"idempotency_key": self._idempotency_key(charge)}
            )
        except _REFUSED as error:
            return _refused(charge, error)
        return await self._result_of(charge, intent)

    async def _paid_reference(self, charge: Charge) -> str | None:
        """The id of the intent that paid the charge, searched among the payments since then."""
        since_s = int(charge.since.timestamp()) - CLOCKS_DIFFER_S
        page = await self._events.list_async(
            {"type": "payment_intent.succeeded", "created": {"gte": since_s}, "limit": 100}
        )
        async for event in page.auto_paging_iter():
            intent = event.data.object
            if self._pays_for(charge, intent["metadata"].to_dict()):
                return str(intent["id"])
        return None

    def _pays_for(self, charge: Charge, metadata: Mapping[str, str]) -> bool:
        is_of_charge = (metadata.get(ACCOUNT), metadata.get(CHARGE)) == (charge.account, charge.id)
        return is_of_charge and is_ours(metadata, self._installation)

    def _idempotency_key(self, charge: Charge) -> str:
        """A key with the installation: Stripe has one list of keys for the whole account."""
        return f"{self._installation}-{charge.id}"

    async def _result(self, charge: Charge, reference: str) -> PaymentResult:
        return await self._result_of(charge, await self._intents.retrieve_async(reference))

    async def _result_of(self, charge: Charge, intent: stripe.PaymentIntent) -> PaymentResult:
        if is_hopeless(charge, intent):
            return await self._cancel(intent.id)
        return told_by(intent)

    async def _cancel(self, reference: str) -> PaymentResult:
        try:
            return told_by(await self._intents.cancel_async(reference))
        except stripe.InvalidRequestError:  # already paid or canceled, or in process at a bank
            return told_by(await self._intents.retrieve_async(reference))

    async def _is_refunded(self, reference: str) -> bool:
        refunds = await self._refunds.list_async({"payment_intent": reference})
        return any(map(gives_back, refunds.data))

    async def _refund(self, charge: Charge, reference: str) -> bool:
        refund = await self._refunds.create_async(
            {"payment_intent": reference, "metadata": metadata_of(charge, self._installation)},
            {"idempotency_key": f"{self._idempotency_key(charge)}-refund"},
        )
        return gives_back(refund)


def _refused(charge: Charge, error: stripe.StripeError) -> Failed | TooSmall:
    return refused(charge, error, is_declined=isinstance(error, stripe.CardError))
