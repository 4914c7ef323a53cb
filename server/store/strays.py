"""Live rooms in which time stands still: those of a node that died, and those just left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, cast

from server.domain.rooms import RoomRef
from server.store.faults import store_faults
from server.store.keys import DEFAULT_KEYS, INDEX_SETS, KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis

CHUNK = 256  # commands a pipeline
FORGOTTEN_MS = 24 * 3600 * 1000  # as in sweep_room.lua
_FIELDS = ("last_wall", "deadline", "empty_since")


class Strays:
    """Finds rooms that some node should sweep and none does."""

    def __init__(self, redis: Redis, keys: KeySpace = DEFAULT_KEYS) -> None:
        self._redis = redis
        self._keys = keys

    async def unswept_rooms(self, idle_ms: int) -> list[RoomRef]:
        """Live rooms with a deadline, or empty for a day, not swept for `idle_ms`."""
        with store_faults():
            seconds, micros = await self._redis.time()
            now_ms = seconds * 1000 + micros // 1000
            refs = await self._live()
            rows = await self._many(
                "HMGET", [(self._keys.room(ref).room, *_FIELDS) for ref in refs]
            )
        return [
            ref for ref, row in zip(refs, rows, strict=True) if _needs_sweep(row, now_ms, idle_ms)
        ]

    async def _live(self) -> list[RoomRef]:
        index = await self._many("SMEMBERS", [(self._keys.index(n),) for n in range(INDEX_SETS)])
        accounts = sorted(name.decode() for names in index for name in names)
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


def _needs_sweep(row: Sequence[bytes | None], now_ms: int, idle_ms: int) -> bool:
    last_wall, has_deadline, empty_since = (int(value or 0) for value in row)
    if 0 <= now_ms - last_wall < idle_ms:  # later than now: the wall clock was set back
        return False
    return bool(has_deadline) or now_ms - (empty_since or now_ms) >= FORGOTTEN_MS
