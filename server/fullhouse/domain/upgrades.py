"""Upgrades: which plans are allowed, and the effect on the account."""

from __future__ import annotations

from dataclasses import replace

from fullhouse.domain.accounts import Account
from fullhouse.domain.downgrades import without_open
from fullhouse.domain.errors import NotAnUpgrade, PlanNotOnSale
from fullhouse.domain.plans import BoughtPlan, Plan
from fullhouse.domain.quotes import Quote


def check_upgrade(account: Account, *, current: Plan, target: Plan) -> None:
    """Refuse a target that is no upgrade from `current`, the plan of `account`.

    Raises:
        PlanNotOnSale: the target is no longer sold.
        NotAnUpgrade: the target is a trial, has no more seats, or has a lower price.
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


def upgraded(account: Account, quote: Quote) -> Account:
    """The account on the plan and in the period of `quote`, in the next version."""
    return replace(
        account,
        plan=quote.target.id,
        seats=quote.target.seats,
        presenters=quote.target.presenters,
        period_start=quote.terms.basis.period.start,
        downgrades=without_open(account),
        version=account.version + 1,
        bought=BoughtPlan(quote.target, quote.terms.due_now.currency),
    )


def _is_larger(account: Account, *, current: Plan, target: Plan) -> bool:
    billing_period = account.billing_period
    return (
        not target.trial
        and target.seats > account.seats
        and target.price.per(billing_period) >= current.price.per(billing_period)
    )
