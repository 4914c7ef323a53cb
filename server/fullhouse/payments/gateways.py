"""The gateway that an operator chose, ready to take money, and what reads its webhooks."""

# ruff: noqa: PLC0415  # the library of Stripe is an extra, and takes a while to load

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fullhouse.domain.charge_limits import LimitsOf
from fullhouse.payments.invoice import InvoiceGateway, invoice_limits

if TYPE_CHECKING:
    from fullhouse.payments.stripe_gateway import StripeGateway
    from fullhouse.payments.stripe_reversals import StripeReversals
    from fullhouse.payments.stripe_webhook import StripeWebhook


@dataclass(frozen=True, slots=True)
class Payments:
    """How money is taken. On account nobody sends webhooks.

    Attributes:
        limits: What the gateway can charge in a currency; None where it charges nothing in it.
    """

    gateway: InvoiceGateway | StripeGateway
    limits: LimitsOf = invoice_limits
    webhook: StripeWebhook | None = None
    reversals: StripeReversals | None = None


@asynccontextmanager
async def payments_by_stripe(
    key: str, webhook_secret: str, *, api_base: str, installation: str
) -> AsyncIterator[Payments]:
    """Cards, charged through connections that are closed on the way out.

    Args:
        installation: Tells our payments from those of others on the same Stripe account.
    """
    from fullhouse.payments.stripe_currencies import stripe_limits
    from fullhouse.payments.stripe_gateway import stripe_gateway
    from fullhouse.payments.stripe_webhook import StripeWebhook

    async with stripe_gateway(key, api_base=api_base, installation=installation) as gateway:
        webhook = StripeWebhook(webhook_secret, installation)
        yield Payments(gateway, stripe_limits, webhook, gateway.reversals)
