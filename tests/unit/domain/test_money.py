"""Whole minor units, rounded half up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fullhouse.domain.money import Money, after_percent_off, divide_half_up, in_major_units


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(0, 30, 0), (14, 30, 0), (15, 30, 1), (16, 30, 1), (45, 30, 2), (75, 30, 3), (182, 365, 0)],
)
def test_a_half_goes_up(numerator: int, denominator: int, quotient: int) -> None:
    assert divide_half_up(numerator, denominator) == quotient


def test_amounts_that_no_float_can_hold_stay_exact() -> None:
    assert divide_half_up(3 * (10**18 + 1), 3) == 10**18 + 1


@pytest.mark.parametrize(
    ("price", "percent_off", "left"),
    [(995, 0, 995), (995, 15, 846), (50, 15, 43), (990, 33, 663), (1990, 33, 1333), (995, 100, 0)],
)
def test_a_percentage_off_is_rounded_half_up_once(price: int, percent_off: int, left: int) -> None:
    assert after_percent_off(price, percent_off) == left


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (6500, "JPY", "6500"),
        (6500, "EUR", "65.00"),
        (5, "EUR", "0.05"),
        (6500, "KWD", "6.500"),
        (0, "KWD", "0.000"),
        (6500, "CLF", "0.6500"),
        (123_456_789_012_345_678_901, "EUR", "1234567890123456789.01"),
    ],
)
def test_the_minor_unit_is_that_of_the_currency(amount: int, currency: str, shown: str) -> None:
    assert in_major_units(Money(amount, currency)) == Decimal(shown)
    assert str(in_major_units(Money(amount, currency))) == shown


@pytest.mark.parametrize("code", ["", "eur", "EURO", "E1R", "€"])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(ValueError, match="three capital letters"):
        Money(1, code)
