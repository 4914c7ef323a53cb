"""The services of money on a store in memory, at noon of 21 March 2026 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fullhouse.service.accounts import AccountService
from fullhouse.service.purchases import PurchaseService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from tests.accounts import CATALOGUE
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, FakePurchaseStore, id_source
from tests.unit.service.gateways import ObedientGateway

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(int(NOON.timestamp()) * 1000)


@pytest.fixture
def account_store(clock: FakeClock) -> FakeAccountStore:
    return FakeAccountStore(clock)


@pytest.fixture
def accounts(account_store: FakeAccountStore, clock: FakeClock) -> AccountService:
    return AccountService(account_store, CATALOGUE, clock)


@pytest.fixture
def quotes(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> QuoteService:
    new_id = id_source().__next__
    return QuoteService(accounts, account_store, CATALOGUE, new_id=new_id, quote_ttl_s=600)


@pytest.fixture
def purchase_store(account_store: FakeAccountStore) -> FakePurchaseStore:
    return FakePurchaseStore(account_store)


@pytest.fixture
def gateway() -> ObedientGateway:
    return ObedientGateway()


@pytest.fixture
def purchases(
    accounts: AccountService,
    purchase_store: FakePurchaseStore,
    gateway: ObedientGateway,
    clock: FakeClock,
) -> PurchaseService:
    new_id = id_source().__next__
    return PurchaseService(accounts, purchase_store, gateway, new_id=new_id)


@pytest.fixture
def upgrades(
    accounts: AccountService,
    account_store: FakeAccountStore,
    purchase_store: FakePurchaseStore,
    purchases: PurchaseService,
    clock: FakeClock,
) -> UpgradeService:
    return UpgradeService(accounts, account_store, purchase_store, purchases)
