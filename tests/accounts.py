"""Plans and accounts for tests: plain figures, each test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fullhouse.domain.accounts import Account, DowngradeRequest, DowngradeStatus, NewAccount
from fullhouse.domain.plans import BoughtPlan, Catalogue, Plan, Prices
from fullhouse.domain.proration import PromoCode

START = date(2026, 3, 1)

TRIAL = Plan(
    id="trial",
    name="Trial",
    seats=10,
    presenters=1,
    price=Prices(0, 0),
    parallel_event=Prices(0, 0),
    trial=True,
)
SMALL = Plan(
    id="small",
    name="Small",
    seats=100,
    presenters=5,
    price=Prices(6500, 62400),
    parallel_event=Prices(3000, 28800),
)
LARGE = Plan(
    id="large",
    name="Large",
    seats=250,
    presenters=8,
    price=Prices(11900, 114240),
    parallel_event=Prices(5500, 52800),
)
HUGE = Plan(
    id="huge",
    name="Huge",
    seats=500,
    presenters=10,
    price=Prices(19900, 191040),
    parallel_event=Prices(9000, 86400),
)
OLD = replace(LARGE, id="old", name="Old", seats=200, on_sale=False)

CATALOGUE = Catalogue("EUR", (TRIAL, SMALL, LARGE, HUGE, OLD))

REQUEST = NewAccount(plan="small", billing_period="month", period_start=START, time_zone="UTC")


def codes(*percents: int) -> tuple[PromoCode, ...]:
    """One promo code for each percentage."""
    return tuple(PromoCode(f"CODE-{i}", percent) for i, percent in enumerate(percents))


def an_account(plan: Plan = SMALL, **changes: Any) -> Account:  # noqa: ANN401  # fields of Account
    """An account on `plan`, billed by the month from 1 March 2026."""
    account = Account(
        id="acme",
        plan=plan.id,
        seats=plan.seats,
        presenters=plan.presenters,
        billing_period="month",
        period_start=START,
        time_zone="UTC",
        parallel_events=0,
        promo_codes=(),
        payment=None,
        first_request="first",
        bought=BoughtPlan(plan, "EUR"),
    )
    return replace(account, **changes)


def a_downgrade(
    status: DowngradeStatus = "scheduled",
    *,
    plan: Plan = SMALL,
    effective_on: date = START + timedelta(days=30),
) -> DowngradeRequest:
    """A request for `plan` from the end of the period on."""
    return DowngradeRequest(
        id="d1",
        plan=plan.id,
        note="",
        status=status,
        effective_on=effective_on,
        contact_by=effective_on - timedelta(days=7),
        warnings=(),
        target=plan,
    )
