"""Calls scripts that change all live rooms of an account in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from fullhouse.domain.errors import Unavailable
from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import last_keys
from fullhouse.store.durability import DurableScripts
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import KeySpace
from fullhouse.store.scripts import Arguments, Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

# Rooms may open and close between the listing and the script. After this many listings the call
# is refused as unavailable.
LISTINGS = 10


class LiveRooms:
    """Lists the live rooms of an account for a script that changes them all.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        durable: Calls the script, and waits until its writes are safe.
        instant: Returns the current instant of rooms in Unix ms. 0: use the store's clock.
    """

    def __init__(
        self, redis: Redis, keys: KeySpace, durable: DurableScripts, instant: Callable[[], int]
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._durable = durable
        self._instant = instant

    async def call(
        self, script: Script, account_id: str, *, keys: Sequence[str], args: Arguments
    ) -> list[bytes]:
        """The answer of a script that changes all live rooms of the account, when on disk.

        The script gets `now_ms` before `args`, and the rooms after them (include/plan.lua).
        Its last keys are those of `last_keys`.

        Raises:
            Unavailable: rooms open and close too fast, or the disk is too slow.
        """
        last = last_keys(self._keys.account(account_id))
        for _ in range(LISTINGS):
            rooms = await self.names(account_id)
            room_keys = [
                key for room in rooms for key in self._keys.room(RoomRef(account_id, room)).all()
            ]
            reply: list[bytes] = await self._durable.call(
                script, keys=[*keys, *room_keys, *last], args=[self._instant(), *args, *rooms]
            )
            if reply[0] != b"rooms_changed":
                return reply
        raise Unavailable("Rooms of the account open and close too fast.")

    async def names(self, account_id: str) -> list[str]:
        with store_faults():
            names = await self._redis.smembers(self._keys.account(account_id).live_rooms)
        return sorted(name.decode() for name in cast("set[bytes]", names))
