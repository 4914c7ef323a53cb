"""Opens, changes, reads, closes and deletes rooms for the platform."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from fullhouse.domain.audit import Audit
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
from fullhouse.domain.rooms import RoomRef, RoomRules, Snapshot
from fullhouse.domain.stream import checked_address

if TYPE_CHECKING:
    from fullhouse.service.ports import IdSource
    from fullhouse.service.room_ports import Accounts, ClosedRooms, PlatformRooms, Trails

log = logging.getLogger(__name__)


class RoomService:
    """The platform's operations on rooms.

    Every call first reads the account, which renews a period that has ended.

    All methods raise `NotFound` if the account or the room does not exist.

    Args:
        store: Reads and writes rooms.
        closed: Reads and deletes closed rooms.
        accounts: Reads accounts and renews them.
        trails: The trails of accounts.
        rules: The rules of rooms opened from now on. A room keeps its rules until it closes.
        new_change: Makes the ids of changes. The id shows when the store's client has repeated
            a change.
    """

    def __init__(
        self,
        store: PlatformRooms,
        closed: ClosedRooms,
        accounts: Accounts,
        trails: Trails,
        rules: RoomRules,
        *,
        new_change: IdSource,
    ) -> None:
        self._store = store
        self._closed = closed
        self._accounts = accounts
        self._trails = trails
        self._rules = rules
        self._new_change = new_change

    async def open(
        self, ref: RoomRef, title: str, *, watch: str | None = None
    ) -> tuple[bool, Snapshot]:
        """Open the room, or replace title and stream of an open one. Returns whether it opened.

        Args:
            ref: The room.
            title: Its title.
            watch: The address of its stream. Empty: none. None: it stays as it is.

        Raises:
            InvalidRequest: `watch` is no address that people in line may open.
            ParallelEventsExceeded: the account already runs as many live rooms as it may.
        """
        watch = checked_address(watch) if watch else watch
        await self._accounts.current(ref.account)
        opened, snapshot = await self._store.open_room(ref, title, self._rules, watch=watch)
        if opened:
            log.info("room.opened", extra={"account": ref.account, "room": ref.room})
        return opened, snapshot

    async def close(self, ref: RoomRef) -> Snapshot:
        """Close the room. Safe to repeat."""
        await self._accounts.current(ref.account)
        snapshot = await self._store.close_room(ref)
        named = {"account": ref.account, "room": ref.room}
        log.info("room.closed", extra={**named, "reason": "closed"})
        return snapshot

    async def set(
        self,
        ref: RoomRef,
        *,
        paused: bool | None = None,
        seats: int | Literal["plan"] | None = None,
        watch: str | None = None,
    ) -> Snapshot:
        """Pause or resume the line, limit the seats, or name a stream. None: it stays as it is.

        Args:
            ref: The room.
            paused: Whether calls from the line are paused.
            seats: The limit, or `plan` for the seats of the plan.
            watch: The address of a stream that people in line may watch. Empty: none.

        Raises:
            InvalidRequest: `seats` is more than the seats of the plan, or `watch` is no address
                that people in line may open.
            RoomClosed: the room is closed.
        """
        watch = checked_address(watch) if watch else watch
        await self._accounts.current(ref.account)
        return await self._store.set_room(
            ref, self._new_change(), paused=paused, seats=seats, watch=watch
        )

    async def remove(self, ref: RoomRef, participant: str) -> None:
        """Remove a person, and refuse them until the room closes.

        Raises:
            RoomClosed: the room is closed.
        """
        await self._accounts.current(ref.account)
        await self._store.remove_participant(ref, participant)

    async def lift_removal(self, ref: RoomRef, participant: str) -> None:
        """Allow a removed person to come back. Safe to repeat.

        Raises:
            RoomClosed: the room is closed.
        """
        await self._accounts.current(ref.account)
        await self._store.lift_removal(ref, participant)

    async def get(self, ref: RoomRef) -> Snapshot:
        """The current state of the room, open or closed."""
        await self._accounts.current(ref.account)
        return await self._store.snapshot(ref)

    async def audit(self, ref: RoomRef) -> Audit:
        """All places of the room, with the counts computed again."""
        await self._accounts.current(ref.account)
        return await self._store.audit(ref)

    async def page(
        self, account: str, request: PageRequest, *, status: Literal["open", "closed"]
    ) -> Page[tuple[RoomRef, Snapshot]]:
        """The open rooms of an account by name, or the closed ones, newest first.

        Raises:
            InvalidRequest: the cursor is not of this list.
        """
        await self._accounts.current(account)
        page = await (self._open if status == "open" else self._closed_page)(account, request)
        rooms = [await self._found(ref) for ref in page.rows]
        # A room may have closed, opened or been deleted since the list was read.
        rows = tuple(room for room in rooms if room and room[1].state.status == status)
        return Page(rows, page.next)

    async def delete(self, ref: RoomRef) -> None:
        """Delete a closed room, and its people from the trail of the account.

        Raises:
            ChangeInProgress: the room is open.
        """
        await self._accounts.current(ref.account)
        outcome = await self._closed.delete(ref)
        if outcome != "open":
            # Also without a room: an earlier call may have ended between these two steps.
            await self._trails.erase(ref.account, room=ref.room)
        match outcome:
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
