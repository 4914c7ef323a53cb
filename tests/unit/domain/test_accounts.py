"""Accounts: which first requests are taken, which day it is, and how periods renew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.domain.accounts import (
    Account,
    AccountChanges,
    NewAccount,
    PaymentRef,
    changed,
    local_date,
    opened,
    renewed,
)
from server.domain.errors import InvalidRequest
from server.domain.money import Money
from server.domain.plans import BillingPeriod
from server.domain.proration import PromoCode, lines_of
from tests.accounts import CATALOGUE, REQUEST, SMALL, START, TRIAL, an_account, codes

NOON = timedelta(hours=12)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + NOON


def open_on(day: date, **changes: Any) -> Account:  # noqa: ANN401  # fields of NewAccount
    request: NewAccount = replace(REQUEST, **changes)
    return opened("acme", request, SMALL, now=noon(day), fingerprint="first")


def test_an_account_has_the_seats_of_its_plan() -> None:
    account = open_on(START, parallel_events=2, promo_codes=codes(15))

    assert account == an_account(parallel_events=2, promo_codes=codes(15))


@pytest.mark.parametrize(
    ("billing_period", "first", "last"),
    [("month", 0, 59), ("year", 0, 729)],
)
def test_today_lies_in_the_period_named_or_in_the_next(
    billing_period: BillingPeriod, first: int, last: int
) -> None:
    for day in (first, last):
        opening = START + timedelta(days=day)
        assert open_on(opening, billing_period=billing_period).period_start == START
    for day in (first - 1, last + 1):
        with pytest.raises(InvalidRequest, match=r"period_start: today, 20\d\d-\d\d-\d\d, must"):
            open_on(START + timedelta(days=day), billing_period=billing_period)


@pytest.mark.parametrize("far", [date.min, date.max])
def test_a_period_at_the_end_of_time_is_refused_like_any_other(far: date) -> None:
    with pytest.raises(InvalidRequest, match="period_start"):
        open_on(START, period_start=far)


def test_the_day_is_that_of_the_account_and_not_of_the_server() -> None:
    """At noon of 28 February in UTC it is 1 March already on the islands of Kiritimati."""
    day_before = START - timedelta(days=1)

    assert open_on(day_before, time_zone="Pacific/Kiritimati").period_start == START
    with pytest.raises(InvalidRequest, match="today, 2026-02-28"):
        open_on(day_before, time_zone="Pacific/Pago_Pago")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"time_zone": "Europe/Bonn"}, "time_zone: 'Europe/Bonn' is no time zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "UTC\0"}, "time_zone"),
        ({"parallel_events": -1}, "parallel_events: 0 to 1000"),
        ({"parallel_events": 1001}, "parallel_events: 0 to 1000"),
        ({"promo_codes": codes(15, 101)}, r"promo_codes\[1\]\.percent_off: 0 to 100"),
        ({"promo_codes": codes(-1)}, r"promo_codes\[0\]\.percent_off: 0 to 100"),
        ({"promo_codes": (PromoCode("", 5),)}, r"promo_codes\[0\]\.code: 1 to 64"),
        ({"promo_codes": (PromoCode("x" * 65, 5),)}, r"promo_codes\[0\]\.code: 1 to 64"),
        ({"promo_codes": codes(15) * 2}, r"promo_codes\[1\]\.code: 'CODE-0' is given twice"),
        ({"promo_codes": codes(*[1] * 21)}, "promo_codes: at most 20"),
    ],
)
def test_an_impossible_value_is_refused_by_its_field(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidRequest, match=complaint):
        open_on(START, **changes)


@pytest.mark.parametrize(
    ("now", "time_zone", "day"),
    [
        ("2026-03-01T10:30+00:00", "Pacific/Kiritimati", date(2026, 3, 2)),  # UTC+14
        ("2026-03-01T10:30+00:00", "Pacific/Pago_Pago", date(2026, 2, 28)),  # UTC-11
        ("2026-03-01T11:00+00:00", "Pacific/Pago_Pago", date(2026, 3, 1)),
        # Clocks go forward on 29 March: that day has 23 hours, and is one day.
        ("2026-03-28T22:59+00:00", "Europe/Berlin", date(2026, 3, 28)),
        ("2026-03-28T23:00+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T21:59+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T22:00+00:00", "Europe/Berlin", date(2026, 3, 30)),
        # And back on 25 October: 25 hours.
        ("2026-10-24T22:00+00:00", "Europe/Berlin", date(2026, 10, 25)),
        ("2026-10-25T22:59+00:00", "Europe/Berlin", date(2026, 10, 25)),
        ("2026-10-25T23:00+00:00", "Europe/Berlin", date(2026, 10, 26)),
        ("2028-02-29T12:00+00:00", "UTC", date(2028, 2, 29)),
    ],
)
def test_the_day_begins_at_midnight_in_the_accounts_time_zone(
    now: str, time_zone: str, day: date
) -> None:
    assert local_date(time_zone, datetime.fromisoformat(now)) == day


def test_a_change_touches_what_it_names_and_raises_the_version() -> None:
    account = an_account(parallel_events=1, promo_codes=codes(15))

    more_rooms = changed(account, AccountChanges(parallel_events=3))
    no_codes = changed(account, AccountChanges(promo_codes=()))
    payer = changed(account, AccountChanges(payment=PaymentRef("cus_1", "pm_1")))

    assert more_rooms == replace(account, parallel_events=3, version=2)
    assert no_codes == replace(account, promo_codes=(), version=2)
    assert payer == replace(account, payment=PaymentRef("cus_1", "pm_1"), version=2)


@pytest.mark.parametrize(
    "changes", [AccountChanges(parallel_events=-1), AccountChanges(promo_codes=codes(101))]
)
def test_a_change_to_an_impossible_value_is_refused(changes: AccountChanges) -> None:
    with pytest.raises(InvalidRequest):
        changed(an_account(), changes)


def test_who_pays_is_not_shown_where_an_account_is_printed() -> None:
    assert "cus_1" not in repr(an_account(payment=PaymentRef("cus_1", "pm_1")))


@pytest.mark.parametrize("day", [0, 29])
def test_a_period_that_has_not_ended_is_not_renewed(day: int) -> None:
    account = an_account()

    assert renewed(account, CATALOGUE, today=START + timedelta(days=day)) == (account, ())


def test_a_period_renews_on_its_end_at_the_full_price() -> None:
    account = an_account(parallel_events=2, promo_codes=codes(15))

    renewal, (charge,) = renewed(account, CATALOGUE, today=date(2026, 3, 31))

    assert renewal == replace(account, period_start=date(2026, 3, 31), version=2)
    assert (charge.kind, charge.charged_on) == ("renewal", date(2026, 3, 31))
    assert charge.amount == Money(5525 + 2 * 2550, "EUR")


def test_missed_periods_are_charged_one_by_one() -> None:
    renewal, charges = renewed(an_account(), CATALOGUE, today=date(2026, 6, 1))

    assert [charge.id for charge in charges] == [
        "renewal-2026-03-31",
        "renewal-2026-04-30",
        "renewal-2026-05-30",
    ]
    assert [charge.amount.amount for charge in charges] == [6500, 6500, 6500]
    assert (renewal.period_start, renewal.version) == (date(2026, 5, 30), 4)


def test_a_year_renews_after_365_days_through_a_leap_day() -> None:
    account = an_account(billing_period="year", period_start=date(2028, 1, 1))

    before, none = renewed(account, CATALOGUE, today=date(2028, 12, 30))
    renewal, (charge,) = renewed(account, CATALOGUE, today=date(2028, 12, 31))

    assert (before, none) == (account, ())
    assert renewal.period_start == date(2028, 12, 31)
    assert charge.amount.amount == 62400


def test_a_trial_renews_without_a_charge() -> None:
    renewal, charges = renewed(an_account(TRIAL), CATALOGUE, today=date(2026, 4, 1))

    assert renewal.period_start == date(2026, 3, 31)
    assert charges == ()


def test_a_charge_can_be_worked_out_again_from_what_it_keeps() -> None:
    account = an_account(parallel_events=3, promo_codes=codes(33))

    _, (charge,) = renewed(account, CATALOGUE, today=date(2026, 3, 31))

    assert charge.lines == lines_of(charge.basis)
    assert charge.rule_version == 1
