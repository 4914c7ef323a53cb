"""`docs/money.md`: each rule has an example and a source, and the examples are what is charged."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from fullhouse.domain.downgrades import contact_by
from fullhouse.domain.money import Money, in_major_units
from fullhouse.domain.plans import BillingPeriod, Plan, Prices
from fullhouse.domain.proration import PromoCode
from fullhouse.domain.quotes import upgrade_terms
from fullhouse.domain.renewals import renewed
from fullhouse.payments.stripe_currencies import stripe_limits, stripe_units
from fullhouse.service.catalogue import load_catalogue
from tests.accounts import START, a_downgrade, an_account, codes

PAGE = (Path(__file__).parents[3] / "docs" / "money.md").read_text(encoding="utf-8")
CATALOGUE = load_catalogue(None)
LIVE_25, LIVE_50, LIVE_100, LIVE_250 = (
    CATALOGUE.plan(f"live-{seats}") for seats in (25, 50, 100, 250)
)


def sections() -> dict[str, str]:
    """Heading -> text with each run of white space made one space."""
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:]
    return {
        heading: " ".join(text.split())
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


SECTIONS = sections()


def euros(amount: int) -> str:
    return f"{in_major_units(Money(amount, 'EUR'))} €"


def quoted(
    days_left: int,
    *percents: int,
    way: tuple[str, str] = ("live-50", "live-100"),
    add_ons: int = 0,
    billing_period: BillingPeriod = "month",
) -> tuple[str, str]:
    """What is due now, and for the next period, as the page writes it."""
    current, target = map(CATALOGUE.plan, way)
    account = an_account(
        current,
        billing_period=billing_period,
        parallel_events=add_ons,
        promo_codes=codes(*percents),
    )
    today = account.period.end - timedelta(days=days_left)
    terms = upgrade_terms(account, current, target, currency="EUR", today=today)
    return euros(terms.due_now.amount), euros(terms.next_period.amount.amount)


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_rule_has_an_example_and_a_source(heading: str) -> None:
    assert SECTIONS[heading].count("*Example.*") == 1
    assert SECTIONS[heading].count("*From.*") == 1


def test_every_link_within_the_page_leads_somewhere() -> None:
    anchors = {heading.lower().replace(" ", "-") for heading in SECTIONS}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors


@pytest.mark.parametrize("plan", [LIVE_25, LIVE_50, LIVE_100, LIVE_250], ids=lambda plan: plan.id)
def test_the_plans_are_those_of_the_built_in_catalogue(plan: Plan) -> None:
    prices = (plan.price.month, plan.price.year, plan.parallel_event.month)
    row = f"| {plan.name} | {plan.seats} | {' | '.join(map(euros, prices))} |"

    assert row in PAGE.splitlines()


@pytest.mark.parametrize(
    ("heading", "figures"),
    [
        ("Upgrades", quoted(10)),
        ("Upgrades", quoted(183, billing_period="year")[:1]),
        ("Add-ons", quoted(10, add_ons=2)),
        ("Rounding", quoted(10, add_ons=2)[:1]),
        ("Promo codes", quoted(10, 15)),
        ("Promo codes", quoted(10, 60, 60)),
        ("Ladders", quoted(20)[:1]),
        ("Ladders", quoted(10, way=("live-100", "live-250"))[:1]),
        ("Ladders", quoted(20, way=("live-50", "live-250"))[:1]),
        ("Trials", quoted(17, way=("trial", "live-25"))),
        ("What was bought", quoted(10)[:1]),
        ("Quotes", quoted(10)[:1]),
        ("Quotes", quoted(9)[:1]),
        ("Invoices and the ledger", quoted(10, 15)[:1]),
    ],
)
def test_the_figures_of_an_example_are_what_is_charged(
    heading: str, figures: tuple[str, ...]
) -> None:
    example = SECTIONS[heading].partition("*Example.*")[2]

    for figure in figures:
        assert figure in example


@pytest.mark.parametrize(
    ("currency", "prices", "shown"),
    [("JPY", (980, 2480), "350 yen"), ("KWD", (19500, 35705), "3.781 dinars")],
)
def test_the_example_of_currencies(currency: str, prices: tuple[int, int], shown: str) -> None:
    small, large = (
        replace(plan, price=Prices(price, price))
        for plan, price in zip((LIVE_50, LIVE_100), prices, strict=True)
    )
    today = START + timedelta(days=23)

    terms = upgrade_terms(an_account(small), small, large, currency=currency, today=today)

    assert f"{in_major_units(terms.due_now)} {shown.split()[1]}" == shown
    assert shown in SECTIONS["Currencies"]


def test_the_example_of_gateways() -> None:
    small, large = (
        replace(plan, price=Prices(price, price))
        for plan, price in zip((LIVE_50, LIVE_100), (19500, 35705), strict=True)
    )
    today = START + timedelta(days=23)
    limits = stripe_limits("KWD")
    assert limits

    terms = upgrade_terms(
        an_account(small), small, large, currency="KWD", today=today, limits=limits
    )

    example = SECTIONS["Gateways and currencies"].partition("*Example.*")[2]
    assert f"{in_major_units(terms.due_now)} dinars" in example
    assert f"Stripe gets {stripe_units(terms.due_now)}" in example
    assert f"costs {in_major_units(terms.next_period.amount)} dinars" in example
    assert f"9000 crowns is charged as {stripe_units(Money(9000, 'ISK'))}" in example
    assert f"9000.00 ariary as {stripe_units(Money(900_000, 'MGA'))}" in example


def test_the_example_of_small_charges() -> None:
    small, large = (replace(LIVE_50, price=Prices(p, p), seats=p) for p in (600, 1200))
    limits = stripe_limits("EUR")
    assert limits

    terms = upgrade_terms(
        an_account(small), small, large, currency="EUR", today=date(2026, 3, 30), limits=limits
    )

    assert terms.carried_over
    due, least = euros(terms.due_now.amount), euros(limits.least)
    assert f"6.00 × 1 ÷ 30 = {due}" in SECTIONS["Small charges"]
    assert f"(Stripe: {least})" in SECTIONS["Small charges"]
    assert f"collects {euros(1200 + terms.due_now.amount)}" in SECTIONS["Small charges"]


def test_the_example_of_a_cheaper_add_on() -> None:
    cheaper = replace(LIVE_100, parallel_event=Prices(1500, 1500))
    account = an_account(LIVE_50, parallel_events=1)

    terms = upgrade_terms(account, LIVE_50, cheaper, currency="EUR", today=date(2026, 3, 21))

    assert [euros(line.amount) for line in terms.lines] == ["8.33 €", "0.00 €"]
    assert "8.33 + 0.00 = 8.33 €" in SECTIONS["Never below zero"]


def test_the_example_of_a_downgrade() -> None:
    account = an_account(
        LIVE_100,
        promo_codes=(PromoCode("EARLY", 15),),
        downgrades=(a_downgrade("scheduled", plan=LIVE_50),),
    )

    _, (charge,) = renewed(account, today=date(2026, 3, 31))

    assert contact_by(date(2026, 3, 31)) == date(2026, 3, 24)
    assert "`contact_by` is 24 March" in SECTIONS["Downgrades"]
    assert f"costs {euros(charge.amount.amount)}" in SECTIONS["Downgrades"]


def test_the_example_of_missed_periods() -> None:
    account = an_account(LIVE_100)
    leaving = replace(account, downgrades=(a_downgrade("scheduled", plan=LIVE_50),))

    _, charges = renewed(account, today=date(2026, 6, 1))
    _, cheaper = renewed(leaving, today=date(2026, 6, 1))

    assert [f"{charge.charged_on.day} {charge.charged_on:%B}" for charge in charges] == [
        "31 March",
        "30 April",
        "30 May",
    ]
    assert "31 March, 30 April and 30 May" in SECTIONS["Periods"]
    assert {euros(charge.amount.amount) for charge in charges} == {"65.00 €"}
    assert {euros(charge.amount.amount) for charge in cheaper} == {"40.00 €"}
