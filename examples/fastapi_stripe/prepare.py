"""Opens the account with a test card on file, and its room.

Run it once: `python -m examples.fastapi_stripe.prepare`.
"""

from __future__ import annotations

import asyncio
import os
import sys

import stripe

from examples.fastapi_stripe.settings import LiveKey, platform_of
from examples.seat_gate.environment import MissingSettings

TEST_CARD = "pm_card_visa"
"""A card that Stripe accepts in test mode. `pm_card_authenticationRequired` asks the payer."""


def payer_with(client: stripe.StripeClient, card: str) -> dict[str, str]:
    """A new customer of Stripe with this card, for `payment` of the account."""
    customer = client.v1.customers.create({"name": "Acme"})
    method = client.v1.payment_methods.attach(card, {"customer": customer.id})
    return {"customer": customer.id, "method": method.id}


async def prepare() -> None:
    platform = platform_of(os.environ)
    payment = payer_with(stripe.StripeClient(platform.stripe_secret_key), TEST_CARD)
    await platform.fullhouse.open_account("live-50", payment)
    await platform.fullhouse.open_room("hall", "Spring launch")


if __name__ == "__main__":
    try:
        asyncio.run(prepare())
    except (MissingSettings, LiveKey) as error:
        sys.exit(str(error))
