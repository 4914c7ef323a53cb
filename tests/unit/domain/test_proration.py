"""Golden tables, worked out by hand: what a change of plan costs on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.plans import BillingPeriod, Rate
from fullhouse.domain.proration import DAYS, Basis, Line, Period, full_price, lines_of
from tests.accounts import LARGE, SMALL, START, codes


def basis(
    day: int = 0,
    *,
    billing_period: BillingPeriod = "month",
    old: Rate | None = None,
    new: Rate | None = None,
    parallel_events: int = 0,
    percents: tuple[int, ...] = (),
) -> Basis:
    """From `SMALL` to `LARGE` on the given day of the period, the first being day 0."""
    return Basis(
        period=Period(START, DAYS[billing_period]),
        today=START + timedelta(days=day),
        old=old or SMALL.rate(billing_period),
        new=new or LARGE.rate(billing_period),
        parallel_events=parallel_events,
        promo_codes=codes(*percents),
    )


def amounts(basis: Basis) -> list[int]:
    return [line.amount for line in lines_of(basis)]


# 11900 - 6500 = 5400 a period of 30 days = 180 a day.
@pytest.mark.parametrize("day", range(30))
def test_a_month_costs_180_for_each_day_left(day: int) -> None:
    assert amounts(basis(day)) == [180 * (30 - day)]


# 114240 - 62400 = 51840 a period of 365 days = 142.0274 a day.
@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (0, 51840),
        (1, 51698),  # 51697.97
        (182, 25991),  # 183 days: 25991.01
        (183, 25849),  # 182 days: 25848.99
        (363, 284),  # 284.05
        (364, 142),  # the last day belongs to the period
    ],
)
def test_a_year_is_365_days_and_each_line_is_rounded_once(day: int, amount: int) -> None:
    assert amounts(basis(day, billing_period="year")) == [amount]


@pytest.mark.parametrize(
    ("step", "plan", "add_on"),
    [
        (1, 833, 1467),  # 833.33 and 2 × 733.33
        (10, 830, 1470),
        (100, 800, 1500),
    ],
)
def test_each_line_is_rounded_once_to_a_step_of_the_gateway(
    step: int, plan: int, add_on: int
) -> None:
    old, new = Rate("a", 4000, 1900), Rate("b", 6500, 4100)
    change = basis(20, old=old, new=new, parallel_events=2)

    assert amounts(replace(change, step=step)) == [plan, add_on]


def test_a_step_is_not_applied_to_what_is_rounded_already() -> None:
    """14.6 is 15 in whole units, which would be 20 in steps of ten."""
    change = basis(0, old=Rate("a", 0, 0), new=Rate("b", 146, 0))

    assert amounts(replace(change, today=START + timedelta(days=27), step=10)) == [10]


def test_the_full_price_is_a_multiple_of_the_step() -> None:
    change = basis(new=Rate("b", 6504, 3005), parallel_events=1)

    assert full_price(replace(change, step=10)) == 6500 + 3010


@pytest.mark.parametrize("day", [30, 31, 400])
def test_after_the_end_nothing_is_left_to_pay_for(day: int) -> None:
    assert amounts(basis(day)) == [0]


@pytest.mark.parametrize(
    ("difference", "day", "amount"),
    [(15, 29, 1), (14, 29, 0), (45, 29, 2), (75, 29, 3), (1, 15, 1), (1, 16, 0)],
)
def test_half_a_minor_unit_is_rounded_up(difference: int, day: int, amount: int) -> None:
    change = basis(day, old=Rate("a", 100, 0), new=Rate("b", 100 + difference, 0))

    assert amounts(change) == [amount]


# 20 days into the month: 10 of 30 days are left.
@pytest.mark.parametrize(
    ("percents", "old_price", "new_price", "amount"),
    [
        ((0,), 6500, 11900, 1800),
        ((15,), 5525, 10115, 1530),
        ((33,), 4355, 7973, 1206),
        ((15, 33), 3380, 6188, 936),
        ((100,), 0, 0, 0),
        ((60, 60), 0, 0, 0),  # several add up, to 100 at most
    ],
)
def test_codes_lower_the_old_and_the_new_price_alike(
    percents: tuple[int, ...], old_price: int, new_price: int, amount: int
) -> None:
    assert lines_of(basis(20, percents=percents)) == (
        Line("plan", 1, old_price, new_price, 10, 30, amount),
    )


def test_each_price_is_rounded_before_the_difference_is_taken() -> None:
    """995 less 15 % is 845.75, 50 less 15 % is 42.5: rounded 846 and 43, so 803 and not 803.25."""
    change = basis(0, old=Rate("a", 50, 0), new=Rate("b", 995, 0), percents=(15,))

    assert lines_of(change) == (Line("plan", 1, 43, 846, 30, 30, 803),)


# 5500 - 3000 = 2500 a period for each further event; 10 of 30 days are left.
@pytest.mark.parametrize(
    ("parallel_events", "amount"),
    [(1, 833), (2, 1667), (3, 2500)],  # 833.33, 1666.67, 2500: not 2 x 833 and 3 x 833
)
def test_add_ons_have_a_line_of_their_own(parallel_events: int, amount: int) -> None:
    plan, add_on = lines_of(basis(20, parallel_events=parallel_events))

    assert plan.amount == 1800
    assert add_on == Line("parallel_events", parallel_events, 3000, 5500, 10, 30, amount)


def test_codes_lower_the_add_on_too() -> None:
    # 15 % off: 2550 and 4675, a difference of 2125; for 3 events and 10 of 30 days: 2125.
    _, add_on = lines_of(basis(20, parallel_events=3, percents=(15,)))

    assert add_on == Line("parallel_events", 3, 2550, 4675, 10, 30, 2125)


def test_without_add_ons_there_is_one_line() -> None:
    assert [line.item for line in lines_of(basis())] == ["plan"]


def test_a_cheaper_add_on_of_the_larger_plan_is_not_paid_back() -> None:
    change = basis(0, old=Rate("a", 100, 50), new=Rate("b", 300, 20), parallel_events=2)

    assert amounts(change) == [200, 0]


def test_with_nothing_to_credit_the_whole_new_price_is_due() -> None:
    full = Basis(
        period=Period(START, 30),
        today=START,
        old=None,
        new=LARGE.rate("month"),
        parallel_events=2,
        promo_codes=(),
    )

    assert lines_of(full) == (
        Line("plan", 1, 0, 11900, 30, 30, 11900),
        Line("parallel_events", 2, 0, 5500, 30, 30, 11000),
    )
    assert full_price(full) == 22900


@pytest.mark.parametrize(
    ("parallel_events", "percents", "price"),
    [(0, (), 11900), (3, (), 28400), (1, (15,), 14790), (3, (33,), 19028), (3, (100,), 0)],
)
def test_the_next_period_costs_the_full_new_price_after_codes(
    parallel_events: int, percents: tuple[int, ...], price: int
) -> None:
    # 15 %: 10115 + 4675; 33 %: 7973 + 3 x 3685.
    assert full_price(basis(parallel_events=parallel_events, percents=percents)) == price


def test_the_end_of_a_period_no_longer_belongs_to_it() -> None:
    month = Period(date(2028, 2, 10), 30)  # with a leap day in it

    assert month.end == date(2028, 3, 11)
    assert month.remaining(date(2028, 3, 10)) == 1


@pytest.mark.parametrize(("today", "days"), [(date(2026, 2, 27), 30), (date(2026, 4, 1), 0)])
def test_days_left_are_never_more_than_the_period_nor_below_none(today: date, days: int) -> None:
    assert Period(START, 30).remaining(today) == days


def test_a_period_is_not_empty() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Period(START, 0)
