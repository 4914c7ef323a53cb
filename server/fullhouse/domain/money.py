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
"""The number of decimals of a currency. All currencies that are not listed have two.

Source: ISO 4217, list one. Tables for the display of money (CLDR) drop decimals that are out of
use: the Iraqi dinar has three decimals in ISO 4217 and none in CLDR.
"""

_MINOR_STEP = {"MGA": 20, "MRU": 20}
"""The smallest amount of a currency in minor units, if it is not one.

Ariary and ouguiya are divided into five parts. ISO 4217 writes a fifth as 0.20.
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
    """Return `code` if it has the form of an ISO 4217 code.

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
    """The smallest amount that exists in that currency, in its minor units."""
    return _MINOR_STEP.get(currency, 1)


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest whole number; a half goes up (towards +∞)."""
    return (2 * numerator + denominator) // (2 * denominator)


def after_percent_off(price: int, percent_off: int) -> int:
    """`price` less `percent_off` percent, rounded half up once."""
    return divide_half_up(price * (100 - percent_off), 100)
