"""Purchases: the steps from a quote to a paid and applied upgrade. Each step is stored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from fullhouse.domain.accounts import Account, PaymentRef
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.instants import unix_ms
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
from fullhouse.domain.webhooks import Message

PurchaseState = Literal["pending", "paid", "refunding", "applied", "failed", "refunded"]
UpgradeStatus = Literal["pending", "applied", "failed", "refunded"]

# A payment by card with the bank's app takes a minute or two. The account can buy nothing else
# until then, so a payer who gives up must not block other purchases for the whole event.
PATIENCE = timedelta(minutes=15)

NOT_CONFIRMED = "The payment was not confirmed in time."
WITHDRAWN = "The purchase was withdrawn."
NO_LONGER_FITS = "The account changed before the payment was confirmed; the money goes back."

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
    """A quote that is being bought.

    The states are `pending` → `paid` → `applied`. A payment that fails leads from `pending` to
    `failed`. A refund leads from `paid` to `refunding` → `refunded`.

    Each step is stored before the next one begins. Money moves only while a reference is stored,
    so no charge can get lost.

    Attributes:
        step: The number of the stored step. The first of two writes with the same number is kept.
        payer: The payer of the account when the purchase began.
        started_at: In UTC.
        reference: The gateway's id of the payment. None: the gateway does not know it yet.
        client_secret: The secret with which the payer confirms. None: nothing to confirm.
        applied_at: In UTC. None: the seats are not there yet.
        reason: Why the purchase failed or was refunded, a sentence for the payer.
        carried_over: Whether the amount is too small for the gateway. Then nothing is taken now,
            and the next renewal collects it.
        stepped_by: Token of the attempt that stored the last step. Simultaneous attempts all get
            the stored purchase. The token shows each attempt whether the step is its own.
        bought_by: The participant whose room token bought it. Empty: the platform's key. It is
            stored only until the purchase is settled.
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
    bought_by: str = ""

    @property
    def account(self) -> str:
        return self.quote.account

    @property
    def status(self) -> UpgradeStatus:
        """The public state. It is `pending` until the purchase is settled."""
        return _STATUS[self.state]

    @property
    def is_settled(self) -> bool:
        return self.status != "pending"

    @property
    def awaits_payer(self) -> bool:
        """Whether the payer has to confirm the payment."""
        return self.state == "pending" and self.client_secret is not None

    @property
    def charge(self) -> Charge:
        """The charge to ask the gateway for. Only its reference changes from step to step."""
        return Charge(
            id=self.id,
            account=self.account,
            amount=self.quote.terms.due_now,
            since=self.started_at,
            payer=self.payer,
            reference=self.reference,
        )

    def is_overdue(self, now: datetime) -> bool:
        """Whether the payer's time (`PATIENCE`) is over."""
        return now >= self.started_at + PATIENCE


@dataclass(frozen=True, slots=True)
class Order:
    """The purchase of one Idempotency-Key, and the fingerprint of the request's body."""

    fingerprint: str
    purchase: Purchase


@dataclass(frozen=True, slots=True)
class Watch:
    """An entry for a purchase that some node must follow up until it is settled.

    It is stored before the purchase begins, so the purchase may not exist yet.
    """

    account: str
    purchase: str
    since_ms: int


def watch_of(purchase: Purchase) -> Watch:
    return Watch(purchase.account, purchase.id, unix_ms(purchase.started_at))


@dataclass(frozen=True, slots=True)
class Application:
    """All changes that are stored in one step when a paid purchase is applied."""

    account: Account
    purchase: Purchase
    charge: LedgerEntry
    messages: tuple[Message, ...] = ()


def after_payment(purchase: Purchase, result: Prepared | PaymentResult) -> Purchase:
    """The pending `purchase` after the gateway's answer. Unchanged if the answer is not new."""
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
    """Whether a paid purchase still gives `account` what the quote promised.

    Changed add-ons or promo codes do no harm: the promised price was paid. Another plan does, and
    so does another period than the one whose days were paid.
    """
    current, period = purchase.quote.current, purchase.quote.terms.basis.period
    if (account.plan, account.seats) != (current.id, current.seats):
        return False
    if current.trial:  # the quote has a new period, which replaces the account's
        return period.start <= today < period.end
    return account.period == period


def application_of(
    purchase: Purchase, account: Account, *, now: datetime, today: date
) -> Application:
    """The result of applying a paid `purchase` to `account`.

    Charge and period come from the quote. The new period of a former trial starts on the quoted
    day, even if midnight has passed since.
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
    """The paid `purchase` with the decision to refund it. The decision is never undone."""
    return _stepped(purchase, state="refunding", reason=NO_LONGER_FITS)


def refunded(purchase: Purchase) -> Purchase:
    """The purchase after the gateway has refunded the money."""
    return _stepped(purchase, state="refunded")


def _stepped(purchase: Purchase, **changes: object) -> Purchase:
    return replace(purchase, step=purchase.step + 1, **changes)  # type: ignore[arg-type]
