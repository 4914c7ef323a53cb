"""The purchases of an account, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.instants import unix_ms
from fullhouse.domain.purchases import Purchase
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.account_keys import AccountKeys

SCANNED_AT_ONCE = 256


class PurchaseList:
    """Reads purchases. Each call raises `StoreUnavailable` if Redis cannot serve.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
    """

    def __init__(self, redis: Redis, keys: KeySpace = DEFAULT_KEYS) -> None:
        self._redis = redis
        self._keys = keys

    async def page(
        self, account_id: str, *, after: tuple[int, str] | None, count: int
    ) -> list[Purchase]:
        """At most `count` purchases, newest first, after `after` (Unix ms of its start, id)."""
        keys = self._keys.account(account_id)
        with store_faults():
            await self._sort_in(keys)
            first = 0 if after is None else await self._place_after(keys, *after)
            ids = await self._redis.zrange(
                keys.purchase_times, first, first + count - 1, desc=True
            )
            return await self._documents(keys, cast("list[bytes]", ids))

    async def under_way(self, account_id: str) -> list[Purchase]:
        """The purchase that is not settled yet, if there is one."""
        keys = self._keys.account(account_id)
        with store_faults():
            id_ = await self._redis.hget(keys.under_way, "purchase")
            return await self._documents(keys, [cast("bytes", id_)] if id_ else [])

    async def _documents(self, keys: AccountKeys, ids: list[bytes]) -> list[Purchase]:
        if not ids:
            return []
        documents = await self._redis.hmget(keys.purchases, ids)
        return [msgspec.json.decode(doc, type=Purchase) for doc in documents if doc]

    async def _place_after(self, keys: AccountKeys, ms: int, id_: str) -> int:
        """The position after that purchase. If it was deleted, all purchases were."""
        place = await self._redis.zrevrank(keys.purchase_times, id_)
        if place is not None:
            return cast("int", place) + 1
        return int(await self._redis.zcount(keys.purchase_times, ms, "+inf"))

    async def _sort_in(self, keys: AccountKeys) -> None:
        """Add the purchases of an earlier version, which kept no order, to the sorted set."""
        known = await self._redis.zcard(keys.purchase_times)
        if known >= await self._redis.hlen(keys.purchases):
            return
        cursor = -1
        while cursor != 0:
            cursor, found = await self._redis.hscan(
                keys.purchases, max(cursor, 0), count=SCANNED_AT_ONCE
            )
            await self._take_over(keys, cast("dict[bytes, bytes]", found).values())

    async def _take_over(self, keys: AccountKeys, documents: Iterable[bytes]) -> None:
        purchases = [msgspec.json.decode(doc, type=Purchase) for doc in documents]
        if purchases:
            times = {each.id: unix_ms(each.started_at) for each in purchases}
            await self._redis.zadd(keys.purchase_times, times, nx=True)
