"""Builds the payment gateway that the operator chose, and the reader of its webhooks."""

# ruff: noqa: PLC0415  # the Stripe library is an optional dependency, and slow to import

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fullhouse.domain.charge_limits import LimitsOf
from fullhouse.domain.payments import PaidBy
from fullhouse.payments.invoice import InvoiceGateway, invoice_limits

if TYPE_CHECKING:
    from fullhouse.payments.stripe_gateway import StripeGateway
    from fullhouse.payments.stripe_reversals import StripeReversals
    from fullhouse.payments.stripe_webhook import StripeWebhook


@dataclass(frozen=True, slots=True)
class Payments:
    """The parts of a payment gateway. Payment on account has no webhooks and no reversals.

    Attributes:
        paid_by: How charges are paid: later, by invoice, or now, with the payment method on file.
        limits: Returns the limits of the gateway in a currency. None: it does not charge in it.
    """

    gateway: InvoiceGateway | StripeGateway
    paid_by: PaidBy = "on_account"
    limits: LimitsOf = invoice_limits
    webhook: StripeWebhook | None = None
    reversals: StripeReversals | None = None


@asynccontextmanager
async def payments_by_stripe(
    key: str, webhook_secret: str, *, api_base: str, installation: str
) -> AsyncIterator[Payments]:
    """Payments by card through Stripe. Its connections close at the end of the block.

    Args:
        key: The secret key of the Stripe account.
        webhook_secret: The signing secret of the webhook endpoint.
        api_base: The base URL of the API.
        installation: The name that marks our payments. Others may use the same Stripe account.
    """
    from fullhouse.payments.stripe_currencies import stripe_limits
    from fullhouse.payments.stripe_gateway import stripe_gateway
    from fullhouse.payments.stripe_webhook import StripeWebhook

    async with stripe_gateway(key, api_base=api_base, installation=installation) as gateway:
        webhook = StripeWebhook(webhook_secret, installation)
        yield Payments(gateway, "payment_method", stripe_limits, webhook, gateway.reversals)
