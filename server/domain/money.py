"""Amounts of money: whole minor units of one currency, rounded half up."""

from __future__ import annotations

import re
from dataclasses import dataclass

_is_currency = re.compile(r"[A-Z]{3}").fullmatch


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units (cents of EUR, yen, fils) of an ISO 4217 `currency`."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        checked_currency(self.currency)


def checked_currency(code: str) -> str:
    """`code`, if it looks like an ISO 4217 code.

    Raises:
        ValueError: it does not.
    """
    if not _is_currency(code):
        raise ValueError(f"currency {code!r}: three capital letters, such as EUR")
    return code


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest whole number; a half goes up (towards +∞)."""
    return (2 * numerator + denominator) // (2 * denominator)


def after_percent_off(price: int, percent_off: int) -> int:
    """`price` less `percent_off` percent, rounded half up once."""
    return divide_half_up(price * (100 - percent_off), 100)
