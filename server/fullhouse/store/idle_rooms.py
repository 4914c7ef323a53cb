"""The index of empty open rooms, and of the instant at which each one is to be closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults
from fullhouse.store.index_parts import all_done, grouped, taken_from
from fullhouse.store.keys import index_name, room_of

PAUSE_MS = 60_000
"""A taken room is due again after this time, so that no room is lost if its node dies."""


class IdleRooms(BaseStore):
    """An index of rooms. Each call is one atomic step and safe to repeat.

    Each call raises `StoreUnavailable` if Redis cannot serve.
    """

    async def note(self, forgotten_at: Mapping[RoomRef, int]) -> None:
        """Set the instant at which each of these rooms is due, in Unix ms of the store."""
        if forgotten_at:
            parts = grouped(
                (self._keys.idle_rooms.of(ref.account), (index_name(ref), ms))
                for ref, ms in forgotten_at.items()
            )
            with store_faults():
                await all_done(self._redis.zadd(key, dict(rows)) for key, rows in parts.items())

    async def take(self, limit: int) -> list[RoomRef]:
        """Take at most `limit` due rooms. No other node gets them for `PAUSE_MS`."""
        with store_faults():
            return await taken_from(self._keys.idle_rooms.all(), limit, self._take)

    async def drop(self, refs: Iterable[RoomRef]) -> None:
        """Remove rooms that are closed or no longer empty."""
        parts = grouped((self._keys.idle_rooms.of(ref.account), index_name(ref)) for ref in refs)
        with store_faults():
            await all_done(self._redis.zrem(key, *names) for key, names in parts.items())

    async def _take(self, key: str, limit: int) -> list[RoomRef]:
        _, names = await self._scripts.take_due(
            keys=[key], args=[self._instant(), PAUSE_MS, limit]
        )
        return [room_of(name) for name in cast("list[bytes]", names)]
