"""Offers: a price for every larger plan, and the plan that fits the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from fullhouse.domain.accounts import Account
from fullhouse.domain.charge_limits import NO_LIMITS, ChargeLimits
from fullhouse.domain.money import Money
from fullhouse.domain.plans import Catalogue, Plan
from fullhouse.domain.quotes import NextPeriod, Terms, upgrade_terms
from fullhouse.domain.rooms import RoomState
from fullhouse.domain.upgrades import is_upgrade


def people_to_seat(state: RoomState) -> int | None:
    """How many people a larger plan should seat: everyone inside, called and waiting.

    None: the platform limits the room to fewer seats than its plan, so no plan opens more seats.
    """
    return None if state.limited else state.occupied + state.held + state.waiting


def people_to_notice(state: RoomState) -> int | None:
    """For how many people the notice offers plans. None: no notice, or a notice without offers."""
    return people_to_seat(state) if state.notice else None


@dataclass(frozen=True, slots=True)
class Offer:
    """A larger plan at today's price. An offer is not binding, a quote is.

    Attributes:
        carried_over: Whether `due_now` is collected with the next period.
    """

    plan: str
    name: str
    seats: int
    due_now: Money
    next_period: NextPeriod
    recommended: bool
    carried_over: bool = False


def offers_for(
    account: Account,
    catalogue: Catalogue,
    *,
    people: int,
    today: date,
    limits: ChargeLimits = NO_LIMITS,
) -> tuple[Offer, ...]:
    """Every upgrade that `account` may buy, cheapest first.

    An account gets no offers if the price of its plan is unknown or in another currency. Prices in
    two currencies have no difference.

    Args:
        people: All people inside and waiting. The smallest plan that seats them all is
            recommended. If no plan does, the largest is.
        today: In the account's time zone.
        limits: The limits of the gateway in the currency of the catalogue.
    """
    priced = _cheapest_first(account, catalogue, today, limits)
    recommended = _recommended([plan for plan, _ in priced], people)
    return tuple(
        Offer(
            plan=plan.id,
            name=plan.name,
            seats=plan.seats,
            due_now=terms.due_now,
            next_period=terms.next_period,
            recommended=plan == recommended,
            carried_over=terms.carried_over,
        )
        for plan, terms in priced
    )


def _cheapest_first(
    account: Account, catalogue: Catalogue, today: date, limits: ChargeLimits
) -> list[tuple[Plan, Terms]]:
    if account.bought is None or account.bought.currency != catalogue.currency:
        return []
    current = account.bought.plan
    terms = partial(
        upgrade_terms, account, current, currency=catalogue.currency, today=today, limits=limits
    )
    priced = [
        (plan, terms(plan))
        for plan in catalogue.plans
        if is_upgrade(account, current=current, target=plan)
    ]
    return sorted(priced, key=_price_then_size)


def _price_then_size(priced: tuple[Plan, Terms]) -> tuple[int, int, int]:
    plan, terms = priced
    return terms.due_now.amount, terms.next_period.amount.amount, plan.seats


def _recommended(plans: Sequence[Plan], people: int) -> Plan | None:
    """The first of the smallest plans that seat everyone. If no plan does, the largest plan."""
    enough = [plan for plan in plans if plan.seats >= people]
    if enough:
        return min(enough, key=lambda plan: plan.seats)
    return max(plans, key=lambda plan: plan.seats, default=None)
