"""Stripe's currencies: the unit, step, least and largest charge of each one.

Stripe's unit is not always the minor unit of ISO 4217. Amounts are converted in this file and
nowhere else. A test covers every special currency.

Source: https://docs.stripe.com/currencies, sections "Zero-decimal currencies", "Special cases"
and "Minimum and maximum charge amounts" (read in 2026). For currencies with three decimals, its
edition of 2022-12: https://web.archive.org/web/20221231002856/https://stripe.com/docs/currencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fullhouse.domain.charge_limits import ChargeLimits
from fullhouse.domain.money import Money, divide_half_up, minor_digits, minor_step

_ZERO_DECIMALS = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905  # a table
)

_THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""Charged in thousandths, and "the least-significant (last) digit" must be 0."""

_WHOLE_UNITS_AS_HUNDREDTHS = frozenset(("ISK", "UGX"))
"""These currencies no longer have decimals. Stripe still counts hundredths, which must be 00."""

# HUF and TWD are special for payouts only: "you can charge two-decimal amounts".
_TWO_DECIMALS = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD
    CDF CHF CNY COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL
    HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR
    MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD
    SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG
    YER ZAR ZMW
    """.split()  # noqa: SIM905  # a table
)

_CURRENCIES = _ZERO_DECIMALS | _TWO_DECIMALS | _THREE_DECIMALS | _WHOLE_UNITS_AS_HUNDREDTHS

_LEAST = {
    "USD": "0.50", "AED": "2.00", "ARS": "0.50", "AUD": "0.50", "BGN": "1.00", "BRL": "0.50",
    "CAD": "0.50", "CHF": "0.50", "COP": "0.50", "CZK": "15.00", "DKK": "2.50", "EUR": "0.50",
    "GBP": "0.30", "HKD": "4.00", "HUF": "175.00", "IDR": "0.50", "ILS": "0.50", "INR": "0.50",
    "JPY": "50", "KRW": "50", "MXN": "10", "MYR": "2.00", "NOK": "3.00", "NZD": "0.50",
    "PHP": "0.50", "PLN": "2.00", "RON": "2.00", "RUB": "0.50", "SEK": "3.00", "SGD": "0.50",
    "THB": "10", "ZAR": "0.50",
}  # fmt: skip
"""The least charge in major units. It also depends on the currency of the seller's bank account,
which is not known here. A charge that Stripe itself refuses as too small is carried over too."""

_LARGEST = 999_999_999_999
"""In Stripe's units: "12 digits for most card payments"."""

_SAFE_DIGITS = {"IDR": 12, "INR": 9, "COP": 10}
"""The number of digits in Stripe's units that every card accepts. Other currencies: eight."""


class UnknownCurrency(ValueError):
    """Stripe does not charge in that currency."""


@dataclass(frozen=True, slots=True)
class StripeCurrency:
    """Stripe's unit in one currency.

    Attributes:
        digits: The decimals of Stripe's unit. 2: the unit is a hundredth of the currency.
        step: In Stripe's units. Every charge is a multiple of the step.
    """

    code: str
    digits: int
    step: int

    def units_of(self, amount: int) -> int:
        """Convert minor units of ISO 4217 to Stripe's units."""
        return divide_half_up(amount * 10**self.digits, 10 ** minor_digits(self.code))

    def amount_of(self, units: int) -> int:
        """Convert Stripe's units to minor units of ISO 4217."""
        return divide_half_up(units * 10 ** minor_digits(self.code), 10**self.digits)

    def whole_amount_of(self, units: int) -> int:
        """The largest amount in minor units of ISO 4217 that is at most `units`."""
        exact = Decimal(units).scaleb(minor_digits(self.code) - self.digits)
        return int(exact)


def stripe_currency(code: str) -> StripeCurrency:
    """Stripe's unit in the currency `code`.

    Raises:
        UnknownCurrency: Stripe does not charge in that currency.
    """
    if code not in _CURRENCIES:
        raise UnknownCurrency(f"Stripe charges nothing in {code}")
    if code in _WHOLE_UNITS_AS_HUNDREDTHS:
        return StripeCurrency(code, digits=2, step=100)
    if code in _THREE_DECIMALS:
        return StripeCurrency(code, digits=3, step=10)
    return StripeCurrency(code, digits=0 if code in _ZERO_DECIMALS else 2, step=1)


def stripe_units(money: Money) -> int:
    """The `amount` in an API call for that money."""
    return stripe_currency(money.currency).units_of(money.amount)


def from_stripe_units(units: int, currency: str) -> Money:
    """The money that an `amount` and a `currency` of the API stand for."""
    code = currency.upper()
    return Money(stripe_currency(code).amount_of(units), code)


def stripe_limits(code: str) -> ChargeLimits | None:
    """Stripe's limits in the currency `code`. None: Stripe does not charge in it."""
    try:
        currency = stripe_currency(code)
    except UnknownCurrency:
        return None
    least = Decimal(_LEAST.get(code, 0)).scaleb(minor_digits(code))
    return ChargeLimits(
        step=max(minor_step(code), currency.amount_of(currency.step)),
        least=max(1, int(least)),
        largest=currency.whole_amount_of(_LARGEST),
        safe=currency.whole_amount_of(10 ** _SAFE_DIGITS.get(code, 8) - 1),
    )
