"""Upgrades over a store: bought once, or refused without a charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fullhouse.domain.accounts import AccountChanges
from fullhouse.domain.errors import (
    IdempotencyMismatch,
    NotFound,
    PastDue,
    QuoteExpired,
    QuoteStale,
)
from fullhouse.service.accounts import AccountService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from tests.accounts import TRIAL, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


@pytest.fixture(autouse=True)
def acme(account_store: FakeAccountStore) -> None:
    account_store.accounts["acme"] = an_account()


@pytest.fixture
async def quote_id(quotes: QuoteService) -> str:
    """A quote for the plan `large`, made at noon."""
    return (await quotes.quote("acme", "large")).id


async def test_what_was_quoted_is_charged_and_the_plan_is_there(
    upgrades: UpgradeService, account_store: FakeAccountStore, quote_id: str
) -> None:
    upgrade = await upgrades.buy("acme", quote_id, idempotency_key="k1")

    assert (upgrade.status, upgrade.quote.id) == ("applied", quote_id)
    assert account_store.accounts["acme"].seats == 250
    assert [charge.amount.amount for charge in account_store.ledger] == [1800]
    assert await upgrades.find("acme", upgrade.id) == upgrade


async def test_the_same_key_and_quote_get_the_same_answer_and_one_charge(
    upgrades: UpgradeService, account_store: FakeAccountStore, quote_id: str, clock: FakeClock
) -> None:
    """Also when the quote has long expired and the account has changed, by this very sale."""
    first = await upgrades.buy("acme", quote_id, idempotency_key="k1")
    clock.advance(ms=11 * MINUTE_MS)

    again = await upgrades.buy("acme", quote_id, idempotency_key="k1")

    assert again == first
    assert len(account_store.ledger) == 1


async def test_the_same_key_with_another_quote_is_refused(
    upgrades: UpgradeService, quotes: QuoteService, quote_id: str
) -> None:
    other = await quotes.quote("acme", "huge")
    await upgrades.buy("acme", quote_id, idempotency_key="k1")

    with pytest.raises(IdempotencyMismatch):
        await upgrades.buy("acme", other.id, idempotency_key="k1")


async def test_a_refusal_is_not_remembered(
    upgrades: UpgradeService, quotes: QuoteService, quote_id: str, clock: FakeClock
) -> None:
    clock.advance(ms=10 * MINUTE_MS)
    with pytest.raises(QuoteExpired):
        await upgrades.buy("acme", quote_id, idempotency_key="k1")

    fresh = await quotes.quote("acme", "large")

    assert (await upgrades.buy("acme", fresh.id, idempotency_key="k1")).status == "applied"


async def test_a_quote_is_bought_once_under_two_keys(
    upgrades: UpgradeService, account_store: FakeAccountStore, quote_id: str
) -> None:
    await upgrades.buy("acme", quote_id, idempotency_key="k1")

    with pytest.raises(QuoteStale):
        await upgrades.buy("acme", quote_id, idempotency_key="k2")
    assert len(account_store.ledger) == 1


async def test_a_quote_does_not_outlive_a_change_of_the_account(
    upgrades: UpgradeService, accounts: AccountService, quote_id: str
) -> None:
    await accounts.patch("acme", AccountChanges(parallel_events=1))

    with pytest.raises(QuoteStale):
        await upgrades.buy("acme", quote_id, idempotency_key="k1")


async def test_a_price_holds_over_midnight(
    upgrades: UpgradeService,
    quotes: QuoteService,
    account_store: FakeAccountStore,
    clock: FakeClock,
) -> None:
    clock.advance(ms=(12 * 60 - 5) * MINUTE_MS)  # five to midnight
    quote = await quotes.quote("acme", "large")
    clock.advance(ms=9 * MINUTE_MS)

    upgrade = await upgrades.buy("acme", quote.id, idempotency_key="k1")

    assert upgrade.charge.amount == quote.terms.due_now
    assert account_store.ledger[0].charged_on == date(2026, 3, 22)


async def test_a_price_does_not_hold_over_the_end_of_the_period(
    upgrades: UpgradeService,
    quotes: QuoteService,
    account_store: FakeAccountStore,
    clock: FakeClock,
) -> None:
    clock.advance(ms=9 * DAY_MS + (12 * 60 - 5) * MINUTE_MS)  # the last five minutes of it
    quote = await quotes.quote("acme", "large")
    clock.advance(ms=9 * MINUTE_MS)

    with pytest.raises(QuoteStale):
        await upgrades.buy("acme", quote.id, idempotency_key="k1")
    assert [charge.kind for charge in account_store.ledger] == ["renewal"]


async def test_a_trial_bought_out_over_midnight_keeps_the_day_promised(
    upgrades: UpgradeService,
    quotes: QuoteService,
    account_store: FakeAccountStore,
    clock: FakeClock,
) -> None:
    account_store.accounts["acme"] = an_account(TRIAL)
    clock.advance(ms=(12 * 60 - 5) * MINUTE_MS)
    quote = await quotes.quote("acme", "small")
    clock.advance(ms=9 * MINUTE_MS)

    await upgrades.buy("acme", quote.id, idempotency_key="k1")

    account = account_store.accounts["acme"]
    assert account.period.start == date(2026, 3, 21)
    assert account.period.end == quote.terms.next_period.starts_on


async def test_an_account_that_came_to_owe_a_renewal_buys_nothing(
    upgrades: UpgradeService, account_store: FakeAccountStore, quote_id: str
) -> None:
    account_store.accounts["acme"] = an_account(payment_status="past_due", version=2)

    with pytest.raises(PastDue):
        await upgrades.buy("acme", quote_id, idempotency_key="k1")


async def test_what_is_not_there_is_not_found(
    upgrades: UpgradeService, account_store: FakeAccountStore, quote_id: str
) -> None:
    account_store.accounts["other"] = replace(an_account(), id="other")

    for account, quote, kind in [
        ("nobody", quote_id, "account"),
        ("acme", "none", "quote"),
        ("other", quote_id, "quote"),  # a quote is its own account's
    ]:
        with pytest.raises(NotFound, match=f"There is no {kind}"):
            await upgrades.buy(account, quote, idempotency_key="k1")
    with pytest.raises(NotFound, match="There is no upgrade 'none'"):
        await upgrades.find("acme", "none")
    with pytest.raises(NotFound, match="There is no account"):
        await upgrades.find("nobody", "none")
