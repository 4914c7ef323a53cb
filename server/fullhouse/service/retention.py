"""Retention: deletes rooms that were closed long ago, and old entries of trails.

Ledgers and purchases stay.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.rooms import Deletion, RoomRef

if TYPE_CHECKING:
    from fullhouse.service.business_clock import BusinessClock
    from fullhouse.service.ports import Parts

log = logging.getLogger(__name__)

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
ROOMS_AT_ONCE = 100  # for each account


class OldRooms(Protocol):
    """Closed rooms, in the parts of the index of accounts."""

    async def sort_in(self, part: int) -> None:
        """Add rooms to the index that an earlier version has closed."""
        ...

    async def closed_by(self, part: int, ms: int, count: int) -> list[RoomRef]:
        """Rooms closed at `ms` (Unix ms) or before, at most `count` of each account."""
        ...

    async def delete(self, ref: RoomRef, *, closed_by_ms: int) -> Deletion:
        """Delete a room if it was closed at `closed_by_ms` (Unix ms) or before."""
        ...


class OldTrails(Protocol):
    """The trails of accounts, in the parts of the index of accounts."""

    async def trim(self, part: int, before_ms: int) -> None:
        """Delete the entries before that instant (Unix ms) of all accounts in the part."""
        ...


class Names(Protocol):
    """The names of accounts."""

    async def sort_in(self, part: int) -> None:
        """Add names to the index that an earlier version has written."""
        ...


class Clock(Protocol):
    """The store's own clock."""

    async def time_ms(self) -> int: ...


class RetentionService:
    """Deletes rooms `keep_days` days after they were closed, and trails by their own time.

    Nothing is deleted while the clocks of node and store disagree. A clock that is a year ahead
    would delete rooms too early.

    Args:
        rooms: The closed rooms.
        names: The names of the accounts.
        parts: Hands out the parts of the index of accounts.
        store_clock: The clock that dated the end of a room.
        clock: Checks whether the clocks agree.
        trails: The trails of accounts.
        keep_days: How long a closed room is kept.
        keep_trail_days: How long an entry of a trail is kept.
    """

    def __init__(
        self,
        rooms: OldRooms,
        names: Names,
        parts: Parts,
        store_clock: Clock,
        clock: BusinessClock,
        *,
        trails: OldTrails,
        keep_days: int,
        keep_trail_days: int,
    ) -> None:
        self._rooms = rooms
        self._trails = trails
        self._names = names
        self._parts = parts
        self._store_clock = store_clock
        self._clock = clock
        self._keep_ms = keep_days * DAY_MS
        self._keep_trail_ms = keep_trail_days * DAY_MS

    async def step(self) -> None:
        """Delete old rooms in the parts that are due."""
        if not await self._clock.agrees():
            return
        now_ms = await self._store_clock.time_ms()
        while (part := await self._parts.take()) is not None:
            await self._names.sort_in(part)
            await self._rooms.sort_in(part)
            await self._trails.trim(part, now_ms - self._keep_trail_ms)
            await self._clear(part, now_ms - self._keep_ms)
            await self._parts.finish(part)

    async def _clear(self, part: int, closed_by_ms: int) -> None:
        deleted = 0
        while refs := await self._rooms.closed_by(part, closed_by_ms, ROOMS_AT_ONCE):
            for ref in refs:  # one after the other, because no caller waits
                outcome = await self._rooms.delete(ref, closed_by_ms=closed_by_ms)
                deleted += outcome == "deleted"
        if deleted:
            log.info("rooms.deleted", extra={"count": deleted, "reason": "retention"})
