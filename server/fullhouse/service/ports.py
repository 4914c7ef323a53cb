"""What the use cases need of the outside world, stated as Protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fullhouse.domain.accounts import Account
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.purchases import Application, Order, Purchase, Watch
from fullhouse.domain.quotes import Quote
from fullhouse.domain.reversals import Reversal


class IdSource(Protocol):
    """Where new ids come from: never the same twice, and not to be guessed."""

    def __call__(self) -> str: ...


class AccountStore(Protocol):
    """Accounts, their quotes and ledgers. Each method is one atomic step."""

    async def put_account(self, account: Account) -> tuple[Account, bool]:
        """Keep `account` unless there is one of that id.

        Returns:
            What is kept now, and whether it is the one given.
        """
        ...

    async def find_account(self, account_id: str) -> Account | None: ...

    async def save_account(self, account: Account, *, seen_version: int) -> bool:
        """Replace the account, if its version is still the one seen."""
        ...

    async def renew_account(
        self, account: Account, *, seen_version: int, charges: Sequence[LedgerEntry]
    ) -> bool:
        """Begin a period: replace the account, charge for it, bring its live rooms to its plan.

        Returns:
            False, and nothing is changed, if the account is no longer the version seen.
            When this returns it is on disk.
        """
        ...

    async def read_ledger(
        self, account_id: str, first: int = 0, count: int | None = None
    ) -> list[LedgerEntry]:
        """Charges, oldest first: all, or at most `count` from place `first` on."""
        ...

    async def deleted_version(self, account_id: str) -> int:
        """The last version of the account of that name that was deleted; 0 if none is known."""
        ...

    async def accounts_of(self, part: int) -> list[Account]:
        """The accounts of one part of the index, of which each account is in exactly one."""
        ...

    async def time_ms(self) -> int:
        """The store's own clock, in Unix ms."""
        ...

    async def checked_currency(self) -> str | None:
        """The currency of the catalogue that the accounts were last checked against, if ever."""
        ...

    async def note_checked(self, currency: str) -> None:
        """Record that every account knows what it bought."""
        ...

    async def save_quote(self, quote: Quote, *, keep_s: int) -> None:
        """Keep `quote` for `keep_s` seconds."""
        ...

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None: ...


class Parts(Protocol):
    """Hands out the parts of the index of accounts, each to one node at a time."""

    async def take(self) -> int | None: ...

    async def finish(self, part: int, /) -> None: ...


class ReversalStore(Protocol):
    """What went back to payers, or is disputed. Each method is one atomic step."""

    async def find_reversal(self, account_id: str, entry: str) -> Reversal:
        """What is known of the charge of that id."""
        ...

    async def read_reversals(self, account_id: str) -> Mapping[str, Reversal]:
        """All that is known, by the id of the charge."""
        ...

    async def save_reversal(
        self, account_id: str, entry: str, reversal: Reversal, *, seen: Reversal
    ) -> bool | None:
        """Keep `reversal`, if what is known is still what was seen; None: no such account."""
        ...


class PurchaseStore(Protocol):
    """Purchases and what they change. Each method is one atomic step, safe to repeat."""

    async def recall_order(self, account_id: str, idempotency_key: str) -> Order | None:
        """What that key began; when this returns it is on disk."""
        ...

    async def start_purchase(
        self, purchase: Purchase, *, idempotency_key: str, fingerprint: str
    ) -> Order:
        """Begin `purchase`, unless the key has begun one already. Not necessarily on disk.

        Raises:
            ChangeInProgress: the account is buying something else.
            QuoteStale: it has changed since the quote.
        """
        ...

    async def find_purchase(self, account_id: str, purchase_id: str) -> Purchase | None: ...

    async def advance_purchase(self, purchase: Purchase) -> Purchase:
        """Keep the next step of a purchase, unless somebody else was faster.

        Returns:
            The purchase as it stands now; on disk, if nobody could tell the step again.
        """
        ...

    async def apply_plan(self, application: Application, *, seen_version: int) -> Purchase | None:
        """Give a paid purchase its seats, in all live rooms at once, exactly once.

        Returns:
            The purchase as it stands now; on disk. None, and nothing is changed, if the account
            is no longer the version seen.
        """
        ...

    async def take_purchases(self, now_ms: int) -> Sequence[Watch]:
        """Purchases under way that this node, and no other, is to look after now.

        Each is due again, the sooner the younger it is, until it is settled.
        """
        ...

    async def let_go(self, watch: Watch) -> None:
        """Nobody needs to look after it any more."""
        ...
