"""Rooms as the platform opens, sets, looks at and closes them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from fullhouse.domain.errors import ChangeInProgress, NotFound
from fullhouse.domain.pages import (
    Moment,
    Page,
    PageRequest,
    cursor_of,
    moment_of,
    name_of,
    page_of,
)
from fullhouse.domain.rooms import Audit, RoomRef, RoomRules, Snapshot

if TYPE_CHECKING:
    from fullhouse.service.ports import IdSource
    from fullhouse.service.room_ports import Accounts, ClosedRooms, PlatformRooms

log = logging.getLogger(__name__)


class RoomService:
    """Every call reads the account first, which renews it: a period never ends unnoticed.

    All methods raise `NotFound` where the account or the room does not exist.

    Args:
        store: Where rooms live.
        closed: The rooms whose event is over.
        accounts: Reads accounts, renewed.
        rules: What a room opened from now on is held to until it closes.
        new_change: Where ids of changes come from; a change repeated by the store's client
            is known by its id.
    """

    def __init__(
        self,
        store: PlatformRooms,
        closed: ClosedRooms,
        accounts: Accounts,
        rules: RoomRules,
        *,
        new_change: IdSource,
    ) -> None:
        self._store = store
        self._closed = closed
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

    async def page(
        self, account: str, request: PageRequest, *, status: Literal["open", "closed"]
    ) -> Page[tuple[RoomRef, Snapshot]]:
        """The open rooms of an account by name, or the closed ones, newest first.

        Raises:
            InvalidRequest: the cursor is none of this list.
        """
        await self._accounts.current(account)
        page = await (self._open if status == "open" else self._closed_page)(account, request)
        rooms = [await self._found(ref) for ref in page.rows]
        # Each was looked at a moment after the list: one may have closed, opened or gone since.
        rows = tuple(room for room in rooms if room and room[1].state.status == status)
        return Page(rows, page.next)

    async def delete(self, ref: RoomRef) -> None:
        """Forget a closed room, with all about its people.

        Raises:
            ChangeInProgress: it is open.
        """
        await self._accounts.current(ref.account)
        match await self._closed.delete(ref):
            case "open":
                raise ChangeInProgress(f"Room {ref.room!r} is open. Close it first.")
            case "no_room":
                raise NotFound("room", ref.room)
        log.info("room.deleted", extra={"account": ref.account, "room": ref.room})

    async def _open(self, account: str, request: PageRequest) -> Page[RoomRef]:
        after = name_of(request.cursor) or ""
        refs = [ref for ref in await self._store.open_rooms(account) if ref.room > after]
        return page_of(refs, request.limit, lambda ref: ref.room)

    async def _closed_page(self, account: str, request: PageRequest) -> Page[RoomRef]:
        after = moment_of(request.cursor)
        rows = await self._closed.page(account, after=after, count=request.limit + 1)
        moments = [Moment(ms, ref.room) for ref, ms in rows]
        page = page_of(moments, request.limit, cursor_of)
        return Page(tuple(RoomRef(account, moment.name) for moment in page.rows), page.next)

    async def _found(self, ref: RoomRef) -> tuple[RoomRef, Snapshot] | None:
        try:
            return ref, await self._store.snapshot(ref)
        except NotFound:
            return None
