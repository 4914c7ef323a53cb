"""Lists the accounts of an installation by name, and deletes accounts."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.accounts import Account, AccountDeletion, has_ended
from fullhouse.domain.errors import ChangeInProgress, InvalidRequest, NotFound
from fullhouse.domain.pages import Page, PageRequest, name_of, page_of
from fullhouse.domain.rooms import Deletion, RoomRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fullhouse.service.accounts import AccountService

log = logging.getLogger(__name__)

RENEWED_AT_ONCE = 8
ROOMS_AT_ONCE = 100

_begins_an_id = re.compile(r"([A-Za-z0-9][A-Za-z0-9._~-]{0,63})?").fullmatch


class Names(Protocol):
    """The names of all accounts, in order."""

    async def names(self, *, prefix: str, after: str | None, count: int) -> list[str]: ...


class StoredAccounts(Protocol):
    """The stored accounts. Each method is one atomic step."""

    async def find_account(self, account_id: str) -> Account | None: ...

    async def accounts_named(self, names: Sequence[str]) -> list[Account]:
        """The accounts of these names that exist, in the order of `names`."""
        ...

    async def delete_account(self, account_id: str, *, with_ledger: bool) -> AccountDeletion:
        """Delete an account that has no rooms and no unsettled purchase.

        Args:
            account_id: The account.
            with_ledger: Whether to delete its ledger too.
        """
        ...


class ClosedRooms(Protocol):
    """The closed rooms of an account."""

    async def page(
        self, account: str, *, after: tuple[int, str] | None, count: int
    ) -> list[tuple[RoomRef, int]]: ...

    async def delete(self, ref: RoomRef) -> Deletion: ...


class AccountDirectory:
    """Lists and deletes accounts.

    Args:
        accounts: Reads accounts and renews them.
        names: Lists the names of accounts in order.
        store: Reads and deletes accounts.
        rooms: The closed rooms of accounts.
    """

    def __init__(
        self, accounts: AccountService, names: Names, store: StoredAccounts, rooms: ClosedRooms
    ) -> None:
        self._accounts = accounts
        self._names = names
        self._store = store
        self._rooms = rooms
        self._turns = asyncio.Semaphore(RENEWED_AT_ONCE)

    async def page(self, prefix: str, request: PageRequest) -> Page[Account]:
        """The accounts whose names begin with `prefix`, by name, each in its current period.

        Raises:
            InvalidRequest: no name can begin with `prefix`, or the cursor is not of this list.
        """
        if not _begins_an_id(prefix):
            raise InvalidRequest("prefix", "no account is named like that")
        names = await self._names.names(
            prefix=prefix, after=name_of(request.cursor), count=request.limit + 1
        )
        page = page_of(names, request.limit, lambda name: name)
        stored = await self._store.accounts_named(page.rows) if page.rows else []
        present = await asyncio.gather(*map(self._present, stored))
        return Page(tuple(account for account in present if account), page.next)

    async def delete(self, account_id: str, *, with_ledger: bool) -> None:
        """Delete an account with its closed rooms. Its ledger stays, unless `with_ledger`.

        As in every call, an ended period is charged first. With `with_ledger` the call also
        deletes the ledger that an earlier deletion of the account has left.

        Raises:
            NotFound: there is nothing to delete.
            ChangeInProgress: a room is open, or a purchase is not settled yet.
        """
        account = await self._store.find_account(account_id)
        if account is not None:
            account = await self._accounts.current(account_id)
        outcome = await self._store.delete_account(account_id, with_ledger=with_ledger)
        while outcome == "rooms_left":
            await self._delete_closed_rooms(account_id)
            outcome = await self._store.delete_account(account_id, with_ledger=with_ledger)
        _check(outcome, account_id)
        dues = len(account.dues) if account else 0
        extra = {"account": account_id, "with_ledger": with_ledger, "dues": dues}
        log.info("account.deleted", extra=extra)

    async def _present(self, account: Account) -> Account | None:
        if account.bought and not has_ended(account, now=self._accounts.clock.unchecked()):
            return account
        try:
            async with self._turns:
                return await self._accounts.current(account.id)
        except NotFound:  # the account was deleted in the meantime
            return None

    async def _delete_closed_rooms(self, account_id: str) -> None:
        rows = await self._rooms.page(account_id, after=None, count=ROOMS_AT_ONCE)
        for ref, _ in rows:
            await self._rooms.delete(ref)


def _check(outcome: AccountDeletion, account_id: str) -> None:
    match outcome:
        case "no_account":
            raise NotFound("account", account_id)
        case "rooms_open":
            raise ChangeInProgress("The account has open rooms. Close them first.")
        case "buying":
            raise ChangeInProgress(
                "A purchase of the account is not settled yet. Withdraw it, or come back later."
            )
