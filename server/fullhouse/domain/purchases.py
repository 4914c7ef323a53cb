"""Purchases: a quote on its way to being paid and applied, one stored step after another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from fullhouse.domain.accounts import Account, PaymentRef
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.ledger import LedgerEntry, entry_of
from fullhouse.domain.payments import (
    Charge,
    Failed,
    Paid,
    PaymentResult,
    Pending,
    Prepared,
    TooSmall,
    Unknown,
)
from fullhouse.domain.quotes import Quote
from fullhouse.domain.upgrades import upgraded

PurchaseState = Literal["pending", "paid", "refunding", "applied", "failed", "refunded"]
UpgradeStatus = Literal["pending", "applied", "failed", "refunded"]

# A card and its bank's app take a minute or two. Meanwhile the account can buy nothing else,
# so whoever has walked away must not keep it from that for the whole event.
PATIENCE = timedelta(minutes=15)

NOT_CONFIRMED = "The payment was not confirmed in time."
WITHDRAWN = "The purchase was withdrawn."
NO_LONGER_FITS = "The account changed before the payment was confirmed; the money goes back."

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_STATUS: dict[PurchaseState, UpgradeStatus] = {
    "pending": "pending",
    "paid": "pending",
    "refunding": "pending",
    "applied": "applied",
    "failed": "failed",
    "refunded": "refunded",
}


@dataclass(frozen=True, slots=True)
class Purchase:
    """A quote being bought: pending → paid → applied; or failed; or paid → refunding → refunded.

    Each step is stored before the next begins. Money moves only while a reference is stored,
    so nothing can be charged and forgotten.

    Attributes:
        step: One more with each stored step; of two made from the same one, the first is kept.
        payer: As the account had it when the purchase began.
        started_at: In UTC.
        reference: The gateway's name of the payment; None before the gateway knows of it.
        client_secret: What the payer confirms with; None where there is nothing to confirm.
        applied_at: In UTC; None until the seats are there.
        reason: Why it failed or went back, a sentence for the payer.
        carried_over: Whether its amount is too small for the gateway: nothing is taken now, and
            the account owes it with its next renewal.
        stepped_by: Token of the attempt that took the last step. Of several attempts at once all
            are answered with the purchase as it stands; it is the step of one of them.
    """

    id: str
    quote: Quote
    payer: PaymentRef | None
    started_at: datetime
    state: PurchaseState = "pending"
    step: int = 1
    reference: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    applied_at: datetime | None = None
    reason: str = ""
    carried_over: bool = False
    stepped_by: str = ""

    @property
    def account(self) -> str:
        return self.quote.account

    @property
    def status(self) -> UpgradeStatus:
        """The state as the outside sees it: until seats or money are there, it is pending."""
        return _STATUS[self.state]

    @property
    def is_settled(self) -> bool:
        return self.status != "pending"

    @property
    def awaits_payer(self) -> bool:
        """Whether it is for the payer to confirm the payment."""
        return self.state == "pending" and self.client_secret is not None

    @property
    def charge(self) -> Charge:
        """What the gateway is asked for: the same at every step, but for its reference."""
        return Charge(
            id=self.id,
            account=self.account,
            amount=self.quote.terms.due_now,
            since=self.started_at,
            payer=self.payer,
            reference=self.reference,
        )

    def is_overdue(self, now: datetime) -> bool:
        """Whether the payer has had long enough."""
        return now >= self.started_at + PATIENCE


@dataclass(frozen=True, slots=True)
class Order:
    """What one Idempotency-Key began, and the fingerprint of the body that it came with."""

    fingerprint: str
    purchase: Purchase


@dataclass(frozen=True, slots=True)
class Watch:
    """That a purchase is looked after until it is settled, on any node.

    It is kept before the purchase begins, so there may be none of that id yet.
    """

    account: str
    purchase: str
    since_ms: int


def watch_of(purchase: Purchase) -> Watch:
    return Watch(purchase.account, purchase.id, unix_ms(purchase.started_at))


def unix_ms(instant: datetime) -> int:
    """`instant` in Unix ms, as scripts have it."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Application:
    """All that changes in one step when a paid purchase is applied."""

    account: Account
    purchase: Purchase
    charge: LedgerEntry


def after_payment(purchase: Purchase, result: Prepared | PaymentResult) -> Purchase:
    """The pending `purchase` once the gateway has answered; itself where that is no news."""
    match result:
        case Prepared(reference):
            return _stepped(purchase, reference=reference)
        case Paid():
            return _stepped(purchase, state="paid", client_secret=None)
        case TooSmall():
            return _stepped(purchase, state="paid", client_secret=None, carried_over=True)
        case Failed(reason):
            return _stepped(purchase, state="failed", client_secret=None, reason=reason)
        case Pending(_, client_secret) if client_secret != purchase.client_secret:
            return _stepped(purchase, client_secret=client_secret)
        case Pending() | Unknown():
            return purchase


def fits(purchase: Purchase, account: Account, *, today: date) -> bool:
    """Whether a paid purchase still does for `account` what the quote said.

    Other add-ons or promo codes do no harm: what was promised was paid. Another plan, or
    another period than the one whose days were paid for, does.
    """
    current, period = purchase.quote.current, purchase.quote.terms.basis.period
    if (account.plan, account.seats) != (current.id, current.seats):
        return False
    if current.trial:  # the quote's period is a new one, which replaces the account's
        return period.start <= today < period.end
    return account.period == period


def application_of(
    purchase: Purchase, account: Account, *, now: datetime, today: date
) -> Application:
    """What applying a paid `purchase` makes of `account`.

    The charge is the quote's, and so is the period: over midnight, the new period of a former
    trial still starts on the day promised.
    """
    terms = purchase.quote.terms
    account = upgraded(account, purchase.quote)
    if purchase.carried_over:
        account = replace(
            account, carried=(*account.carried, CarriedAmount(purchase.id, terms.due_now))
        )
    return Application(
        account=account,
        purchase=_stepped(purchase, state="applied", applied_at=now),
        charge=entry_of(
            id_=purchase.id,
            kind="upgrade",
            charged_on=today,
            currency=terms.due_now.currency,
            basis=terms.basis,
        ),
    )


def refunding(purchase: Purchase) -> Purchase:
    """The paid `purchase` once it is decided that the money goes back. That is never undone."""
    return _stepped(purchase, state="refunding", reason=NO_LONGER_FITS)


def refunded(purchase: Purchase) -> Purchase:
    """The purchase once the gateway has given the money back."""
    return _stepped(purchase, state="refunded")


def _stepped(purchase: Purchase, **changes: object) -> Purchase:
    return replace(purchase, step=purchase.step + 1, **changes)  # type: ignore[arg-type]
