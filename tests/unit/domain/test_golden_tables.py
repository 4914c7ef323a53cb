"""Golden tables: figures worked out by hand, for every day, code, add-on, zone and currency.

The tables of `golden/` were made by long division, rounded at the first decimal, and checked
with `bc`: no figure comes from the code under test.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from fullhouse.domain.accounts import Account, has_ended, local_date
from fullhouse.domain.money import Money, in_major_units
from fullhouse.domain.plans import BillingPeriod, BoughtPlan, Plan, Prices
from fullhouse.domain.proration import DAYS
from fullhouse.domain.quotes import upgrade_terms
from fullhouse.domain.renewals import renewed
from tests.accounts import HUGE, LARGE, SMALL, START, TRIAL, an_account, codes

GOLDEN = Path(__file__).parent / "golden"
PERCENTS = (0, 15, 33, 100)
ADD_ONS = (0, 1, 2, 3)


def table(name: BillingPeriod) -> dict[int, dict[str, int]]:
    """Days left -> column -> amount."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [
            {column: int(text) for column, text in row.items()} for row in csv.DictReader(file)
        ]
    return {row["days left"]: row for row in rows}


TABLES = {name: table(name) for name in DAYS}


def amounts_of(account: Account, current: Plan, target: Plan, today: date) -> list[int]:
    terms = upgrade_terms(account, current, target, currency="EUR", today=today)
    assert terms.due_now.amount == sum(line.amount for line in terms.lines)
    return [line.amount for line in terms.lines]


@pytest.mark.parametrize("billing_period", DAYS)
def test_the_tables_have_every_day_of_the_period_and_its_end(
    billing_period: BillingPeriod,
) -> None:
    assert list(TABLES[billing_period]) == list(range(DAYS[billing_period], -1, -1))


@pytest.mark.parametrize("percent", PERCENTS)
@pytest.mark.parametrize("add_ons", ADD_ONS)
@pytest.mark.parametrize("billing_period", DAYS)
def test_every_day_of_the_period_costs_what_the_table_says(
    billing_period: BillingPeriod, add_ons: int, percent: int
) -> None:
    """From `small` to `large`, with a code and add-ons, through a leap day and clock changes."""
    account = an_account(
        billing_period=billing_period,
        period_start=date(2028, 2, 10),
        parallel_events=add_ons,
        promo_codes=codes(percent),
    )

    for left, row in TABLES[billing_period].items():
        today = account.period.end - timedelta(days=left)
        wanted = [row[f"plan {percent}%"]]
        if add_ons:
            wanted.append(row[f"{add_ons} add-on{'s' * (add_ons > 1)} {percent}%"])
        assert amounts_of(account, SMALL, LARGE, today) == wanted, (left, today)


# The period begins on 1 March 2026 and has 30 days: 31 March no longer belongs to it.
@pytest.mark.parametrize(
    ("time_zone", "instant", "days_left"),
    [
        # Both ends, to the second. UTC+14 is the first to begin a day, UTC-11 one of the last.
        ("Pacific/Kiritimati", "2026-02-28T10:00:00", 30),
        ("Pacific/Kiritimati", "2026-03-01T09:59:59", 30),
        ("Pacific/Kiritimati", "2026-03-01T10:00:00", 29),
        ("Pacific/Kiritimati", "2026-03-30T09:59:59", 1),
        ("Pacific/Kiritimati", "2026-03-30T10:00:00", 0),
        ("Pacific/Pago_Pago", "2026-03-01T11:00:00", 30),
        ("Pacific/Pago_Pago", "2026-03-02T10:59:59", 30),
        ("Pacific/Pago_Pago", "2026-03-02T11:00:00", 29),
        ("Pacific/Pago_Pago", "2026-03-31T10:59:59", 1),
        ("Pacific/Pago_Pago", "2026-03-31T11:00:00", 0),
        # One and the same instant: three dates, hence three prices.
        ("Pacific/Kiritimati", "2026-03-20T10:30:00", 10),
        ("UTC", "2026-03-20T10:30:00", 11),
        ("Pacific/Pago_Pago", "2026-03-20T10:30:00", 12),
        # New York: 8 March has 23 hours, from UTC-5 to UTC-4.
        ("America/New_York", "2026-03-08T04:59:59", 24),
        ("America/New_York", "2026-03-08T05:00:00", 23),
        ("America/New_York", "2026-03-09T03:59:59", 23),
        ("America/New_York", "2026-03-09T04:00:00", 22),
        # Berlin: 29 March has 23 hours, from UTC+1 to UTC+2, one day before the last.
        ("Europe/Berlin", "2026-03-28T22:59:59", 3),
        ("Europe/Berlin", "2026-03-28T23:00:00", 2),
        ("Europe/Berlin", "2026-03-29T21:59:59", 2),
        ("Europe/Berlin", "2026-03-29T22:00:00", 1),
        ("Europe/Berlin", "2026-03-30T21:59:59", 1),
        ("Europe/Berlin", "2026-03-30T22:00:00", 0),
        # Half and quarter hours: UTC+5:45.
        ("Asia/Kathmandu", "2026-03-15T18:14:59", 16),
        ("Asia/Kathmandu", "2026-03-15T18:15:00", 15),
    ],
)
def test_days_left_are_dates_where_the_account_is(
    time_zone: str, instant: str, days_left: int
) -> None:
    account = an_account(time_zone=time_zone)
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)

    today = local_date(time_zone, now)

    assert account.period.remaining(today) == days_left
    assert has_ended(account, now=now) is (days_left == 0)
    assert amounts_of(account, SMALL, LARGE, today) == [180 * days_left]


