"""What must hold of every charge, whatever the prices, codes and days are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.ledger import ChargeKind, LedgerEntry, entry_of
from fullhouse.domain.money import Money, after_percent_off, divide_half_up
from fullhouse.domain.plans import BillingPeriod, Plan, Prices, Rate
from fullhouse.domain.proration import (
    DAYS,
    RULE_VERSION,
    Basis,
    Period,
    PromoCode,
    full_price,
    lines_of,
)
from fullhouse.domain.quotes import upgrade_terms
from fullhouse.domain.renewals import CATCH_UP, renewed
from tests.accounts import START, an_account

PRICES = st.integers(0, 10_000_000)
PERCENTS = st.lists(st.integers(0, 100), max_size=4)
ADD_ONS = st.integers(0, 50)
BILLING_PERIODS = st.sampled_from(list(DAYS))


def promo_codes(percents: list[int]) -> tuple[PromoCode, ...]:
    return tuple(PromoCode(str(place), percent) for place, percent in enumerate(percents))


@st.composite
def rates(draw: st.DrawFn) -> tuple[Rate, ...]:
    """Three rates; the price rises from one to the next, that of the add-on need not."""
    low, middle, high = sorted(draw(st.tuples(PRICES, PRICES, PRICES)))
    return (
        Rate("low", low, draw(PRICES)),
        Rate("middle", middle, draw(PRICES)),
        Rate("high", high, draw(PRICES)),
    )


@st.composite
def bases(draw: st.DrawFn) -> Basis:
    """A change of plan on any day of any period."""
    days = DAYS[draw(BILLING_PERIODS)]
    start = draw(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
    old, new, _ = draw(rates())
    return Basis(
        period=Period(start, days),
        today=start + timedelta(days=draw(st.integers(0, days - 1))),
        old=old,
        new=new,
        parallel_events=draw(ADD_ONS),
        promo_codes=promo_codes(draw(PERCENTS)),
    )


def due(basis: Basis) -> int:
    return sum(line.amount for line in lines_of(basis))


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_half_up_is_the_nearest_whole_number(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)

    distance = divide_half_up(numerator, denominator) - exact

    assert Fraction(-1, 2) < distance <= Fraction(1, 2)


@given(PRICES, PRICES, st.integers(0, 100))
def test_a_code_never_turns_the_order_of_two_prices_round(
    one: int, other: int, percent: int
) -> None:
    low, high = sorted((one, other))

    assert 0 <= after_percent_off(low, percent) <= after_percent_off(high, percent) <= high


@given(bases())
def test_no_line_is_below_0_nor_above_the_difference_for_the_whole_period(basis: Basis) -> None:
    for line in lines_of(basis):
        whole = line.quantity * max(0, line.new_price - line.old_price)
        assert 0 <= line.amount <= whole


@given(bases())
def test_a_line_is_within_half_a_unit_of_the_exact_share(basis: Basis) -> None:
    for line in lines_of(basis):
        difference = line.quantity * max(0, line.new_price - line.old_price)
        exact = Fraction(difference * line.days_remaining, line.days_in_period)
        assert abs(line.amount - exact) <= Fraction(1, 2)


@given(bases())
def test_waiting_a_day_never_costs_more(basis: Basis) -> None:
    assert due(replace(basis, today=basis.today + timedelta(days=1))) <= due(basis)


@given(bases())
def test_the_first_day_costs_no_more_than_the_next_period_does(basis: Basis) -> None:
    assert due(replace(basis, today=basis.period.start)) <= full_price(basis)


@given(bases())
def test_all_lines_have_the_days_of_one_day(basis: Basis) -> None:
    remaining = (basis.period.end - basis.today).days

    assert {line.days_remaining for line in lines_of(basis)} == {remaining}
    assert {line.days_in_period for line in lines_of(basis)} == {basis.period.days}


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Rate, ...]:
    """Two to six rates; neither the price nor that of the add-on falls from one to the next."""
    steps = draw(st.integers(2, 6))
    prices = sorted(draw(st.lists(PRICES, min_size=steps, max_size=steps)))
    add_ons = sorted(draw(st.lists(PRICES, min_size=steps, max_size=steps)))
    return tuple(map(Rate, map(str, range(steps)), prices, add_ons))


@given(ladders(), bases())
def test_a_ladder_costs_what_the_direct_way_does_but_for_one_unit_a_step_and_line(
    ladder: tuple[Rate, ...], basis: Basis
) -> None:
    direct = lines_of(replace(basis, old=ladder[0], new=ladder[-1]))

    steps = [lines_of(replace(basis, old=old, new=new)) for old, new in pairwise(ladder)]

    for line, *in_steps in zip(direct, *steps, strict=True):
        assert abs(sum(step.amount for step in in_steps) - line.amount) <= len(steps)


@given(ladders(), bases(), st.lists(st.integers(0, 400), min_size=5, max_size=5))
def test_climbing_late_never_costs_more_than_climbing_at_once(
    ladder: tuple[Rate, ...], basis: Basis, waits: list[int]
) -> None:
    """Each step is charged from the plan before, for the days that are left then."""
    direct = due(replace(basis, old=ladder[0], new=ladder[-1]))

    climbed, today = 0, basis.today
    for (old, new), wait in zip(pairwise(ladder), waits, strict=False):
        climbed += due(replace(basis, old=old, new=new, today=today))
        today += timedelta(days=wait)

    rounding = 2 * (len(ladder) - 1)  # one unit a step and line
    assert climbed <= direct + rounding


@given(bases(), st.sampled_from(["JPY", "EUR", "KWD"]), st.sampled_from(["renewal", "upgrade"]))
def test_a_ledger_entry_gives_the_same_lines_when_it_is_worked_out_again(
    basis: Basis, currency: str, kind: ChargeKind
) -> None:
    """From what the store keeps of it, and nothing else."""
    entry = entry_of(id_="e1", kind=kind, charged_on=basis.today, currency=currency, basis=basis)

    kept = msgspec.json.decode(msgspec.json.encode(entry), type=LedgerEntry)

    assert kept == entry
    assert kept.rule_version == RULE_VERSION
    assert lines_of(kept.basis) == entry.lines
    assert kept.amount == Money(due(kept.basis), currency)


@given(st.tuples(PRICES, PRICES), BILLING_PERIODS, ADD_ONS, st.integers(0, 29), PERCENTS)
def test_what_is_due_is_the_sum_of_the_lines_shown(
    prices: tuple[int, int],
    billing_period: BillingPeriod,
    parallel_events: int,
    day: int,
    percents: list[int],
) -> None:
    low, high = (Prices(price, price) for price in sorted(prices))
    current, target = (
        Plan(id=name, name=name, seats=1, presenters=0, price=price, parallel_event=price)
        for name, price in (("low", low), ("high", high))
    )
    account = an_account(
        current,
        billing_period=billing_period,
        parallel_events=parallel_events,
        promo_codes=promo_codes(percents),
    )
    today = START + timedelta(days=day)

    terms = upgrade_terms(account, current, target, currency="EUR", today=today)

    assert terms.due_now.amount == sum(line.amount for line in terms.lines)
    assert terms.next_period.amount.amount == full_price(terms.basis)
    assert terms.lines == lines_of(terms.basis)


@given(BILLING_PERIODS, st.integers(0, 4000), ADD_ONS, PERCENTS)
def test_every_recent_period_is_charged_once_and_today_lies_in_the_last(
    billing_period: BillingPeriod, days: int, parallel_events: int, percents: list[int]
) -> None:
    account = an_account(
        billing_period=billing_period,
        parallel_events=parallel_events,
        promo_codes=promo_codes(percents),
    )
    today = START + timedelta(days=days)

    renewal, charges = renewed(account, today=today)

    assert renewal.period.start <= today < renewal.period.end
    starts = [charge.basis.period.start for charge in charges]
    length = DAYS[billing_period]
    begun = [START + timedelta(days=length * n) for n in range(1, days // length + 1)]
    recent = [start for start in begun if today - start <= CATCH_UP or start == begun[-1]]
    assert starts == recent
    assert renewal.version == account.version + len(begun)
    assert all(charge.amount.amount == full_price(charge.basis) for charge in charges)
    assert renewed(renewal, today=today) == (renewal, ())
