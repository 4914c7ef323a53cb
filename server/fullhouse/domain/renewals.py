"""Renewals: one period follows the other, and each is charged in full.

Source: docs/money.md, "Periods".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from fullhouse.domain.accounts import Account, Due, first_instant
from fullhouse.domain.carried import CarriedAmount, total_of
from fullhouse.domain.charge_limits import NO_LIMITS, ChargeLimits
from fullhouse.domain.downgrades import put_off, taken_effect
from fullhouse.domain.ledger import LedgerEntry, entry_of
from fullhouse.domain.money import Money
from fullhouse.domain.proration import DAYS, Basis, Period
from fullhouse.domain.quotes import NextPeriod

# A contract continues through an outage of weeks, and the missed periods are charged. After an
# outage of a quarter, customers would rightly refuse to pay for time without service.
CATCH_UP = timedelta(days=90)


def renewed(
    account: Account, *, today: date, limits: ChargeLimits = NO_LIMITS
) -> tuple[Account, tuple[LedgerEntry, ...]]:
    """The account in the period of `today`, and the charges of all periods that have begun.

    A scheduled downgrade takes effect before the first charge. The prices are those at which the
    account bought its plan, not those of the present catalogue. Periods missed in an outage are
    charged one by one at the full price. Periods that began more than `CATCH_UP` ago are not.
    A trial renews without a charge. Each new period raises the version by one.

    Raises:
        PriceUnknown: a period has ended, and the price of the plan is not stored.
    """
    charges: list[LedgerEntry] = []
    while account.period.end <= today:
        account = _in_next_period(account)
        if _is_charged(account, today):
            account, charge = _owing(account, _renewal_charge(account, limits), limits)
            charges.append(charge)
    return account, tuple(charges)


def next_period(account: Account, *, limits: ChargeLimits = NO_LIMITS) -> NextPeriod:
    """The price of the next period, if the account does not change before.

    Raises:
        PriceUnknown: the price of the plan is not stored.
    """
    account = _in_next_period(account)
    carried = total_of(account.carried)
    if account.current.plan.trial:
        return NextPeriod(Money(0, account.current.currency), account.period_start, carried)
    return NextPeriod(_renewal_charge(account, limits).amount, account.period_start, carried)


def _is_charged(account: Account, today: date) -> bool:
    """Whether to charge the period that has begun: today lies in it, or it is not too old."""
    if account.current.plan.trial:
        return False
    return account.period.end > today or today - account.period_start <= CATCH_UP


def _in_next_period(account: Account) -> Account:
    next_period = Period(account.period.end, DAYS[account.billing_period])
    request = account.open_downgrade
    if request and request.status == "scheduled" and request.target:
        account = taken_effect(account, request.target)
    elif request:
        account = put_off(account, next_period.end)
    return replace(account, period_start=next_period.start, version=account.version + 1)


def _renewal_charge(account: Account, limits: ChargeLimits) -> LedgerEntry:
    start = account.period_start
    basis = Basis(
        period=account.period,
        today=start,
        old=None,
        new=account.current.plan.rate(account.billing_period),
        parallel_events=account.parallel_events,
        promo_codes=account.promo_codes,
        step=limits.step,
    )
    return entry_of(
        id_=_renewal_id(account),
        kind="renewal",
        charged_on=start,
        currency=account.current.currency,
        basis=basis,
    )


def _renewal_id(account: Account) -> str:
    """The charge's id. It must differ from paid charges of a deleted account of the same name."""
    name = f"renewal-{account.period_start.isoformat()}"
    return name if account.first_version == 1 else f"{name}-{account.first_version}"


def _owing(
    account: Account, charge: LedgerEntry, limits: ChargeLimits
) -> tuple[Account, LedgerEntry]:
    """The account with the debt of `charge`, and the charge with the amounts that it collects.

    The charge also collects earlier charges that were too small. If even the sum is too small
    for the gateway, this charge is carried over too.
    """
    carried = total_of(account.carried)
    amount = charge.amount.amount + (carried.amount if carried else 0)
    if amount == 0:  # promo codes take off the whole price
        return account, charge
    if limits.is_too_small(amount):
        return _carrying(account, charge), charge
    since = first_instant(account.time_zone, charge.charged_on)
    due = Due(charge.id, Money(amount, charge.currency), since=since, try_at=since)
    collecting = replace(charge, collects=account.carried)
    return replace(account, dues=(*account.dues, due), carried=()), collecting


def _carrying(account: Account, charge: LedgerEntry) -> Account:
    if charge.amount.amount == 0:
        return account
    carried = CarriedAmount(charge.id, charge.amount)
    return replace(account, carried=(*account.carried, carried))
