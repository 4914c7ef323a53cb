"""The stores of money in memory, one step at a time, and ids that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from fullhouse.domain.accounts import Account, Claim
from fullhouse.domain.dues import due_at
from fullhouse.domain.errors import ChangeInProgress, QuoteStale
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.purchases import Application, Order, Purchase, Watch, watch_of
from fullhouse.domain.quotes import Quote
from fullhouse.domain.webhooks import Message
from tests.fakes import FakeClock


@dataclass
class FakeAccountStore:
    """Keeps what it is given. `rival`, if set, has its own change saved first, once.

    Attributes:
        behind_ms: How far its clock is behind that of the node.
    """

    clock: FakeClock
    behind_ms: int = 0
    accounts: dict[str, Account] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    ledger: list[LedgerEntry] = field(default_factory=list)
    kept_s: float = 0
    rival: Account | None = None
    checked: str | None = None
    messages: list[Message] = field(default_factory=list)

    async def put_account(self, account: Account) -> tuple[Account, bool]:
        self._let_the_rival_go_first()
        is_new = account.id not in self.accounts
        return self.accounts.setdefault(account.id, account), is_new

    async def find_account(self, account_id: str) -> Account | None:
        return self.accounts.get(account_id)

    async def save_account(
        self, account: Account, *, seen_version: int, messages: Sequence[Message] = ()
    ) -> bool:
        return await self.renew_account(
            account, seen_version=seen_version, charges=(), messages=messages
        )

    async def renew_account(
        self,
        account: Account,
        *,
        seen_version: int,
        charges: Sequence[LedgerEntry],
        messages: Sequence[Message] = (),
    ) -> bool:
        self._let_the_rival_go_first()
        if self.accounts[account.id].version != seen_version:
            return False
        self.accounts[account.id] = account
        self.ledger += charges
        self.messages += messages
        return True

    async def read_ledger(
        self, account_id: str, first: int = 0, count: int | None = None
    ) -> list[LedgerEntry]:
        return self.ledger[first : None if count is None else first + count]

    async def deleted_version(self, account_id: str) -> int:
        return 0

    async def accounts_of(self, part: int) -> list[Account]:
        return [account for account in self.accounts.values() if part == 0]

    async def time_ms(self) -> int:
        return self.clock.now_ms() - self.behind_ms

    async def checked_currency(self) -> str | None:
        return self.checked

    async def note_checked(self, currency: str) -> None:
        self.checked = currency

    async def save_quote(
        self, quote: Quote, *, asked_by: str | None, valid_s: float, remembered_s: int
    ) -> None:
        self.quotes[quote.id] = quote
        self.kept_s = valid_s + remembered_s

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None:
        quote = self.quotes.get(quote_id)
        return quote if quote and quote.account == account_id else None

    def _let_the_rival_go_first(self) -> None:
        if self.rival:
            self.accounts[self.rival.id] = self.rival
            self.rival = None


@dataclass
class FakeDueIndex:
    """Knows what is due from the accounts themselves. A claim lasts a minute."""

    store: FakeAccountStore
    claims: dict[str, int] = field(default_factory=dict)

    async def note(self, accounts: Sequence[Account]) -> None:
        """It needs not be told."""

    async def take(self, limit: int) -> list[Claim]:
        now, now_ms = self.store.clock.now(), self.store.clock.now_ms()
        due = [each.id for each in self.store.accounts.values() if due_at(each) <= now]
        taken = [name for name in due if self.claims.get(name, 0) <= now_ms][:limit]
        self.claims.update(dict.fromkeys(taken, now_ms + 60_000))
        return [Claim(name, self.claims[name]) for name in taken]

    async def put_off(self, claim: Claim, due: datetime) -> None:
        if due > self.store.clock.now():
            del self.claims[claim.account]

    async def forget(self, claim: Claim) -> None:
        del self.claims[claim.account]


@dataclass
class FakePurchaseStore:
    """Keeps purchases, and every state that each has been in."""

    accounts: FakeAccountStore
    orders: dict[str, Order] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    watched: set[Watch] = field(default_factory=set)
    states: list[str] = field(default_factory=list)

    async def recall_order(self, account_id: str, idempotency_key: str) -> Order | None:
        order = self.orders.get(f"{account_id} {idempotency_key}")
        return replace(order, purchase=self.purchases[order.purchase.id]) if order else None

    async def start_purchase(
        self, purchase: Purchase, *, idempotency_key: str, fingerprint: str
    ) -> Order:
        if not all(other.is_settled for other in self.purchases.values()):
            raise ChangeInProgress
        account = self.accounts.accounts[purchase.account]
        if account.version != purchase.quote.account_version:
            raise QuoteStale(purchase.quote.id)
        order = Order(fingerprint, purchase)
        self.orders[f"{purchase.account} {idempotency_key}"] = order
        self.watched.add(watch_of(purchase))
        self._keep(purchase)
        return order

    async def find_purchase(self, account_id: str, purchase_id: str) -> Purchase | None:
        purchase = self.purchases.get(purchase_id)
        return purchase if purchase and purchase.account == account_id else None

    async def advance_purchase(self, purchase: Purchase) -> Purchase:
        stands = self.purchases[purchase.id]
        if stands.step == purchase.step - 1:
            self._keep(purchase)
        return self.purchases[purchase.id]

    async def apply_plan(self, application: Application, *, seen_version: int) -> Purchase | None:
        purchase = application.purchase
        if self.purchases[purchase.id].step != purchase.step - 1:
            return self.purchases[purchase.id]
        if not await self.accounts.renew_account(
            application.account,
            seen_version=seen_version,
            charges=[application.charge],
            messages=application.messages,
        ):
            return None
        self._keep(purchase)
        return purchase

    async def take_purchases(self, now_ms: int) -> Sequence[Watch]:
        return sorted(self.watched, key=lambda watch: watch.since_ms)

    async def let_go(self, watch: Watch) -> None:
        self.watched.discard(watch)

    def _keep(self, purchase: Purchase) -> None:
        self.purchases[purchase.id] = purchase
        self.states.append(purchase.state)


def id_source() -> Iterator[str]:
    """id-1, id-2 and so on."""
    return (f"id-{n}" for n in count(1))
