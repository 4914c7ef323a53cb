"""A catalogue that the gateway cannot charge is refused, or warned about, by the plan's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fullhouse.domain.catalogue_checks import check_chargeable
from fullhouse.domain.charge_limits import NO_LIMITS, ChargeLimits
from fullhouse.domain.plans import Catalogue, InvalidCatalogue, Plan, Prices
from tests.accounts import CATALOGUE, SMALL, TRIAL

LIMITS = ChargeLimits(step=10, least=50, largest=100_000, safe=50_000)


def priced(**changes: Prices) -> Catalogue:
    round_figures = {"price": Prices(5_000, 50_000), "parallel_event": Prices(0, 0)}
    plan: Plan = replace(SMALL, **(round_figures | changes))  # type: ignore[arg-type]
    return Catalogue("KWD", (TRIAL, plan))


def test_a_gateway_without_limits_takes_any_catalogue() -> None:
    assert check_chargeable(CATALOGUE, NO_LIMITS) == ()


def test_a_currency_that_the_gateway_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidCatalogue, match="charges nothing in EUR"):
        check_chargeable(CATALOGUE, None)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"price": Prices(0, 100_010)}, r"plan 'small': price\.year: 100010 is above 100000"),
        (
            {"parallel_event": Prices(100_010, 0)},
            r"plan 'small': parallel_event\.month: 100010 is above 100000",
        ),
    ],
)
def test_a_price_above_the_largest_charge_is_refused(
    changes: dict[str, Prices], complaint: str
) -> None:
    with pytest.raises(InvalidCatalogue, match=complaint):
        check_chargeable(priced(**changes), LIMITS)


@pytest.mark.parametrize(
    ("month", "warning"),
    [
        (50_000, None),
        (50_010, "is above 50000: some cards cannot be charged as much at once"),
        (5_005, "is charged as 5010, a multiple of 10"),
        (40, "is below 50, the least charge"),
        (50, None),
        (0, None),
    ],
)
def test_a_price_that_is_charged_otherwise_is_warned_about(
    month: int, warning: str | None
) -> None:
    warnings = check_chargeable(priced(price=Prices(month, 50_000)), LIMITS)

    assert len(warnings) == (warning is not None)
    for said in warnings:
        assert said.startswith(f"plan 'small': price.month: {month} {warning}")
