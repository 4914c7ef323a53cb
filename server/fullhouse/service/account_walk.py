"""A slow walk over all accounts, which adds what the index of due accounts lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fullhouse.domain.accounts import Account
    from fullhouse.service.ports import AccountStore, Parts


class DueIndex(Protocol):
    """The instants at which accounts are due."""

    async def note(self, accounts: Sequence[Account]) -> None:
        """Look at each no later than when it is due."""
        ...


class AccountWalk:
    """Finds accounts that an earlier version wrote, and those of nodes that died while writing.

    Args:
        store: Lists the accounts.
        index: Where they are to stand.
        parts: Which part to walk.
    """

    def __init__(self, store: AccountStore, index: DueIndex, parts: Parts) -> None:
        self._store = store
        self._index = index
        self._parts = parts

    async def step(self) -> None:
        """Walk the parts whose time has come."""
        while (part := await self._parts.take()) is not None:
            await self._index.note(await self._store.accounts_of(part))
            await self._parts.finish(part)
