"""Scripts that reach all live rooms of an account in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from fullhouse.domain.errors import Unavailable
from fullhouse.domain.rooms import RoomRef
from fullhouse.store.durability import Disk
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import KeySpace
from fullhouse.store.scripts import Arguments, Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

# Rooms open and close while a plan is brought to them; an account whose rooms change faster than
# they can be listed is told to come again.
LISTINGS = 10


class LiveRooms:
    """Lists the live rooms of an account for a script that changes them all.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        disk: Where the answer waits.
        instant: The instant in Unix ms that rooms take for now; 0 is the store's own time.
    """

    def __init__(
        self, redis: Redis, keys: KeySpace, disk: Disk, instant: Callable[[], int]
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._disk = disk
        self._instant = instant

    async def call(
        self, script: Script, account_id: str, *, keys: Sequence[str], args: Arguments
    ) -> list[bytes]:
        """The answer of a script that reaches all live rooms of the account, once on disk.

        The script gets `now_ms` before `args`, and the rooms after them (include/plan.lua).

        Raises:
            Unavailable: rooms come and go too fast, or the disk is too slow.
        """
        for _ in range(LISTINGS):
            rooms = await self.names(account_id)
            room_keys = [
                key for room in rooms for key in self._keys.room(RoomRef(account_id, room)).all()
            ]
            reply: list[bytes] = await self._disk.call(
                script, keys=[*keys, *room_keys], args=[self._instant(), *args, *rooms]
            )
            if reply[0] != b"rooms_changed":
                return reply
        raise Unavailable("Rooms of the account open and close too fast.")

    async def names(self, account_id: str) -> list[str]:
        with store_faults():
            names = await self._redis.smembers(self._keys.account(account_id).live_rooms)
        return sorted(name.decode() for name in cast("set[bytes]", names))
