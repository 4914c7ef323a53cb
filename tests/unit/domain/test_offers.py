"""Offers: every larger plan on sale with its price, and the one that the room needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fullhouse.domain.money import Money
from fullhouse.domain.offers import Offer, offers_for
from fullhouse.domain.plans import Catalogue, Plan, Prices
from fullhouse.domain.quotes import NextPeriod
from tests.accounts import CATALOGUE, HUGE, LARGE, SMALL, an_account, codes

TODAY = date(2026, 3, 21)


def recommended(people: int, plan: Plan = SMALL) -> list[str]:
    offers = offers_for(an_account(plan), CATALOGUE, people=people, today=TODAY)
    return [offer.plan for offer in offers if offer.recommended]


def test_every_larger_plan_on_sale_has_its_price_cheapest_first() -> None:
    offers = offers_for(an_account(), CATALOGUE, people=120, today=TODAY)

    next_day = date(2026, 3, 31)
    assert offers == (
        Offer(
            plan="large",
            name="Large",
            seats=250,
            due_now=Money(1800, "EUR"),
            next_period=NextPeriod(Money(11900, "EUR"), next_day),
            recommended=True,
        ),
        Offer(
            plan="huge",
            name="Huge",
            seats=500,
            due_now=Money(4467, "EUR"),
            next_period=NextPeriod(Money(19900, "EUR"), next_day),
            recommended=False,
        ),
    )


def test_the_order_is_that_of_the_prices_and_not_of_the_catalogue() -> None:
    backwards = replace(CATALOGUE, plans=CATALOGUE.plans[::-1])

    offers = offers_for(an_account(), backwards, people=0, today=TODAY)

    assert [offer.plan for offer in offers] == ["large", "huge"]


def test_where_all_costs_nothing_the_smaller_plan_comes_first() -> None:
    free = an_account(promo_codes=codes(100))
    backwards = replace(CATALOGUE, plans=CATALOGUE.plans[::-1])

    offers = offers_for(free, backwards, people=0, today=TODAY)

    assert [offer.plan for offer in offers] == ["large", "huge"]


@pytest.mark.parametrize(
    ("people", "plan"),
    [(0, "large"), (250, "large"), (251, "huge"), (500, "huge"), (501, "huge")],
)
def test_the_smallest_plan_that_seats_everyone_is_recommended_else_the_largest(
    people: int, plan: str
) -> None:
    assert recommended(people) == [plan]


def test_where_there_is_nothing_larger_nothing_is_offered() -> None:
    assert offers_for(an_account(HUGE), CATALOGUE, people=900, today=TODAY) == ()


def test_the_smallest_is_recommended_even_where_a_larger_one_is_cheaper() -> None:
    bargain = replace(HUGE, price=Prices(11000, 100000))
    catalogue = Catalogue("EUR", (SMALL, LARGE, bargain))

    offers = offers_for(an_account(), catalogue, people=200, today=TODAY)

    assert [(offer.plan, offer.recommended) for offer in offers] == [
        ("huge", False),
        ("large", True),
    ]
