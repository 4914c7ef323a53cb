"""Renewals: when a period follows another, what it costs, and what changes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fullhouse.domain.accounts import Account, DowngradeStatus, Due
from fullhouse.domain.money import Money
from fullhouse.domain.plans import Prices
from fullhouse.domain.proration import lines_of
from fullhouse.domain.quotes import NextPeriod
from fullhouse.domain.renewals import next_period, renewed
from tests.accounts import (
    HUGE,
    LARGE,
    START,
    TRIAL,
    a_downgrade,
    an_account,
    codes,
)

END = date(2026, 3, 31)


@pytest.mark.parametrize("day", [0, 29])
def test_a_period_that_has_not_ended_is_not_renewed(day: int) -> None:
    account = an_account()

    assert renewed(account, today=START + timedelta(days=day)) == (account, ())


def test_a_period_renews_on_its_end_at_the_full_price() -> None:
    account = an_account(parallel_events=2, promo_codes=codes(15))

    renewal, (charge,) = renewed(account, today=END)

    midnight = datetime(2026, 3, 31, tzinfo=UTC)
    due = Due(charge.id, charge.amount, since=midnight, try_at=midnight)
    assert renewal == replace(account, period_start=END, dues=(due,), version=2)
    assert (charge.kind, charge.charged_on) == ("renewal", END)
    assert charge.amount == Money(5525 + 2 * 2550, "EUR")


def test_after_a_year_away_only_the_last_quarter_is_charged() -> None:
    """13 periods have begun; today, 25 April, lies in the one from 25 April on."""
    renewal, charges = renewed(an_account(), today=date(2027, 4, 25))

    assert [charge.id for charge in charges] == [
        "renewal-2027-01-25",
        "renewal-2027-02-24",
        "renewal-2027-03-26",
        "renewal-2027-04-25",
    ]
    assert [due.entry for due in renewal.dues] == [charge.id for charge in charges]
    assert (renewal.period_start, renewal.version) == (date(2027, 4, 25), 15)


@pytest.mark.parametrize(("years", "charged"), [(1, 1), (2, 1), (5, 1)])
def test_of_years_away_the_present_one_is_charged(years: int, charged: int) -> None:
    account = an_account(billing_period="year")
    today = START + timedelta(days=365 * years + 200)

    renewal, charges = renewed(account, today=today)

    assert len(charges) == charged
    assert renewal.period_start == START + timedelta(days=365 * years)


def test_a_year_that_ended_lately_is_charged_and_the_next_one_too() -> None:
    account = an_account(billing_period="year")
    short = replace(account, period_start=START - timedelta(days=365))

    _, charges = renewed(short, today=START + timedelta(days=80))

    assert [charge.charged_on for charge in charges] == [START]


def test_missed_periods_are_charged_one_by_one() -> None:
    renewal, charges = renewed(an_account(), today=date(2026, 6, 1))

    assert [charge.id for charge in charges] == [
        "renewal-2026-03-31",
        "renewal-2026-04-30",
        "renewal-2026-05-30",
    ]
    assert [charge.amount.amount for charge in charges] == [6500, 6500, 6500]
    assert [due.entry for due in renewal.dues] == [charge.id for charge in charges]
    assert (renewal.period_start, renewal.version) == (date(2026, 5, 30), 4)


def test_a_year_renews_after_365_days_through_a_leap_day() -> None:
    account = an_account(billing_period="year", period_start=date(2028, 1, 1))

    before, none = renewed(account, today=date(2028, 12, 30))
    renewal, (charge,) = renewed(account, today=date(2028, 12, 31))

    assert (before, none) == (account, ())
    assert renewal.period_start == date(2028, 12, 31)
    assert charge.amount.amount == 62400


def test_a_trial_renews_without_a_charge() -> None:
    renewal, charges = renewed(an_account(TRIAL), today=date(2026, 4, 1))

    assert renewal.period_start == END
    assert (charges, renewal.dues) == ((), ())


def test_a_charge_can_be_worked_out_again_from_what_it_keeps() -> None:
    account = an_account(parallel_events=3, promo_codes=codes(33))

    _, (charge,) = renewed(account, today=END)

    assert charge.lines == lines_of(charge.basis)
    assert charge.rule_version == 1


def test_a_period_that_costs_nothing_is_charged_and_not_owed() -> None:
    renewal, (charge,) = renewed(an_account(promo_codes=codes(100)), today=END)

    assert charge.amount == Money(0, "EUR")
    assert renewal.dues == ()


def test_a_period_is_charged_on_the_day_it_begins_where_the_account_is() -> None:
    account = an_account(time_zone="Pacific/Kiritimati")

    renewal, (charge,) = renewed(account, today=date(2026, 4, 2))

    assert charge.charged_on == END
    assert renewal.dues[0].since == datetime(2026, 3, 30, 10, tzinfo=UTC)


def test_a_scheduled_downgrade_takes_effect_before_the_period_is_charged() -> None:
    account = an_account(
        LARGE, parallel_events=2, promo_codes=codes(15), downgrades=(a_downgrade("scheduled"),)
    )

    renewal, (charge,) = renewed(account, today=END)

    assert (renewal.plan, renewal.seats, renewal.presenters) == ("small", 100, 5)
    assert renewal.downgrades == (a_downgrade("done"),)
    assert renewal.scheduled_change is None
    assert renewal.promo_codes == ()
    assert charge.amount == Money(6500 + 2 * 3000, "EUR")  # the smaller plan, without the code
    assert charge.basis.promo_codes == ()


def test_until_then_nothing_of_a_scheduled_downgrade_can_be_felt() -> None:
    account = an_account(LARGE, promo_codes=codes(15), downgrades=(a_downgrade("scheduled"),))

    assert renewed(account, today=END - timedelta(days=1)) == (account, ())


def test_of_several_missed_periods_the_first_is_the_smaller_plans_already() -> None:
    account = an_account(HUGE, downgrades=(a_downgrade("scheduled", plan=LARGE),))

    renewal, charges = renewed(account, today=date(2026, 6, 1))

    assert [charge.amount.amount for charge in charges] == [11900, 11900, 11900]
    assert (renewal.plan, renewal.version) == ("large", 4)


def test_a_request_that_nobody_answered_is_for_the_next_period() -> None:
    account = an_account(LARGE, promo_codes=codes(15), downgrades=(a_downgrade("requested"),))

    renewal, (charge,) = renewed(account, today=END)

    (request,) = renewal.downgrades
    assert (renewal.plan, charge.amount.amount) == ("large", 10115)
    assert (request.status, request.effective_on) == ("requested", date(2026, 4, 30))
    assert request.contact_by == date(2026, 4, 23)
    assert renewal.promo_codes == codes(15)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "done"])
def test_a_request_that_is_over_changes_nothing(status: DowngradeStatus) -> None:
    account = an_account(LARGE, promo_codes=codes(15), downgrades=(a_downgrade(status),))

    renewal, _ = renewed(account, today=END)

    assert (renewal.plan, renewal.promo_codes) == ("large", codes(15))
    assert renewal.downgrades == account.downgrades


@pytest.mark.parametrize(
    "account",
    [
        an_account(),
        an_account(LARGE, parallel_events=2, promo_codes=codes(15)),
        an_account(LARGE, parallel_events=1, promo_codes=codes(15), downgrades=(a_downgrade(),)),
        an_account(LARGE, promo_codes=codes(15), downgrades=(a_downgrade("requested"),)),
        an_account(billing_period="year", promo_codes=codes(100)),
    ],
)
def test_what_the_next_period_is_said_to_cost_is_charged_when_it_begins(account: Account) -> None:
    said = next_period(account)

    _, (charge,) = renewed(account, today=account.period.end)
    assert (said.amount, said.starts_on) == (charge.amount, charge.charged_on)


def test_a_scheduled_downgrade_makes_the_next_period_cheaper_and_ends_the_codes() -> None:
    account = an_account(LARGE, promo_codes=codes(15), downgrades=(a_downgrade(),))

    assert next_period(account) == NextPeriod(Money(6500, "EUR"), END)


def test_the_next_period_of_a_trial_costs_nothing() -> None:
    costly = replace(TRIAL, price=Prices(100, 1000))

    said = next_period(an_account(costly))

    assert said == NextPeriod(Money(0, "EUR"), END)
