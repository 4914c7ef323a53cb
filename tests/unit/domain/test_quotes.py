"""Quotes: what is due now and next, and until when the price holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fullhouse.domain.accounts import Account, DowngradeStatus
from fullhouse.domain.errors import PastDue, QuoteExpired, QuoteStale
from fullhouse.domain.money import Money
from fullhouse.domain.plans import Plan
from fullhouse.domain.proration import Line, Period
from fullhouse.domain.quotes import (
    NextPeriod,
    Quote,
    check_holds,
    check_payable,
    quote_of,
    upgrade_terms,
)
from tests.accounts import HUGE, LARGE, SMALL, START, TRIAL, a_downgrade, an_account, codes

EXPIRES = datetime(2026, 3, 21, 12, 10, tzinfo=UTC)
TODAY = date(2026, 3, 21)  # 10 of 30 days are left


def quoted(account: Account, *, current: Plan = SMALL, target: Plan = LARGE) -> Quote:
    return quote_of(
        account,
        id_="q1",
        current=current,
        target=target,
        terms=upgrade_terms(account, current, target, currency="EUR", today=TODAY),
        expires_at=EXPIRES,
    )


def test_the_rest_of_the_period_is_due_now_and_the_full_price_at_its_end() -> None:
    terms = quoted(an_account(parallel_events=1, promo_codes=codes(15))).terms

    assert terms.lines == (
        Line("plan", 1, 5525, 10115, 10, 30, 1530),
        Line("parallel_events", 1, 2550, 4675, 10, 30, 708),  # 708.33
    )
    assert terms.due_now == Money(2238, "EUR")
    assert terms.next_period == NextPeriod(Money(14790, "EUR"), date(2026, 3, 31))


def test_the_last_day_of_the_period_is_paid_for() -> None:
    account = an_account(period_start=TODAY - timedelta(days=29))

    terms = quoted(account).terms

    assert terms.due_now == Money(180, "EUR")
    assert terms.next_period.starts_on == TODAY + timedelta(days=1)


def test_from_a_trial_a_new_period_starts_today_at_the_full_price() -> None:
    terms = quoted(an_account(TRIAL, parallel_events=1), current=TRIAL).terms

    assert terms.basis.period == Period(TODAY, 30)
    assert terms.lines == (
        Line("plan", 1, 0, 11900, 30, 30, 11900),
        Line("parallel_events", 1, 0, 5500, 30, 30, 5500),
    )
    assert terms.next_period == NextPeriod(Money(17400, "EUR"), date(2026, 4, 20))


def test_from_a_trial_that_costs_something_nothing_is_credited() -> None:
    """Whatever an operator charges for a trial, it is not set off against the first period."""
    dear_trial = replace(TRIAL, price=SMALL.price, parallel_event=SMALL.parallel_event)

    terms = quoted(an_account(dear_trial, billing_period="year"), current=dear_trial).terms

    assert terms.due_now == Money(114240, "EUR")


def test_a_second_upgrade_is_priced_from_the_plan_of_the_first() -> None:
    """A ladder costs what the direct way costs, but for the rounding of each step."""
    first = quoted(an_account()).terms.due_now.amount
    second = quoted(an_account(LARGE), current=LARGE, target=HUGE).terms.due_now.amount
    direct = quoted(an_account(), target=HUGE).terms.due_now.amount

    assert (first, second, direct) == (1800, 2667, 4467)


def test_a_quote_names_the_seats_that_the_account_has() -> None:
    """An operator may have changed the plan in the catalogue since it was bought."""
    quote = quoted(an_account(seats=90, presenters=4))

    assert (quote.current.seats, quote.target.seats) == (90, 250)


@pytest.mark.parametrize("status", ["requested", "scheduled"])
def test_a_quote_warns_that_it_cancels_a_downgrade(status: DowngradeStatus) -> None:
    leaving = an_account(downgrades=(a_downgrade(status),))

    assert quoted(leaving).warnings == ("cancels_downgrade",)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "done"])
def test_a_downgrade_that_is_over_is_nothing_to_warn_of(status: DowngradeStatus) -> None:
    staying = an_account(downgrades=(a_downgrade(status),))

    assert quoted(staying).warnings == ()


def test_a_price_holds_until_the_quote_expires() -> None:
    account = an_account()
    quote = quoted(account)

    check_holds(quote, account, now=EXPIRES - timedelta(microseconds=1))
    with pytest.raises(QuoteExpired):
        check_holds(quote, account, now=EXPIRES)


def test_a_price_does_not_outlive_a_change_of_the_account() -> None:
    account = an_account()
    quote = quoted(account)

    with pytest.raises(QuoteStale):
        check_holds(quote, replace(account, version=2), now=EXPIRES - timedelta(minutes=1))


def test_an_account_that_owes_a_renewal_buys_nothing() -> None:
    check_payable(an_account())
    with pytest.raises(PastDue, match="settled"):
        check_payable(an_account(payment_status="past_due"))


def test_the_day_before_the_period_counts_no_more_than_the_whole_period() -> None:
    early = upgrade_terms(
        an_account(), SMALL, LARGE, currency="EUR", today=START - timedelta(days=1)
    )

    assert early.due_now == Money(5400, "EUR")
