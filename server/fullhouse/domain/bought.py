"""What an account bought, where an earlier version kept the plan's id and seats but no prices.

Source: docs/money.md, "What was bought".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fullhouse.domain.accounts import Account, DowngradeRequest
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.plans import BoughtPlan, Catalogue, Plan, Prices, Rate


def with_bought(account: Account, catalogue: Catalogue, ledger: Sequence[LedgerEntry]) -> Account:
    """The account with what it bought written into it, in the same version.

    The prices are those of the catalogue, which an earlier version would have charged. If the
    catalogue no longer lists the plan, they are those of its last charge. If there is none
    either, the account is returned as it is.
    """
    bought = account.bought or _listed(account, catalogue) or _charged(account, ledger)
    requests = tuple(_with_target(request, catalogue) for request in account.downgrades)
    return replace(account, bought=bought, downgrades=requests)


def _listed(account: Account, catalogue: Catalogue) -> BoughtPlan | None:
    plan = catalogue.find(account.plan)
    return BoughtPlan(_of_account(plan, account), catalogue.currency) if plan else None


def _charged(account: Account, ledger: Sequence[LedgerEntry]) -> BoughtPlan | None:
    for charge in reversed(ledger):
        if charge.basis.new.plan == account.plan:
            return BoughtPlan(_plan_at(charge.basis.new, account), charge.currency)
    return None


def _plan_at(rate: Rate, account: Account) -> Plan:
    """The plan of `account`. Only the price of its own billing period is known, and needed."""
    return Plan(
        id=rate.plan,
        name=rate.name or rate.plan,
        seats=account.seats,
        presenters=account.presenters,
        price=Prices(rate.price, rate.price),
        parallel_event=Prices(rate.parallel_event, rate.parallel_event),
        on_sale=False,
    )


def _of_account(plan: Plan, account: Account) -> Plan:
    return replace(plan, seats=account.seats, presenters=account.presenters)


def _with_target(request: DowngradeRequest, catalogue: Catalogue) -> DowngradeRequest:
    if request.target or not request.is_open:
        return request
    return replace(request, target=catalogue.find(request.plan))
