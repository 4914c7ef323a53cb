"""What the use cases need of the outside world, stated as Protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fullhouse.domain.accounts import Account
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.purchases import Application, Order, Purchase, Watch
from fullhouse.domain.quotes import Quote
from fullhouse.domain.reversals import Reversal
from fullhouse.domain.webhooks import Message


class IdSource(Protocol):
    """Makes new ids, which are unique and cannot be guessed."""

    def __call__(self) -> str: ...


class AccountStore(Protocol):
    """Accounts, their quotes and ledgers. Each method is one atomic step."""

    async def put_account(self, account: Account) -> tuple[Account, bool]:
        """Store `account`, unless an account with that id exists.

        Returns:
            The stored account, and whether it is the one given.
        """
        ...

    async def find_account(self, account_id: str) -> Account | None: ...

    async def save_account(
        self, account: Account, *, seen_version: int, messages: Sequence[Message] = ()
    ) -> bool:
        """Replace the account if its version is still `seen_version`, and write its messages."""
        ...

    async def renew_account(
        self,
        account: Account,
        *,
        seen_version: int,
        charges: Sequence[LedgerEntry],
        messages: Sequence[Message] = (),
    ) -> bool:
        """Begin a period: store the account, its charges and messages, and change its live rooms.

        Returns:
            False, and nothing is changed, if the stored version is not `seen_version`. The result
            is on disk when the call returns.
        """
        ...

    async def read_ledger(
        self, account_id: str, first: int = 0, count: int | None = None
    ) -> list[LedgerEntry]:
        """Charges, oldest first: all, or at most `count` from place `first` on."""
        ...

    async def deleted_version(self, account_id: str) -> int:
        """The last version of a deleted account of that name. 0: none is known."""
        ...

    async def accounts_of(self, part: int) -> list[Account]:
        """The accounts of one part of the index. Each account is in exactly one part."""
        ...

    async def time_ms(self) -> int:
        """The store's own clock, in Unix ms."""
        ...

    async def checked_currency(self) -> str | None:
        """The catalogue currency of the last check of all accounts. None: no check yet."""
        ...

    async def note_checked(self, currency: str) -> None:
        """Record that every account has its bought plan."""
        ...

    async def save_quote(
        self, quote: Quote, *, asked_by: str | None, valid_s: float, remembered_s: int
    ) -> None:
        """Store `quote` for `valid_s` and then `remembered_s` seconds.

        Raises:
            RateLimited: the person who asks, or the account, has too many open quotes.
        """
        ...

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None: ...


class Parts(Protocol):
    """Hands out the parts of the index of accounts, each to one node at a time."""

    async def take(self) -> int | None: ...

    async def finish(self, part: int, /) -> None: ...


class ReversalStore(Protocol):
    """The refunds and disputes of charges. Each method is one atomic step."""

    async def find_reversal(self, account_id: str, entry: str) -> Reversal:
        """The known reversals of one charge."""
        ...

    async def read_reversals(self, account_id: str) -> Mapping[str, Reversal]:
        """All known reversals of the account, by the id of the charge."""
        ...

    async def save_reversal(
        self, account_id: str, entry: str, reversal: Reversal, *, seen: Reversal
    ) -> bool | None:
        """Store `reversal` if the stored one is still `seen`. None: there is no such account."""
        ...


class PurchaseStore(Protocol):
    """Purchases and their effects. Each method is one atomic step, safe to repeat."""

    async def recall_order(self, account_id: str, idempotency_key: str) -> Order | None:
        """The order that the key began. It is on disk when the call returns."""
        ...

    async def start_purchase(
        self, purchase: Purchase, *, idempotency_key: str, fingerprint: str
    ) -> Order:
        """Begin `purchase`, unless the key has begun one. The result may not be on disk yet.

        Raises:
            ChangeInProgress: another purchase of the account is not settled yet.
            QuoteStale: the account has changed since the quote.
        """
        ...

    async def find_purchase(self, account_id: str, purchase_id: str) -> Purchase | None: ...

    async def advance_purchase(self, purchase: Purchase) -> Purchase:
        """Store the next step of a purchase, unless another caller was faster.

        Returns:
            The stored purchase. It is on disk if the gateway could not report the step again.
        """
        ...

    async def apply_plan(self, application: Application, *, seen_version: int) -> Purchase | None:
        """Apply a paid purchase exactly once, in all live rooms of the account at the same time.

        Returns:
            The stored purchase, on disk. None, and nothing is changed, if the stored version of
            the account is not `seen_version`.
        """
        ...

    async def take_purchases(self, now_ms: int) -> Sequence[Watch]:
        """Take the due purchases, so that this node alone follows them up now.

        Until it is settled, each purchase is due again, younger ones sooner than older ones.
        """
        ...

    async def let_go(self, watch: Watch) -> None:
        """Remove the entry: the purchase needs no further attention."""
        ...
