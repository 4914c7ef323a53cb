"""Quotes: the exact price of an upgrade, fixed until it expires or the account changes.

The amount of each line is computed in `domain/proration.py`.
"""

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
    """The price of the next period, and its first day.

    Attributes:
        carried_over: The amount that is collected together with it. None: there is none.
    """

    amount: Money
    starts_on: date
    carried_over: Money | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The price of a change of plan, today and from the next period on.

    Attributes:
        carried_over: Whether `due_now` is too small for the gateway. Then the next period
            collects it.
    """

    basis: Basis
    lines: tuple[Line, ...]
    due_now: Money
    next_period: NextPeriod
    carried_over: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """An upgrade at a price that is valid until `expires_at`.

    Attributes:
        account_version: The version of the account. Any later version makes the quote stale.
        current: The present plan, with the seats that the account has.
        target: The new plan, as the catalogue had it when the quote was made.
        expires_at: In UTC. The first instant at which the price is no longer valid.
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
    """The price for `account`, now on plan `current`, to have `target` from today on.

    Every line is a multiple of the gateway's step, so their sum is one too. A sum too small
    for the gateway is carried over to the next invoice.

    After a trial there is nothing to credit: a new period starts today at the full price.
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
    """A quote for the current version of `account`."""
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
        PastDue: the account owes a renewal.
    """
    if account.payment_status == "past_due":
        raise PastDue("The last renewal is not paid. Upgrades wait until it is settled.")


def check_holds(quote: Quote, account: Account, *, now: datetime) -> None:
    """Refuse a quote whose price is no longer valid for `account`.

    Raises:
        QuoteExpired: the time of the quote is over.
        QuoteStale: the account has changed, or a new period has begun.
    """
    if now >= quote.expires_at:
        raise QuoteExpired(quote.id)
    if quote.account_version != account.version:
        raise QuoteStale(quote.id)
