"""Renewals on a timer: accounts of which nobody asks, looked at when they are due."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.payments import Charge, PaymentResult
from fullhouse.domain.plans import Catalogue, Plan
from fullhouse.service.accounts import AccountService
from fullhouse.service.due_accounts import AT_ONCE, DueAccountService
from fullhouse.service.dues import DueService
from tests.accounts import LARGE, SMALL, START, a_downgrade, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, FakeDueIndex
from tests.unit.service.gateways import ScriptedGateway

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


@pytest.fixture
def renewals(accounts: AccountService, account_store: FakeAccountStore) -> DueAccountService:
    return timer_of(accounts, account_store)


def timer_of(accounts: AccountService, account_store: FakeAccountStore) -> DueAccountService:
    return DueAccountService(
        accounts, FakeDueIndex(account_store), DueService(accounts, ScriptedGateway())
    )


async def test_a_period_that_ends_while_nobody_asks_is_renewed(
    renewals: DueAccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account_store.accounts["acme"] = an_account()
    clock.advance(ms=10 * DAY_MS)

    await renewals.step()

    assert account_store.accounts["acme"].period_start == date(2026, 3, 31)
    assert [charge.id for charge in account_store.ledger] == ["renewal-2026-03-31"]


async def test_a_period_that_has_not_ended_is_left_alone(
    renewals: DueAccountService, account_store: FakeAccountStore
) -> None:
    account_store.accounts["acme"] = an_account(downgrades=(a_downgrade(),))

    await renewals.step()

    assert account_store.accounts["acme"].period_start == START


async def test_each_period_is_renewed_once(
    renewals: DueAccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account_store.accounts["acme"] = an_account(LARGE)
    clock.advance(ms=45 * DAY_MS)

    for _ in range(3):
        await renewals.step()

    assert [charge.charged_on for charge in account_store.ledger] == [
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


class SilentGateway(ScriptedGateway):
    """Takes every charge, and never answers."""

    async def charge(self, charge: Charge) -> PaymentResult:
        self.charges.append(charge)
        return await asyncio.Future()


async def test_a_payment_gateway_that_does_not_answer_delays_nobodys_renewal(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    names = [f"acme-{n}" for n in range(3 * AT_ONCE)]
    for name in names:
        account_store.accounts[name] = replace(an_account(), id=name)
    gateway = SilentGateway()
    index = FakeDueIndex(account_store)
    dues = DueService(accounts, gateway)
    renewals = DueAccountService(accounts, index, dues, patience_s=0.01)
    clock.advance(ms=10 * DAY_MS)

    for _ in range(2):
        await renewals.step()
        clock.advance(ms=60_000)

    assert {account_store.accounts[name].period_start for name in names} == {date(2026, 3, 31)}
    assert len(gateway.charges) == len({charge.account for charge in gateway.charges})


def renewals_with(
    plans: tuple[Plan, ...], account_store: FakeAccountStore, clock: FakeClock
) -> DueAccountService:
    accounts = AccountService(account_store, Catalogue("EUR", plans), clock)
    return timer_of(accounts, account_store)


async def test_an_account_renews_at_the_price_it_bought_at_whatever_the_catalogue_lists(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account_store.accounts["acme"] = an_account(LARGE)
    clock.advance(ms=10 * DAY_MS)

    await renewals_with((SMALL,), account_store, clock).step()

    assert account_store.accounts["acme"].period_start == date(2026, 3, 31)
    assert [charge.amount.amount for charge in account_store.ledger] == [11900]


async def test_an_account_that_cannot_be_renewed_holds_up_no_other(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    """An earlier version kept no prices, and its plan is gone from the catalogue."""
    renewals = renewals_with((SMALL,), account_store, clock)
    account_store.accounts["lost"] = replace(an_account(LARGE), id="lost", bought=None)
    account_store.accounts["acme"] = an_account()
    clock.advance(ms=10 * DAY_MS)

    await renewals.step()

    assert account_store.accounts["acme"].period_start == date(2026, 3, 31)
    assert account_store.accounts["lost"].period_start == START


async def test_an_account_that_a_node_of_an_earlier_version_wrote_learns_what_it_bought(
    account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account_store.accounts["acme"] = replace(an_account(), bought=None)

    await renewals_with((SMALL,), account_store, clock).step()

    assert account_store.accounts["acme"] == an_account()
