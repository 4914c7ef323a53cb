"""The services of money as one server process has them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from fullhouse.payments.invoice import InvoiceGateway
from fullhouse.service.accounts import AccountService
from fullhouse.service.purchases import PurchaseService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from fullhouse.store.account_store import AccountStore
from fullhouse.store.purchase_store import PurchaseStore
from tests.accounts import CATALOGUE

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.service.payments import PaymentGateway
    from tests.fakes import FakeClock


@dataclass(frozen=True, slots=True)
class Cashier:
    """One node's part in a purchase."""

    accounts: AccountService
    quotes: QuoteService
    purchases: PurchaseService
    upgrades: UpgradeService


def cashier_on(
    redis: Redis, clock: FakeClock, name: str, gateway: PaymentGateway | None = None
) -> Cashier:
    """A cashier whose ids begin with `name`; on account, if no gateway is given."""
    store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms)
    purchase_store = PurchaseStore(redis, waits_for_disk=False, instant=clock.now_ms)
    accounts = AccountService(store, CATALOGUE, clock)
    new_id = (f"{name}-{n}" for n in count(1)).__next__
    purchases = PurchaseService(
        accounts,
        purchase_store,
        gateway or InvoiceGateway(),
        new_id=(f"{name}-attempt-{n}" for n in count(1)).__next__,
    )
    return Cashier(
        accounts,
        QuoteService(accounts, store, CATALOGUE, new_id=new_id, quote_ttl_s=600),
        purchases,
        UpgradeService(accounts, store, purchase_store, purchases),
    )
