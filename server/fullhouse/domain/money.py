"""Amounts of money: whole minor units of one currency, rounded half up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""How many decimals the minor unit of a currency stands for; of all others two.

Source: ISO 4217, list one. Tables made for showing money (CLDR) leave out decimals that nobody
uses any more: a dinar of Iraq has three by the standard and none there.
"""

_MINOR_STEP = {"MGA": 20, "MRU": 20}
"""Where the smallest sum that exists is not one minor unit.

Ariary and ouguiya are divided into five, not into a hundred; ISO 4217 writes a fifth as 0.20.
"""

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


def in_major_units(money: Money) -> Decimal:
    """The exact amount as people write it: 6500 cents are 65.00 EUR, 6500 yen are 6500 JPY."""
    return Decimal(money.amount).scaleb(-minor_digits(money.currency))


def minor_digits(currency: str) -> int:
    """How many decimals an amount of that currency has."""
    return _MINOR_DIGITS.get(currency, 2)


def minor_step(currency: str) -> int:
    """The smallest sum that exists in that currency, in its minor units."""
    return _MINOR_STEP.get(currency, 1)


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest whole number; a half goes up (towards +∞)."""
    return (2 * numerator + denominator) // (2 * denominator)


def after_percent_off(price: int, percent_off: int) -> int:
    """`price` less `percent_off` percent, rounded half up once."""
    return divide_half_up(price * (100 - percent_off), 100)
