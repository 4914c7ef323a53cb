"""Calls for the purchase of a larger plan: offers, quotes and upgrades."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import (
    ChangeInProgress,
    IdempotencyKeyMissing,
    IdempotencyMismatch,
    InvalidRequest,
    NotAnUpgrade,
    NotFound,
    PastDue,
    PaymentFailed,
    PlanNotOnSale,
    QuoteExpired,
    QuoteStale,
)
from fullhouse.domain.ids import checked_id
from fullhouse.domain.offers import people_to_seat
from fullhouse.domain.purchases import Purchase
from fullhouse.domain.quotes import Quote
from fullhouse.domain.rooms import RoomRef
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import REPLAYED, Asked, Call, answered
from fullhouse.edge.http.disputes import dispute_objects
from fullhouse.edge.http.pages import PageQuery
from fullhouse.edge.purchase_objects import (
    OffersObject,
    PaymentObject,
    QuoteBody,
    QuoteObject,
    SeatsObject,
    UpgradeBody,
    UpgradeObject,
    UpgradesObject,
)

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response

MAX_IDEMPOTENCY_KEY = 255
_is_printable = re.compile(r"[ -~]+").fullmatch


class OffersQuery(Struct, frozen=True, forbid_unknown_fields=True):
    room: str


class UpgradesQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    """`status` pending: only upgrades that are not settled yet."""

    status: Literal["pending"] | None = None


async def get_offers(asked: Asked[OffersQuery]) -> Response:
    """A price for every larger plan on sale, cheapest first. Only a quote is binding.

    Empty if the platform limits the room to fewer seats than its plan: no plan opens more seats.
    """
    ref = RoomRef(asked.account, checked_id("room", asked.sent.room))
    state = (await asked.services.rooms.get(ref)).state
    people = people_to_seat(state)
    if people is None:
        return answered(OffersObject(()))
    return answered(OffersObject(await asked.services.quotes.offers(asked.account, people=people)))


async def post_quote(asked: Asked[QuoteBody]) -> Response:
    """The price of a larger plan, valid until the quote expires."""
    quote = await asked.services.quotes.quote(
        asked.account, asked.sent.plan, asked_by=asked.caller.participant
    )
    return answered(_quote_object(quote), 201)


async def post_upgrade(asked: Asked[UpgradeBody]) -> Response:
    """Buy the plan of a quote. Repeated calls with the same key buy it only once."""
    key = idempotency_key(asked.headers)
    headers: dict[str, str] = {}
    upgrade = await asked.services.upgrades.buy(
        asked.account,
        asked.sent.quote,
        idempotency_key=key,
        on_repeat=lambda: headers.update({REPLAYED: "true"}),
        by=asked.caller.participant or "",
    )
    asked.services.metrics.purchase_answered(upgrade.status)
    return answered(await _upgrade_object(upgrade, asked), 201, headers)


async def get_upgrades(asked: Asked[UpgradesQuery]) -> Response:
    """All upgrades of the account, newest first."""
    sent = asked.sent
    only_pending = sent.status == "pending"
    page = await asked.services.purchase_history.page(
        asked.account, sent.page, only_pending=only_pending
    )
    rows = [await _upgrade_object(purchase, asked) for purchase in page.rows]
    return answered(UpgradesObject(tuple(rows), page.next))


async def get_upgrade(asked: Asked[Nothing]) -> Response:
    """The current state of an upgrade."""
    purchase = await asked.services.upgrades.find(asked.account, asked.ids["upgrade"])
    return answered(await _upgrade_object(purchase, asked))


async def delete_upgrade(asked: Asked[Nothing]) -> Response:
    """Withdraw an upgrade that is not paid yet. A paid upgrade stays as it is."""
    purchase = await asked.services.upgrades.withdraw(asked.account, asked.ids["upgrade"])
    return answered(await _upgrade_object(purchase, asked))


def idempotency_key(headers: Headers) -> str:
    """The Idempotency-Key of the request.

    Raises:
        IdempotencyKeyMissing: the header is missing or empty.
        InvalidRequest: the key is too long or not printable.
    """
    key = headers.get("idempotency-key", "").strip()
    if not key:
        raise IdempotencyKeyMissing
    if len(key) > MAX_IDEMPOTENCY_KEY or not _is_printable(key):
        raise InvalidRequest(
            "Idempotency-Key", f"1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters"
        )
    return key


def _quote_object(quote: Quote) -> QuoteObject:
    return QuoteObject(
        id=quote.id,
        from_=quote.current.id,
        to=quote.target.id,
        seats=SeatsObject(quote.current.seats, quote.target.seats),
        lines=quote.terms.lines,
        due_now=quote.terms.due_now,
        next_period=quote.terms.next_period,
        expires_at=quote.expires_at,
        account_version=quote.account_version,
        warnings=quote.warnings,
        carried_over=quote.terms.carried_over,
    )


async def _upgrade_object(purchase: Purchase, asked: Asked[Any]) -> UpgradeObject:
    secret = purchase.client_secret
    reversal = await asked.services.reversals.find(asked.account, purchase.id)
    is_returned = purchase.state == "applied" and reversal.returns(purchase.quote.terms.due_now)
    return UpgradeObject(
        id=purchase.id,
        status="refunded" if is_returned else purchase.status,
        quote=purchase.quote.id,
        plan=purchase.quote.target.id,
        due_now=purchase.quote.terms.due_now,
        applied_at=purchase.applied_at,
        payment=PaymentObject(secret) if secret else None,
        carried_over=purchase.carried_over,
        refunded=reversal.refunded,
        disputes=dispute_objects(reversal),
    )


_ACCOUNT = "/v1/accounts/{account}"

CALLS = (
    Call(
        method="GET",
        path=_ACCOUNT + "/offers",
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_offers,
        takes=OffersQuery,
        answers={200: OffersObject},
        refuses=(NotFound,),
    ),
    Call(
        method="POST",
        path=_ACCOUNT + "/upgrade-quotes",
        who=Who.BUYER,
        scope=KeyScope.BILLING,
        handle=post_quote,
        takes=QuoteBody,
        answers={201: QuoteObject},
        refuses=(NotFound, PlanNotOnSale, NotAnUpgrade, PastDue),
    ),
    Call(
        method="POST",
        path=_ACCOUNT + "/upgrades",
        who=Who.BUYER,
        scope=KeyScope.BILLING,
        handle=post_upgrade,
        takes=UpgradeBody,
        answers={201: UpgradeObject},
        refuses=(
            IdempotencyKeyMissing,
            IdempotencyMismatch,
            NotFound,
            QuoteExpired,
            QuoteStale,
            ChangeInProgress,
            PastDue,
            PaymentFailed,
        ),
    ),
    Call(
        method="GET",
        path=_ACCOUNT + "/upgrades",
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_upgrades,
        takes=UpgradesQuery,
        answers={200: UpgradesObject},
        refuses=(NotFound,),
    ),
    Call(
        method="GET",
        path=_ACCOUNT + "/upgrades/{upgrade}",
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_upgrade,
        answers={200: UpgradeObject},
        refuses=(NotFound,),
    ),
    Call(
        method="DELETE",
        path=_ACCOUNT + "/upgrades/{upgrade}",
        who=Who.BUYER,
        scope=KeyScope.BILLING,
        handle=delete_upgrade,
        answers={200: UpgradeObject},
        refuses=(NotFound,),
    ),
)