# Berlin: 25 October 2026 has 25 hours, and is the last day of this period.
@pytest.mark.parametrize(
    ("instant", "days_left"),
    [
        ("2026-10-24T21:59:59", 2),
        ("2026-10-24T22:00:00", 1),
        ("2026-10-25T00:30:00", 1),  # half past two, for the first time
        ("2026-10-25T01:30:00", 1),  # and again
        ("2026-10-25T22:59:59", 1),
        ("2026-10-25T23:00:00", 0),
    ],
)
def test_a_day_of_25_hours_is_one_day(instant: str, days_left: int) -> None:
    account = an_account(time_zone="Europe/Berlin", period_start=date(2026, 9, 26))
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)

    assert account.period.remaining(local_date("Europe/Berlin", now)) == days_left


@pytest.mark.parametrize(
    ("billing_period", "start", "end"),
    [
        ("month", date(2026, 2, 10), date(2026, 3, 12)),  # February has 28 days
        ("month", date(2028, 2, 10), date(2028, 3, 11)),  # and 29
        ("month", date(2028, 1, 30), date(2028, 2, 29)),  # the leap day begins the next period
        ("month", date(2028, 1, 31), date(2028, 3, 1)),  # the leap day is its last day
        ("month", date(2026, 12, 15), date(2027, 1, 14)),
        ("year", date(2026, 3, 1), date(2027, 3, 1)),
        ("year", date(2027, 3, 1), date(2028, 2, 29)),  # a day earlier through the leap day
        ("year", date(2028, 2, 29), date(2029, 2, 28)),
        ("year", date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_a_period_has_30_or_365_days_whatever_the_calendar_does(
    billing_period: BillingPeriod, start: date, end: date
) -> None:
    account = an_account(billing_period=billing_period, period_start=start)
    price = 5400 if billing_period == "month" else 51840
    a_day = 180 if billing_period == "month" else 142  # 142.03

    assert account.period.end == end
    assert amounts_of(account, SMALL, LARGE, start) == [price]
    assert amounts_of(account, SMALL, LARGE, end - timedelta(days=1)) == [a_day]
    assert amounts_of(account, SMALL, LARGE, end) == [0]


# From 980 to 2480, 19.99 to 49.99 and so on: always the minor unit is what is rounded.
@pytest.mark.parametrize(
    ("currency", "prices", "days_left", "due", "shown"),
    [
        ("JPY", (980, 2480), 30, 1500, "1500"),
        ("JPY", (980, 2480), 7, 350, "350"),
        ("JPY", (980, 2479), 7, 350, "350"),  # 349.77
        ("JPY", (980, 995), 1, 1, "1"),  # 0.5 yen
        ("JPY", (980, 994), 1, 0, "0"),  # 0.47 yen
        ("EUR", (1999, 4999), 30, 3000, "30.00"),
        ("EUR", (1999, 4999), 7, 700, "7.00"),
        ("EUR", (1999, 5000), 7, 700, "7.00"),  # 700.23 cents
        ("EUR", (1999, 5001), 7, 700, "7.00"),  # 700.47 cents
        ("EUR", (1999, 5002), 7, 701, "7.01"),  # 700.7 cents
        ("KWD", (19500, 35700), 30, 16200, "16.200"),
        ("KWD", (19500, 35700), 7, 3780, "3.780"),
        ("KWD", (19500, 35705), 7, 3781, "3.781"),  # 3781.17 fils
        ("KWD", (19500, 35704), 1, 540, "0.540"),  # 540.13 fils
    ],
)
def test_each_currency_is_rounded_to_its_own_minor_unit(
    currency: str, prices: tuple[int, int], days_left: int, due: int, shown: str
) -> None:
    small, large = (
        replace(plan, price=Prices(price, price))
        for plan, price in zip((SMALL, LARGE), prices, strict=True)
    )
    account = an_account(small)
    today = account.period.end - timedelta(days=days_left)

    terms = upgrade_terms(account, small, large, currency=currency, today=today)

    assert terms.due_now == Money(due, currency)
    assert str(in_major_units(terms.due_now)) == shown


# What is charged for one period after codes: plan, and each of the add-ons.
@pytest.mark.parametrize(
    ("percent", "plan", "add_on"),
    [(0, 6500, 3000), (15, 5525, 2550), (33, 4355, 2010), (100, 0, 0)],
)
@pytest.mark.parametrize("add_ons", ADD_ONS)
@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_a_new_period_is_charged_in_full_after_codes(
    currency: Literal["JPY", "EUR", "KWD"], add_ons: int, percent: int, plan: int, add_on: int
) -> None:
    account = an_account(
        parallel_events=add_ons,
        promo_codes=codes(percent),
        bought=BoughtPlan(SMALL, currency),
    )

    renewal, (charge,) = renewed(account, today=account.period.end)

    assert charge.amount == Money(plan + add_ons * add_on, currency)
    assert len(renewal.dues) == (charge.amount.amount > 0)


# small 6500 + 3000 an add-on → large 11900 + 5500 → huge 19900 + 9000; the comments divide by 30.
@pytest.mark.parametrize(
    ("percent", "add_ons", "first_step", "second_step"),
    [
        # 5400 x 20 = 108000; 8000 x 10 = 80000
        (0, 0, (20, [3600]), (10, [2667])),
        # and 2 x 2500 x 20 = 100000; 2 x 3500 x 10 = 70000
        (0, 2, (20, [3600, 3333]), (10, [2667, 2333])),
        # 10115 - 5525 = 4590; 16915 - 10115 = 6800; 4675 - 2550 = 2125; 7650 - 4675 = 2975
        (15, 1, (29, [4437, 2054]), (1, [227, 99])),
        # 7973 - 4355 = 3618; 13333 - 7973 = 5360; 3685 - 2010 = 1675; 6030 - 3685 = 2345
        (33, 3, (30, [3618, 5025]), (13, [2323, 3049])),
        (100, 3, (30, [0, 0]), (13, [0, 0])),
        # both on the same day: 5400 x 7 = 37800; 8000 x 7 = 56000
        (0, 0, (7, [1260]), (7, [1867])),
    ],
)
def test_each_step_of_a_ladder_is_charged_from_the_plan_before(
    percent: int,
    add_ons: int,
    first_step: tuple[int, list[int]],
    second_step: tuple[int, list[int]],
) -> None:
    account = an_account(parallel_events=add_ons, promo_codes=codes(percent))
    steps = [(SMALL, LARGE, *first_step), (LARGE, HUGE, *second_step)]

    for current, target, days_left, amounts in steps:
        today = account.period.end - timedelta(days=days_left)
        assert amounts_of(account, current, target, today) == amounts


def test_up_the_ladder_on_one_day_costs_the_direct_way_within_a_unit_a_step() -> None:
    """1260 + 1867 on the ladder; 13400 x 7 / 30 = 3126.67 direct."""
    account = an_account()
    today = account.period.end - timedelta(days=7)

    assert amounts_of(account, SMALL, HUGE, today) == [3127]


@pytest.mark.parametrize(
    ("percent", "add_ons", "amounts"),
    [(0, 0, [11900]), (15, 2, [10115, 9350]), (33, 3, [7973, 11055]), (100, 1, [0, 0])],
)
def test_from_a_trial_the_full_price_is_due_on_any_day(
    percent: int, add_ons: int, amounts: list[int]
) -> None:
    account = an_account(TRIAL, parallel_events=add_ons, promo_codes=codes(percent))

    for day in (0, 13, 29):
        assert amounts_of(account, TRIAL, LARGE, START + timedelta(days=day)) == amounts
