"""Adds the bought plan to accounts of earlier versions, which kept its id and seats, no prices.

Source: docs/money.md, "What was bought".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fullhouse.domain.accounts import Account, DowngradeRequest
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.plans import BoughtPlan, Catalogue, Plan, Prices, Rate


def with_bought(account: Account, catalogue: Catalogue, ledger: Sequence[LedgerEntry]) -> Account:
    """The account with the plan that it bought. The version of the account stays the same.

    The prices come from the catalogue, as in earlier versions. If the catalogue no longer lists
    the plan, they come from the last charge for that plan. If there is no such charge either,
    the account is returned as it is.
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
    """The plan of `account`. Its price is known, and needed, for its own billing period only."""
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
