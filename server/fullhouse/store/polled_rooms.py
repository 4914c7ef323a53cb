"""Rooms of people who poll. Without the sweep index, no node would sweep these rooms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullhouse.domain.polls import Poll, Polled
    from fullhouse.domain.rooms import Answer, RoomRef
    from fullhouse.store.room_index import RoomIndex
    from fullhouse.store.room_store import RoomStore

WATCHED_FOR_S = 1.0  # far less than the time that a resting room stays in the index


class PolledRooms:
    """Puts a room into the sweep index before a poll admits people to it.

    Args:
        rooms: The store.
        index: The sweep index.
        now_s: A monotonic clock.
    """

    def __init__(self, rooms: RoomStore, index: RoomIndex, now_s: Callable[[], float]) -> None:
        self._rooms = rooms
        self._index = index
        self._now_s = now_s
        self._since_s = now_s()
        self._watched: set[RoomRef] = set()

    async def poll(self, ref: RoomRef, polls: Sequence[Poll], *, lease_ms: int) -> Polled:
        """Admit newcomers, and return the places of all people in the order of `polls`."""
        await self._watch(ref)
        return await self._rooms.poll(ref, polls, lease_ms=lease_ms)

    async def leave(self, ref: RoomRef, leavers: Sequence[tuple[str, int]]) -> Answer:
        """Free the places of these people at once."""
        return await self._rooms.leave(ref, leavers)

    async def _watch(self, ref: RoomRef) -> None:
        now_s = self._now_s()
        if now_s - self._since_s > WATCHED_FOR_S:
            self._since_s, self._watched = now_s, set()
        if ref not in self._watched:
            await self._index.watch([ref])
            self._watched.add(ref)
