"""The call for webhooks of payment gateways."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.responses import Response

from fullhouse.domain.errors import NotFound, Unauthenticated, Unavailable
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Raw
from fullhouse.edge.http.calls import Asked, Call

if TYPE_CHECKING:
    from fullhouse.domain.payments import ChargeRef

log = logging.getLogger(__name__)


async def post_stripe_webhook(asked: Asked[Raw]) -> Response:
    """A webhook from Stripe about a payment, refund or dispute, authenticated by its signature.

    Stripe repeats a message until the status is 2xx. Such an answer means that the message was
    processed or stored, or is not about this installation.
    """
    reader = asked.services.payment_webhook
    if reader is None:
        raise NotFound("payment gateway", "stripe")
    news = reader.read(asked.sent.content, asked.headers.get("stripe-signature", ""))
    if news and news.reversal:
        await asked.services.reversals.note(news)
    elif news and news.charge:
        await _settle(asked, news.charge)
    return Response(status_code=204)


async def _settle(asked: Asked[Raw], charge: ChargeRef) -> None:
    purchase = await asked.services.purchases.settle(charge.account, charge.charge)
    extra = {"account": charge.account, "charge": charge.charge, "known": purchase is not None}
    log.info("payment.news", extra=extra)


CALLS = (
    Call(
        method="POST",
        path="/v1/stripe/webhook",
        who=Who.ANYONE,
        handle=post_stripe_webhook,
        takes=Raw,
        answers={204: None},
        refuses=(Unauthenticated, NotFound, Unavailable),
    ),
)
