"""A slow walk over all accounts, which adds missing ones to the index of due accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fullhouse.domain.accounts import Account
    from fullhouse.service.ports import AccountStore, Parts


class DueIndex(Protocol):
    """The instants at which accounts are due."""

    async def note(self, accounts: Sequence[Account]) -> None:
        """Index the accounts, so that each is processed when it is due or earlier."""
        ...


class AccountWalk:
    """Finds accounts of earlier versions, and accounts of nodes that died during a write.

    Args:
        store: Lists the accounts.
        index: The index of due accounts.
        parts: Hands out the parts of the index of accounts.
    """

    def __init__(self, store: AccountStore, index: DueIndex, parts: Parts) -> None:
        self._store = store
        self._index = index
        self._parts = parts

    async def step(self) -> None:
        """Walk the parts that are due."""
        while (part := await self._parts.take()) is not None:
            await self._index.note(await self._store.accounts_of(part))
            await self._parts.finish(part)
