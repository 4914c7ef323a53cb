"""Proration: the price of a change of plan for the rest of a billing period, in whole days.

Source: docs/protocol.md, "Money".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from fullhouse.domain.money import after_percent_off, divide_half_up
from fullhouse.domain.plans import BillingPeriod, Rate

DAYS: dict[BillingPeriod, int] = {"month": 30, "year": 365}

# Every charge stores this version. Raise it when the results of `lines_of` change, and keep
# the old rule so that older charges can be computed again.
RULE_VERSION = 1

Item = Literal["plan", "parallel_events"]


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar days [start, start + days) in the account's time zone."""

    start: date
    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("a billing period must not be empty")

    @property
    def end(self) -> date:
        """The first day after the period."""
        return self.start + timedelta(days=self.days)

    def remaining(self, today: date) -> int:
        """Days left, including today. 0 after the end of the period."""
        return min(max((self.end - today).days, 0), self.days)


@dataclass(frozen=True, slots=True)
class PromoCode:
    """A code that lowers every price of the account by a percentage."""

    code: str
    percent_off: int


@dataclass(frozen=True, slots=True)
class Basis:
    """All inputs of a charge. They are stored with it, so that anyone can compute it again.

    Attributes:
        old: The rate that the account pays now. None: there is nothing to credit.
        parallel_events: The number of add-ons. A change of plan does not change it.
        step: In minor units. Each amount is a multiple of the step (`ChargeLimits.step`).
    """

    period: Period
    today: date
    old: Rate | None
    new: Rate
    parallel_events: int
    promo_codes: tuple[PromoCode, ...]
    step: int = 1

    @property
    def percent_off(self) -> int:
        """The sum of the percentages of all codes, at most 100."""
        return min(sum(code.percent_off for code in self.promo_codes), 100)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a charge. Prices are per unit and period, after promo codes.

    `amount` = quantity × (new price - old price) × days remaining ÷ days in the period. It is
    rounded to a multiple of the step of the basis, and never below 0.
    """

    item: Item
    quantity: int
    old_price: int
    new_price: int
    days_remaining: int
    days_in_period: int
    amount: int


def lines_of(basis: Basis) -> tuple[Line, ...]:
    """The lines of a charge: the plan first, then the add-on if the account has any."""
    old, new = basis.old, basis.new
    plan = _line(
        basis,
        item="plan",
        quantity=1,
        old_price=old.price if old else 0,
        new_price=new.price,
    )
    if basis.parallel_events == 0:
        return (plan,)
    add_on = _line(
        basis,
        item="parallel_events",
        quantity=basis.parallel_events,
        old_price=old.parallel_event if old else 0,
        new_price=new.parallel_event,
    )
    return (plan, add_on)


def full_price(basis: Basis) -> int:
    """The price of a whole period of the new plan, in minor units after promo codes."""
    whole_period = replace(basis, today=basis.period.start, old=None)
    return sum(line.amount for line in lines_of(whole_period))


def _line(basis: Basis, *, item: Item, quantity: int, old_price: int, new_price: int) -> Line:
    old = after_percent_off(old_price, basis.percent_off)
    new = after_percent_off(new_price, basis.percent_off)
    remaining, days = basis.period.remaining(basis.today), basis.period.days
    return Line(
        item=item,
        quantity=quantity,
        old_price=old,
        new_price=new,
        days_remaining=remaining,
        days_in_period=days,
        amount=prorated(
            quantity * (new - old), days_remaining=remaining, days=days, step=basis.step
        ),
    )


def prorated(difference: int, *, days_remaining: int, days: int, step: int) -> int:
    """The part of `difference` for the days left, rounded half up to a multiple of `step`.

    `step` is the smallest difference between two charges. The part is computed exactly, and
    rounded once.

    It is never below 0: a larger plan may have a cheaper add-on, but nothing is paid back.
    """
    return max(0, step * divide_half_up(difference * days_remaining, days * step))
