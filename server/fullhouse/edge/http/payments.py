"""What payment gateways send by themselves."""

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
    """News of a payment, a refund or a dispute, from Stripe: its signature authenticates it.

    Stripe sends again what was not answered by 2xx, so an answer means: settled, waited for, kept,
    or about something that is not ours.
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
