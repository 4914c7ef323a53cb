"""Finds live rooms that need a sweep and are in no index, by reading all rooms of all accounts.

Most are those of an installation from before the index. Rooms that have been empty for long are
found in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, cast

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis

CHUNK = 256  # commands a pipeline
UNSWEPT_MS = 5_000  # a room that the index knows is never left alone for so long
FORGOTTEN_MS = 24 * 3600 * 1000  # as in include/idle.lua
_FIELDS = ("last_wall", "deadline", "empty_since", "forgotten_ms")


class OrphanedRooms:
    """Looks at the rooms of one part of the index of accounts."""

    def __init__(self, redis: Redis, keys: KeySpace = DEFAULT_KEYS) -> None:
        self._redis = redis
        self._keys = keys

    async def unswept_rooms(self, part: int) -> list[RoomRef]:
        """Live rooms with a deadline that nobody sweeps, or empty for long, or never swept."""
        with store_faults():
            seconds, micros = await self._redis.time()
            now_ms = seconds * 1000 + micros // 1000
            refs = await self._live(part)
            rows = await self._many(
                "HMGET", [(self._keys.room(ref).room, *_FIELDS) for ref in refs]
            )
        return [ref for ref, row in zip(refs, rows, strict=True) if _needs_sweep(row, now_ms)]

    async def _live(self, part: int) -> list[RoomRef]:
        (names,) = await self._many("SMEMBERS", [(self._keys.index(part),)])
        accounts = sorted(name.decode() for name in names)
        rooms = await self._many(
            "SMEMBERS", [(self._keys.account(account).live_rooms,) for account in accounts]
        )
        pairs = zip(accounts, rooms, strict=True)
        return [RoomRef(account, name.decode()) for account, names in pairs for name in names]

    async def _many(self, command: str, rows: Iterable[Sequence[str]]) -> list[Sequence[bytes]]:
        """One command with many arguments lists, in pipelines of `CHUNK`."""
        answers: list[Sequence[bytes]] = []
        left = iter(rows)
        while chunk := list(islice(left, CHUNK)):
            pipeline = self._redis.pipeline(transaction=False)
            for row in chunk:
                pipeline.execute_command(command, *row)
            answers += cast("list[Sequence[bytes]]", await pipeline.execute())
        return answers


def _needs_sweep(row: Sequence[bytes | None], now_ms: int) -> bool:
    last_wall, has_deadline, empty_since, _ = (int(value or 0) for value in row)
    if has_deadline:  # last swept later than now: the clock was set back
        return not 0 <= now_ms - last_wall < UNSWEPT_MS
    forgotten_ms = int(row[3] or FORGOTTEN_MS)  # "0" is never, and bytes that are true
    return not empty_since or 0 < forgotten_ms <= now_ms - empty_since
