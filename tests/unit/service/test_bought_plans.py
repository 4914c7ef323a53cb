"""At the start: accounts of earlier versions learn what they bought, or the start is refused."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

import pytest

from fullhouse.domain.accounts import Account
from fullhouse.domain.errors import NotADowngrade, NotAnUpgrade, NotFound, PriceUnknown
from fullhouse.domain.plans import Catalogue, InvalidCatalogue, Plan
from fullhouse.domain.renewals import renewed
from fullhouse.service.accounts import AccountService
from fullhouse.service.bought_plans import BoughtPlanCheck
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.quotes import QuoteService
from tests.accounts import CATALOGUE, LARGE, SMALL, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, id_source

DAY_MS = 24 * 3600 * 1000


def named(name: str, plan: Plan = SMALL) -> Account:
    """As an earlier version kept it."""
    return replace(an_account(plan), id=name, bought=None)


class Start:
    """A node that starts with some catalogue."""

    def __init__(self, store: FakeAccountStore, clock: FakeClock, *plans: Plan) -> None:
        self.catalogue = Catalogue("EUR", plans)
        self.accounts = AccountService(store, self.catalogue, clock)
        self.check = BoughtPlanCheck(self.accounts, store, self.catalogue, parts=1)


async def test_accounts_of_an_earlier_version_know_their_prices_from_then_on(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account_store.accounts["acme"] = named("acme")

    await Start(account_store, clock, SMALL).check.run()
    await Start(account_store, clock, LARGE).check.run()

    assert account_store.accounts["acme"] == an_account()


async def test_a_plan_that_only_the_catalogue_could_tell_of_must_be_listed(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    for name in ("a", "b", "c"):
        account_store.accounts[name] = named(name)
    account_store.accounts["d"] = named("d", LARGE)

    with pytest.raises(InvalidCatalogue, match=r"plan 'small' is not listed, but 3 account\(s\)"):
        await Start(account_store, clock, LARGE).check.run()
    with pytest.raises(InvalidCatalogue, match="List it again with on_sale = false"):
        await Start(account_store, clock, LARGE).check.run()

    await Start(account_store, clock, LARGE, replace(SMALL, on_sale=False)).check.run()


async def test_a_plan_that_was_charged_for_need_not_be_listed(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    renewal, charges = renewed(an_account(), today=date(2026, 4, 1))
    account_store.accounts["acme"] = replace(renewal, bought=None)
    account_store.ledger += charges

    await Start(account_store, clock, LARGE).check.run()

    bought = account_store.accounts["acme"].bought
    assert bought
    assert (bought.plan.name, bought.plan.price.month) == ("Small", 6500)


async def test_another_currency_is_warned_about_once(
    account_store: FakeAccountStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    crowns = Catalogue("ISK", (SMALL, LARGE))
    await Start(account_store, clock, SMALL).check.run()
    check = BoughtPlanCheck(
        AccountService(account_store, crowns, clock), account_store, crowns, parts=1
    )

    with caplog.at_level(logging.WARNING):
        await check.run()
        await check.run()

    (warning,) = caplog.records
    assert (warning.message, warning.before, warning.now) == (  # type: ignore[attr-defined]
        "catalogue.currency_changed",
        "EUR",
        "ISK",
    )


async def test_an_account_whose_price_nobody_knows_answers_and_is_told_so_when_it_buys(
    account_store: FakeAccountStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that was filled from an old copy while nodes were running."""
    start = Start(account_store, clock, LARGE)
    quotes = QuoteService(
        start.accounts,
        account_store,
        start.catalogue,
        new_id=id_source().__next__,
        quote_ttl_s=600,
    )
    account_store.accounts["acme"] = named("acme")
    clock.advance(ms=40 * DAY_MS)

    assert await start.accounts.current("acme") == named("acme")
    assert await quotes.offers("acme", people=1) == ()
    with pytest.raises(PriceUnknown):
        await quotes.quote("acme", "large")
    assert account_store.ledger == []
    assert "account.price_unknown" in caplog.text


async def test_what_another_node_saved_meanwhile_is_kept(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account_store.accounts["acme"] = named("acme")
    account_store.rival = replace(named("acme"), parallel_events=3, version=2)
    accounts = Start(account_store, clock, SMALL).accounts

    await accounts.current("acme")

    assert (await accounts.current("acme")) == an_account(parallel_events=3, version=2)


async def test_plans_in_another_currency_are_neither_up_nor_down(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    crowns = Catalogue("ISK", CATALOGUE.plans)
    accounts = AccountService(account_store, crowns, clock)
    new_id = id_source().__next__
    quotes = QuoteService(accounts, account_store, crowns, new_id=new_id, quote_ttl_s=600)
    downgrades = DowngradeService(accounts, crowns, new_id=new_id)
    account_store.accounts["acme"] = an_account(LARGE)

    with pytest.raises(NotAnUpgrade, match="pays in EUR, and plans are sold in ISK"):
        await quotes.quote("acme", "huge")
    with pytest.raises(NotADowngrade, match="pays in EUR, and plans are sold in ISK"):
        await downgrades.request("acme", "small", "")


async def test_an_account_that_is_not_there_is_still_not_found(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    with pytest.raises(NotFound):
        await Start(account_store, clock, SMALL).accounts.current("nobody")
