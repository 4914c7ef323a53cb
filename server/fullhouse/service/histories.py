"""Reads the history of a room for hosts and the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fullhouse.domain.history import History
    from fullhouse.domain.rooms import RoomRef
    from fullhouse.service.room_ports import Accounts


class HistoryStore(Protocol):
    """Keeps the histories."""

    async def history(self, ref: RoomRef) -> History: ...


class HistoryService:
    """The history of a room, of an account that exists.

    Args:
        store: Keeps the histories.
        accounts: Reads accounts and renews them.
    """

    def __init__(self, store: HistoryStore, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    async def of(self, ref: RoomRef) -> History:
        """The event since its last opening, open or closed.

        Raises:
            NotFound: there is no such account or room.
        """
        await self._accounts.current(ref.account)
        return await self._store.history(ref)
