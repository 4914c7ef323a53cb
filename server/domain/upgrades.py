"""Upgrades: which plan is one, what it does to the account, and how a purchase ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from server.domain.accounts import Account
from server.domain.downgrades import without_open
from server.domain.errors import NotAnUpgrade, PlanNotOnSale
from server.domain.ledger import LedgerEntry, entry_of
from server.domain.money import Money
from server.domain.plans import Plan
from server.domain.quotes import Quote

UpgradeStatus = Literal["pending", "applied", "failed", "refunded"]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One purchase. On account it is applied at once; a gateway may leave it pending.

    Attributes:
        applied_at: In UTC; None until the seats are there.
    """

    id: str
    status: UpgradeStatus
    quote: str
    plan: str
    due_now: Money
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sale:
    """What one Idempotency-Key bought, and the fingerprint of the body that it came with."""

    fingerprint: str
    upgrade: Upgrade


@dataclass(frozen=True, slots=True)
class Purchase:
    """All that changes in one step when `quote` is bought on account."""

    account: Account
    upgrade: Upgrade
    charge: LedgerEntry


def check_upgrade(account: Account, *, current: Plan, target: Plan) -> None:
    """Refuse a target that is no upgrade from `current`, the plan of `account`.

    Raises:
        PlanNotOnSale: the target is no longer sold.
        NotAnUpgrade: it is a trial, has not more seats, or has a lower price.
    """
    if not target.on_sale:
        raise PlanNotOnSale(target.id)
    if not _is_larger(account, current=current, target=target):
        raise NotAnUpgrade(
            f"Plan {target.id!r} is no upgrade from {current.id!r}: "
            "one has more seats, no lower price, and is not a trial."
        )


def is_upgrade(account: Account, *, current: Plan, target: Plan) -> bool:
    """Whether `account`, on plan `current`, may buy `target`."""
    return target.on_sale and _is_larger(account, current=current, target=target)


def purchase_of(
    quote: Quote, account: Account, *, id_: str, now: datetime, today: date
) -> Purchase:
    """What buying `quote` makes of `account`, the version that it was made for.

    The period is the quote's: over midnight, a new one still starts on the day promised.
    """
    upgrade = Upgrade(
        id=id_,
        status="applied",
        quote=quote.id,
        plan=quote.target.id,
        due_now=quote.terms.due_now,
        applied_at=now,
    )
    charge = entry_of(
        id_=id_,
        kind="upgrade",
        charged_on=today,
        currency=quote.terms.due_now.currency,
        basis=quote.terms.basis,
    )
    return Purchase(account=_upgraded(account, quote), upgrade=upgrade, charge=charge)


def _upgraded(account: Account, quote: Quote) -> Account:
    return replace(
        account,
        plan=quote.target.id,
        seats=quote.target.seats,
        presenters=quote.target.presenters,
        period_start=quote.terms.basis.period.start,
        downgrades=without_open(account),
        version=account.version + 1,
    )


def _is_larger(account: Account, *, current: Plan, target: Plan) -> bool:
    billing_period = account.billing_period
    return (
        not target.trial
        and target.seats > account.seats
        and target.price.per(billing_period) >= current.price.per(billing_period)
    )
