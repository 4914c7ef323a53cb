"""Upgrades: which plan is one, and what buying it makes of the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fullhouse.domain.accounts import Account, DowngradeStatus
from fullhouse.domain.errors import NotAnUpgrade, PlanNotOnSale
from fullhouse.domain.plans import BoughtPlan, Plan, Prices
from fullhouse.domain.quotes import Quote, quote_of, upgrade_terms
from fullhouse.domain.upgrades import check_upgrade, is_upgrade, upgraded
from tests.accounts import HUGE, LARGE, OLD, SMALL, TRIAL, a_downgrade, an_account

NOW = datetime(2026, 3, 21, 23, 55, tzinfo=UTC)
TODAY = NOW.date()


def quoted(account: Account, current: Plan = SMALL, target: Plan = LARGE) -> Quote:
    terms = upgrade_terms(account, current, target, currency="EUR", today=TODAY)
    return quote_of(account, id_="q1", current=current, target=target, terms=terms, expires_at=NOW)


@pytest.mark.parametrize(
    ("current", "target"),
    [
        (SMALL, LARGE),
        (SMALL, HUGE),
        (TRIAL, SMALL),
        (OLD, LARGE),  # from a plan no longer sold, to one that is
        (SMALL, replace(LARGE, price=SMALL.price)),  # for the same price
    ],
)
def test_more_seats_on_sale_for_no_lower_price_is_an_upgrade(current: Plan, target: Plan) -> None:
    account = an_account(current)

    check_upgrade(account, current=current, target=target)
    assert is_upgrade(account, current=current, target=target)


@pytest.mark.parametrize(
    ("current", "target"),
    [
        (SMALL, SMALL),
        (LARGE, SMALL),
        (SMALL, replace(LARGE, seats=100)),
        (SMALL, replace(LARGE, price=Prices(6499, 114240))),
        (SMALL, TRIAL),
        (SMALL, replace(TRIAL, seats=900, price=LARGE.price)),
        (replace(TRIAL, seats=5), TRIAL),
    ],
)
def test_what_is_no_upgrade_is_refused(current: Plan, target: Plan) -> None:
    account = an_account(current)

    with pytest.raises(NotAnUpgrade, match=f"'{target.id}' is no upgrade"):
        check_upgrade(account, current=current, target=target)
    assert not is_upgrade(account, current=current, target=target)


def test_the_price_compared_is_that_of_the_billing_period() -> None:
    cheaper_by_the_year = replace(LARGE, price=Prices(11900, 62399))

    assert is_upgrade(an_account(), current=SMALL, target=cheaper_by_the_year)
    assert not is_upgrade(
        an_account(billing_period="year"), current=SMALL, target=cheaper_by_the_year
    )


@pytest.mark.parametrize("current", [SMALL, HUGE])
def test_a_plan_no_longer_sold_is_refused_as_such_whether_larger_or_not(current: Plan) -> None:
    account = an_account(current)

    with pytest.raises(PlanNotOnSale, match="'old' is not on sale"):
        check_upgrade(account, current=current, target=OLD)
    assert not is_upgrade(account, current=current, target=OLD)


def test_an_upgrade_gives_the_account_the_plan_and_leaves_its_period() -> None:
    account = an_account(version=7)

    assert upgraded(account, quoted(account)) == replace(
        account,
        plan="large",
        seats=250,
        presenters=8,
        version=8,
        bought=BoughtPlan(LARGE, "EUR"),
    )


@pytest.mark.parametrize("status", ["requested", "scheduled"])
def test_an_upgrade_cancels_a_downgrade(status: DowngradeStatus) -> None:
    account = an_account(downgrades=(a_downgrade(status),))

    after = upgraded(account, quoted(account))

    assert after.downgrades == (a_downgrade("withdrawn"),)
    assert after.scheduled_change is None


def test_the_new_period_of_a_former_trial_starts_on_the_day_promised() -> None:
    account = an_account(TRIAL)
    quote = quoted(account, current=TRIAL)

    after = upgraded(account, quote)

    assert after.period_start == TODAY
    assert after.period.end == quote.terms.next_period.starts_on
