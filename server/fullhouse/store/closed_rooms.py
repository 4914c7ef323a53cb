"""Lists the closed rooms of accounts with the time of their end, and deletes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from fullhouse.domain.rooms import Deletion, RoomRef
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults

EPOCH_KEPT_MS = timedelta(days=30) // timedelta(milliseconds=1)
AT_ONCE = 256  # commands per pipeline, or names per read
ANY_TIME = 1 << 53  # later than any instant in ms


class ClosedRooms(BaseStore):
    """The closed rooms of accounts. Each call raises `StoreUnavailable` if Redis cannot serve."""

    async def page(
        self, account: str, *, after: tuple[int, str] | None, count: int
    ) -> list[tuple[RoomRef, int]]:
        """A page of closed rooms, newest first, each with the Unix ms at which it was closed.

        Args:
            account: The account of the rooms.
            after: Time and name of the last room of the previous page. None: the first page.
            count: The largest number of rooms to return.
        """
        await self._sort_in(account)
        key = self._keys.account(account).closed_rooms
        with store_faults():
            first = 0 if after is None else await self._place_after(key, *after)
            rows = await self._redis.zrange(
                key, first, first + count - 1, desc=True, withscores=True
            )
        scored = cast("list[tuple[bytes, float]]", rows)
        return [(RoomRef(account, name.decode()), int(ms)) for name, ms in scored]

    async def delete(self, ref: RoomRef, *, closed_by_ms: int = ANY_TIME) -> Deletion:
        """Delete a room that was closed at that time or before, with all data of its people."""
        account = self._keys.account(ref.account)
        keys = [
            *self._keys.room(ref).all(),
            account.closed_rooms_unsorted,
            account.closed_rooms,
            account.deleted_epoch,
        ]
        with store_faults():
            outcome = await self._scripts.delete_room(
                keys=keys, args=[ref.room, closed_by_ms, EPOCH_KEPT_MS]
            )
        return cast("Deletion", cast("bytes", outcome).decode())

    async def closed_by(self, part: int, ms: int, count: int) -> list[RoomRef]:
        """Rooms of the part closed at `ms` (Unix ms) or before, at most `count` per account."""
        accounts = await AccountIndex(self._redis, self._keys).names_in(part)
        found: list[RoomRef] = []
        for first in range(0, len(accounts), AT_ONCE):
            found += await self._closed_by(accounts[first : first + AT_ONCE], ms, count)
        return found

    async def sort_in(self, part: int) -> None:
        """Add to the list the rooms of this part that an earlier version has closed."""
        accounts = await AccountIndex(self._redis, self._keys).names_in(part)
        for first in range(0, len(accounts), AT_ONCE):
            for account in await self._with_unsorted_rooms(accounts[first : first + AT_ONCE]):
                await self._sort_in(account)

    async def _with_unsorted_rooms(self, accounts: Sequence[str]) -> list[str]:
        pipeline = self._redis.pipeline(transaction=False)
        for account in accounts:
            pipeline.exists(self._keys.account(account).closed_rooms_unsorted)
        with store_faults():
            found = await pipeline.execute()
        return [account for account, exists in zip(accounts, found, strict=True) if exists]

    async def _closed_by(self, accounts: Sequence[str], ms: int, count: int) -> list[RoomRef]:
        pipeline = self._redis.pipeline(transaction=False)
        for account in accounts:
            key = self._keys.account(account).closed_rooms
            pipeline.zrange(key, "-inf", ms, byscore=True, offset=0, num=count)
        with store_faults():
            rows = await pipeline.execute()
        return [
            RoomRef(account, name.decode())
            for account, names in zip(accounts, rows, strict=True)
            for name in names
        ]

    async def _place_after(self, key: str, ms: int, name: str) -> int:
        """The place after that room, or after the place that it had before it was deleted."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.zscore(key, name)
        pipeline.zrevrank(key, name)
        pipeline.zcount(key, f"({ms}", "+inf")
        score, place, newer = await pipeline.execute()
        return int(place) + 1 if score is not None and int(score) == ms else int(newer)

    async def _sort_in(self, account: str) -> None:
        unsorted = self._keys.account(account).closed_rooms_unsorted
        with store_faults():
            while names := await self._redis.srandmember(unsorted, AT_ONCE):
                await self._take_over(account, cast("list[bytes]", names))

    async def _take_over(self, account: str, names: Sequence[bytes]) -> None:
        """Move rooms into the sorted set. The time of their end is that of their last change."""
        pipeline = self._redis.pipeline(transaction=False)
        for name in names:
            room = self._keys.room(RoomRef(account, name.decode())).room
            pipeline.hget(room, "last_wall")
        times = await pipeline.execute()
        scores = {name: int(ms) for name, ms in zip(names, times, strict=True) if ms}
        keys = self._keys.account(account)
        if scores:
            await self._redis.zadd(keys.closed_rooms, scores, nx=True)
        await self._redis.srem(keys.closed_rooms_unsorted, *names)
