"""A catalogue that could not be sold from is refused with the plan and the field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fullhouse.domain.errors import InvalidRequest, NotFound
from fullhouse.domain.plans import Catalogue, InvalidCatalogue, Prices, Rate
from tests.accounts import CATALOGUE, LARGE, OLD, SMALL


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": "a b"}, r"plan 'a b': id: "),
        ({"name": " "}, r"plan 'small': name: must not be empty"),
        ({"seats": 0}, r"plan 'small': seats: 0 is below 1"),
        ({"presenters": -1}, r"plan 'small': presenters: -1 is below 0"),
        ({"price": Prices(-1, 0)}, r"plan 'small': price\.month: -1 is below 0"),
        ({"price": Prices(0, -1)}, r"plan 'small': price\.year: -1 is below 0"),
        ({"parallel_event": Prices(-5, 0)}, r"plan 'small': parallel_event\.month: -5 is below 0"),
        ({"parallel_event": Prices(0, -5)}, r"plan 'small': parallel_event\.year: -5 is below 0"),
    ],
)
def test_an_impossible_plan_is_refused_by_name(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidCatalogue, match=complaint):
        replace(SMALL, **changes)


def test_two_plans_of_one_id_are_refused() -> None:
    with pytest.raises(InvalidCatalogue, match="plan 'small': id: given twice"):
        Catalogue("EUR", (SMALL, LARGE, SMALL))


def test_an_empty_catalogue_is_refused() -> None:
    with pytest.raises(InvalidCatalogue, match="lists no plan"):
        Catalogue("EUR", ())


def test_a_currency_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidCatalogue, match="currency 'euro'"):
        Catalogue("euro", (SMALL,))


def test_a_plan_is_found_on_sale_or_not() -> None:
    assert CATALOGUE.plan("old") == OLD


def test_an_unknown_plan_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no plan 'giant'"):
        CATALOGUE.plan("giant")


def test_a_request_that_names_no_plan_is_told_the_field_and_the_plans() -> None:
    with pytest.raises(InvalidRequest, match="plan: no plan 'giant'; there are trial, small,"):
        CATALOGUE.named_by("plan", "giant")


def test_the_rate_is_that_of_the_billing_period() -> None:
    assert SMALL.rate("month") == Rate("small", 6500, 3000, "Small")
    assert SMALL.rate("year") == Rate("small", 62400, 28800, "Small")
