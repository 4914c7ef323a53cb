"""An account store in memory, one step at a time, and ids that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from server.domain.accounts import Account
from server.domain.ledger import LedgerEntry
from server.domain.quotes import Quote
from server.domain.upgrades import Purchase, Sale, Upgrade


@dataclass
class FakeAccountStore:
    """Keeps what it is given. `rival`, if set, has its own change saved first, once."""

    accounts: dict[str, Account] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    ledger: list[LedgerEntry] = field(default_factory=list)
    kept_s: int = 0
    rival: Account | None = None

    async def put_account(self, account: Account) -> tuple[Account, bool]:
        self._let_the_rival_go_first()
        is_new = account.id not in self.accounts
        return self.accounts.setdefault(account.id, account), is_new

    async def find_account(self, account_id: str) -> Account | None:
        return self.accounts.get(account_id)

    async def save_account(self, account: Account, *, seen_version: int) -> bool:
        return await self.renew_account(account, seen_version=seen_version, charges=())

    async def renew_account(
        self, account: Account, *, seen_version: int, charges: Sequence[LedgerEntry]
    ) -> bool:
        self._let_the_rival_go_first()
        if self.accounts[account.id].version != seen_version:
            return False
        self.accounts[account.id] = account
        self.ledger += charges
        return True

    async def read_ledger(self, account_id: str) -> list[LedgerEntry]:
        return list(self.ledger)

    async def accounts_of(self, part: int) -> list[Account]:
        return [account for account in self.accounts.values() if part == 0]

    async def save_quote(self, quote: Quote, *, keep_s: int) -> None:
        self.quotes[quote.id] = quote
        self.kept_s = keep_s

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None:
        quote = self.quotes.get(quote_id)
        return quote if quote and quote.account == account_id else None

    async def recall_sale(self, account_id: str, idempotency_key: str) -> Sale | None:
        return self.sales.get(f"{account_id} {idempotency_key}")

    async def apply_plan(
        self, purchase: Purchase, *, seen_version: int, idempotency_key: str, fingerprint: str
    ) -> Sale | None:
        account = purchase.account
        if not await self.renew_account(
            account, seen_version=seen_version, charges=[purchase.charge]
        ):
            return None
        sale = Sale(fingerprint, purchase.upgrade)
        self.sales[f"{account.id} {idempotency_key}"] = sale
        return sale

    async def find_upgrade(self, account_id: str, upgrade_id: str) -> Upgrade | None:
        upgrades = (sale.upgrade for sale in self.sales.values())
        return next((upgrade for upgrade in upgrades if upgrade.id == upgrade_id), None)

    def _let_the_rival_go_first(self) -> None:
        if self.rival:
            self.accounts[self.rival.id] = self.rival
            self.rival = None


def id_source() -> Iterator[str]:
    """id-1, id-2 and so on."""
    return (f"id-{n}" for n in count(1))
