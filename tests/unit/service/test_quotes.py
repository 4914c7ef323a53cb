"""Quotes and offers over a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fullhouse.domain.errors import InvalidRequest, NotAnUpgrade, NotFound, PastDue, PlanNotOnSale
from fullhouse.service.quotes import REMEMBERED_S, QuoteService
from tests.accounts import an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def acme(account_store: FakeAccountStore) -> None:
    account_store.accounts["acme"] = an_account()


async def test_a_quote_is_kept_with_its_price_and_its_end(
    quotes: QuoteService, account_store: FakeAccountStore
) -> None:
    quote = await quotes.quote("acme", "large")

    assert account_store.quotes == {"id-1": quote}
    assert quote.terms.due_now.amount == 1800  # 10 of 30 days of 5400
    assert quote.expires_at == datetime(2026, 3, 21, 12, 10, tzinfo=UTC)


async def test_a_quote_is_remembered_for_a_day_after_its_end(
    quotes: QuoteService, account_store: FakeAccountStore
) -> None:
    """Who comes late is told that it expired, not that there never was one."""
    await quotes.quote("acme", "large")

    assert account_store.kept_s == 600 + REMEMBERED_S


async def test_a_quote_is_made_for_the_account_in_its_present_period(
    quotes: QuoteService, clock: FakeClock
) -> None:
    clock.advance(ms=10 * DAY_MS)

    quote = await quotes.quote("acme", "large")

    assert quote.terms.due_now.amount == 5400
    assert quote.account_version == 2


async def test_the_day_is_that_of_the_accounts_time_zone(
    quotes: QuoteService, account_store: FakeAccountStore
) -> None:
    """At noon in UTC it is the 22nd in Kiritimati: 9 days are left."""
    account_store.accounts["acme"] = an_account(time_zone="Pacific/Kiritimati")

    quote = await quotes.quote("acme", "large")
    cheapest, *_ = await quotes.offers("acme", people=0)

    assert quote.terms.due_now.amount == cheapest.due_now.amount == 9 * 180


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        ("giant", InvalidRequest),
        ("small", NotAnUpgrade),
        ("trial", NotAnUpgrade),
        ("old", PlanNotOnSale),
    ],
)
async def test_what_cannot_be_bought_is_not_quoted(
    quotes: QuoteService, account_store: FakeAccountStore, plan: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await quotes.quote("acme", plan)
    assert account_store.quotes == {}


async def test_an_account_that_owes_a_renewal_gets_no_quote(
    quotes: QuoteService, account_store: FakeAccountStore
) -> None:
    account_store.accounts["acme"] = an_account(payment_status="past_due")

    with pytest.raises(PastDue):
        await quotes.quote("acme", "large")


async def test_an_account_on_a_plan_no_longer_sold_is_offered_what_is(
    quotes: QuoteService, account_store: FakeAccountStore
) -> None:
    account_store.accounts["acme"] = replace(an_account(), plan="old", seats=200)

    offers = await quotes.offers("acme", people=260)

    assert [(offer.plan, offer.recommended) for offer in offers] == [
        ("large", False),
        ("huge", True),
    ]


async def test_an_unknown_account_is_not_found(quotes: QuoteService) -> None:
    with pytest.raises(NotFound):
        await quotes.quote("nobody", "large")
    with pytest.raises(NotFound):
        await quotes.offers("nobody", people=0)
