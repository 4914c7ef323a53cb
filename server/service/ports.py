"""What the use cases need of the outside world, stated as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from server.domain.accounts import Account
from server.domain.ledger import LedgerEntry
from server.domain.quotes import Quote
from server.domain.upgrades import Purchase, Sale, Upgrade


class IdSource(Protocol):
    """Where new ids come from: never the same twice, and not to be guessed."""

    def __call__(self) -> str: ...


class AccountStore(Protocol):
    """Accounts, their quotes, sales and ledgers. Each method is one atomic step."""

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

    async def read_ledger(self, account_id: str) -> list[LedgerEntry]:
        """Every charge, oldest first."""
        ...

    async def accounts_of(self, part: int) -> list[Account]:
        """The accounts of one part of the index, of which each account is in exactly one."""
        ...

    async def save_quote(self, quote: Quote, *, keep_s: int) -> None:
        """Keep `quote` for `keep_s` seconds."""
        ...

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None: ...

    async def recall_sale(self, account_id: str, idempotency_key: str) -> Sale | None:
        """What that key has bought; when this returns it is on disk."""
        ...

    async def apply_plan(
        self, purchase: Purchase, *, seen_version: int, idempotency_key: str, fingerprint: str
    ) -> Sale | None:
        """Take the money and open the seats, in all live rooms at once, exactly once.

        Returns:
            What the key has bought now: this purchase, or an earlier one under the same key.
            None, and nothing is changed, if the account is no longer the version seen.
            When this returns it is on disk.
        """
        ...

    async def find_upgrade(self, account_id: str, upgrade_id: str) -> Upgrade | None: ...
