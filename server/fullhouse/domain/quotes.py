"""Quotes: the exact price of an upgrade, pinned until it expires or the account changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from fullhouse.domain.accounts import Account
from fullhouse.domain.carried import CarriedAmount, total_of
from fullhouse.domain.charge_limits import NO_LIMITS, ChargeLimits
from fullhouse.domain.errors import PastDue, QuoteExpired, QuoteStale
from fullhouse.domain.money import Money
from fullhouse.domain.plans import Plan
from fullhouse.domain.proration import DAYS, Basis, Line, Period, full_price, lines_of

QuoteWarning = Literal["cancels_downgrade"]


@dataclass(frozen=True, slots=True)
class NextPeriod:
    """What the period after this one will cost, and its first day.

    Attributes:
        carried_over: What is collected together with it; None if there is nothing.
    """

    amount: Money
    starts_on: date
    carried_over: Money | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What going to another plan costs today, and from the next period on.

    Attributes:
        carried_over: Whether `due_now` is too small for the gateway: it is collected with the next
            period then.
    """

    basis: Basis
    lines: tuple[Line, ...]
    due_now: Money
    next_period: NextPeriod
    carried_over: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """An upgrade at a price that holds until `expires_at`.

    Attributes:
        account_version: The account it was made for; any later version makes it stale.
        current: The plan it leaves, with the seats the account has.
        target: The plan it goes to, as the catalogue had it then.
        expires_at: In UTC; the first instant at which the price no longer holds.
    """

    id: str
    account: str
    account_version: int
    current: Plan
    target: Plan
    terms: Terms
    expires_at: datetime
    warnings: tuple[QuoteWarning, ...]


def upgrade_terms(
    account: Account,
    current: Plan,
    target: Plan,
    *,
    currency: str,
    today: date,
    limits: ChargeLimits = NO_LIMITS,
) -> Terms:
    """What `account`, now on `current`, pays to have `target` from today on.

    Every line is an amount that the gateway can charge, so their sum is what it charges.

    A trial leaves nothing to credit: a new period starts today, at the full price.
    """
    basis = Basis(
        period=Period(today, DAYS[account.billing_period]) if current.trial else account.period,
        today=today,
        old=None if current.trial else current.rate(account.billing_period),
        new=target.rate(account.billing_period),
        parallel_events=account.parallel_events,
        promo_codes=account.promo_codes,
        step=limits.step,
    )
    lines = lines_of(basis)
    due_now = Money(sum(line.amount for line in lines), currency)
    carried_over = limits.is_too_small(due_now.amount)
    carried = (*account.carried, CarriedAmount("", due_now)) if carried_over else account.carried
    full = Money(full_price(basis), currency)
    return Terms(
        basis=basis,
        lines=lines,
        due_now=due_now,
        next_period=NextPeriod(full, basis.period.end, total_of(carried)),
        carried_over=carried_over,
    )


def quote_of(
    account: Account,
    *,
    id_: str,
    current: Plan,
    target: Plan,
    terms: Terms,
    expires_at: datetime,
) -> Quote:
    """A quote for the present version of `account`."""
    return Quote(
        id=id_,
        account=account.id,
        account_version=account.version,
        current=replace(current, seats=account.seats, presenters=account.presenters),
        target=target,
        terms=terms,
        expires_at=expires_at,
        warnings=("cancels_downgrade",) if account.open_downgrade else (),
    )


def check_payable(account: Account) -> None:
    """Refuse to sell to an account that owes a renewal.

    Raises:
        PastDue: it does.
    """
    if account.payment_status == "past_due":
        raise PastDue("The last renewal is not paid. Upgrades wait until it is settled.")


def check_holds(quote: Quote, account: Account, *, now: datetime) -> None:
    """Refuse a quote whose price no longer holds for `account`.

    Raises:
        QuoteExpired: its time is over.
        QuoteStale: the account changed, or a new period began.
    """
    if now >= quote.expires_at:
        raise QuoteExpired(quote.id)
    if quote.account_version != account.version:
        raise QuoteStale(quote.id)
