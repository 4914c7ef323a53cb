"""How much money a number of Stripe's is: each currency that is special, by itself."""

from __future__ import annotations

import pytest

from fullhouse.domain.charge_limits import ChargeLimits
from fullhouse.domain.money import Money
from fullhouse.payments.stripe_currencies import (
    UnknownCurrency,
    from_stripe_units,
    stripe_limits,
    stripe_units,
)

NO_DECIMALS = ("BIF", "CLP", "DJF", "GNF", "KMF", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")


def limits_in(currency: str) -> ChargeLimits:
    limits = stripe_limits(currency)
    assert limits
    return limits


@pytest.mark.parametrize(
    ("currency", "amount", "units"),
    [
        ("EUR", 833, 833),
        ("JPY", 350, 350),
        ("KRW", 50, 50),
        ("ISK", 9_000, 900_000),  # 9,000 crowns, counted in hundredths that are 00
        ("UGX", 5, 500),
        ("HUF", 17_550, 17_550),  # whole forints are for payouts only
        ("TWD", 80_045, 80_045),  # whole dollars too
        ("MGA", 900_000, 9_000),  # 9,000 ariary, which Stripe does not divide
        ("BHD", 5_120, 5_120),
        ("JOD", 5_120, 5_120),
        ("KWD", 5_120, 5_120),
        ("OMR", 5_120, 5_120),
        ("TND", 5_120, 5_120),
        *((code, 7, 7) for code in NO_DECIMALS),
    ],
)
def test_a_sum_is_told_in_the_units_of_stripe_and_read_back(
    currency: str, amount: int, units: int
) -> None:
    money = Money(amount, currency)

    assert stripe_units(money) == units
    assert from_stripe_units(units, currency.lower()) == money


@pytest.mark.parametrize(
    ("currency", "step"),
    [
        ("EUR", 1),
        ("HUF", 1),
        ("TWD", 1),
        ("JPY", 1),
        ("ISK", 1),  # one crown is one minor unit of ISO 4217, and 100 units of Stripe's
        ("UGX", 1),
        ("MGA", 100),
        ("BHD", 10),
        ("JOD", 10),
        ("KWD", 10),
        ("OMR", 10),
        ("TND", 10),
    ],
)
def test_charges_rise_in_the_steps_of_stripe(currency: str, step: int) -> None:
    limits = limits_in(currency)

    assert limits.step == step
    assert [stripe_units(Money(n * step, currency)) for n in (1, 2)] == [
        stripe_units(Money(step, currency)),
        2 * stripe_units(Money(step, currency)),
    ]


@pytest.mark.parametrize(
    ("currency", "least"),
    [
        ("EUR", 50),
        ("USD", 50),
        ("GBP", 30),
        ("JPY", 50),
        ("KRW", 50),
        ("MXN", 1_000),
        ("CZK", 1_500),
        ("HUF", 17_500),
        ("SEK", 300),
        ("ISK", 1),  # Stripe names none: its own refusal decides
        ("KWD", 1),
    ],
)
def test_the_least_charge_is_that_of_the_currency(currency: str, least: int) -> None:
    limits = limits_in(currency)

    assert limits.least == least
    assert not limits.is_too_small(least)
    assert limits.is_too_small(least - 1) is (least > 1)
    assert not limits.is_too_small(0)


@pytest.mark.parametrize(
    ("currency", "safe", "largest"),
    [
        ("EUR", 99_999_999, 999_999_999_999),
        ("INR", 999_999_999, 999_999_999_999),
        ("IDR", 999_999_999_999, 999_999_999_999),
        ("COP", 9_999_999_999, 999_999_999_999),
        ("JPY", 99_999_999, 999_999_999_999),
        ("ISK", 999_999, 9_999_999_999),  # a hundredth of the digits
        ("MGA", 9_999_999_900, 99_999_999_999_900),
    ],
)
def test_the_largest_charge_is_one_of_so_many_digits(
    currency: str, safe: int, largest: int
) -> None:
    limits = limits_in(currency)

    assert (limits.safe, limits.largest) == (safe, largest)
    assert not limits.is_risky(safe)
    assert limits.is_risky(safe + 1)
    assert not limits.is_too_large(largest)
    assert limits.is_too_large(largest + 1)


@pytest.mark.parametrize(
    "currency",
    [
        "IQD",  # three decimals in ISO 4217, and not among the five that Stripe charges in
        "LYD",
        "CLF",  # four decimals
        "MRU",  # two decimals, and a fifth as its minor unit
        "XXX",  # no currency
    ],
)
def test_what_stripe_does_not_charge_in_has_no_limits(currency: str) -> None:
    assert stripe_limits(currency) is None
    with pytest.raises(UnknownCurrency, match=f"Stripe charges nothing in {currency}"):
        stripe_units(Money(1, currency))


@pytest.mark.parametrize(("amount", "charged"), [(19_504, 19_500), (19_505, 19_510), (4, 0)])
def test_an_amount_is_rounded_half_up_to_a_step(amount: int, charged: int) -> None:
    assert ChargeLimits(step=10).rounded(amount) == charged


def test_on_account_there_is_neither_a_least_nor_a_largest_charge() -> None:
    limits = ChargeLimits()

    assert not limits.is_too_small(1)
    assert not limits.is_too_large(10**15)
    assert not limits.is_risky(10**15)
