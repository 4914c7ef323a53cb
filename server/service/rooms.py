"""Rooms as the platform opens, sets, looks at and closes them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from server.domain.rooms import Audit, RoomRef, RoomRules, Snapshot

if TYPE_CHECKING:
    from server.service.ports import IdSource
    from server.service.room_ports import Accounts, PlatformRooms

log = logging.getLogger(__name__)


class RoomService:
    """Every call reads the account first, which renews it: a period never ends unnoticed.

    All methods raise `NotFound` where the account or the room does not exist.

    Args:
        store: Where rooms live.
        accounts: Reads accounts, renewed.
        rules: What a room opened from now on is held to until it closes.
        new_change: Where ids of changes come from; a change repeated by the store's client
            is known by its id.
    """

    def __init__(
        self, store: PlatformRooms, accounts: Accounts, rules: RoomRules, *, new_change: IdSource
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._rules = rules
        self._new_change = new_change

    async def open(self, ref: RoomRef, title: str) -> tuple[bool, Snapshot]:
        """Open the room, or replace the title of an open one. Returns whether it was opened.

        Raises:
            ParallelEventsExceeded: as many rooms are live as the account may run.
        """
        await self._accounts.current(ref.account)
        opened, snapshot = await self._store.open_room(ref, title, self._rules)
        if opened:
            log.info("room.opened", extra={"account": ref.account, "room": ref.room})
        return opened, snapshot

    async def close(self, ref: RoomRef) -> Snapshot:
        """End the event. A room that is closed already stays so."""
        await self._accounts.current(ref.account)
        snapshot = await self._store.close_room(ref)
        named = {"account": ref.account, "room": ref.room}
        log.info("room.closed", extra={**named, "reason": "closed"})
        return snapshot

    async def set(
        self, ref: RoomRef, *, paused: bool | None, seats: int | Literal["plan"] | None
    ) -> Snapshot:
        """Hold the line, or hold the room to fewer seats than the plan's; None: as it was.

        Raises:
            InvalidRequest: `seats` is more than the plan's.
            RoomClosed: it is closed.
        """
        await self._accounts.current(ref.account)
        return await self._store.set_room(ref, self._new_change(), paused=paused, seats=seats)

    async def remove(self, ref: RoomRef, participant: str) -> None:
        """Send a person out and refuse them until the room closes.

        Raises:
            RoomClosed: it is closed.
        """
        await self._accounts.current(ref.account)
        await self._store.remove_participant(ref, participant)

    async def lift_removal(self, ref: RoomRef, participant: str) -> None:
        """Let a removed person come again. Safe to repeat.

        Raises:
            RoomClosed: it is closed.
        """
        await self._accounts.current(ref.account)
        await self._store.lift_removal(ref, participant)

    async def get(self, ref: RoomRef) -> Snapshot:
        """The room as it is now, open or closed."""
        await self._accounts.current(ref.account)
        return await self._store.snapshot(ref)

    async def audit(self, ref: RoomRef) -> Audit:
        """Every place of the room, recounted."""
        await self._accounts.current(ref.account)
        return await self._store.audit(ref)

    async def all(
        self, account: str, *, status: Literal["open", "closed"]
    ) -> list[tuple[RoomRef, Snapshot]]:
        """The rooms of an account that are `status`, by name."""
        await self._accounts.current(account)
        refs = await self._store.rooms_of(account, status=status)
        rooms = [(ref, await self._store.snapshot(ref)) for ref in refs]
        # Each was looked at a moment after the list: one may have closed or opened in between.
        return [(ref, snapshot) for ref, snapshot in rooms if snapshot.state.status == status]
