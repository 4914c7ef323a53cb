"""The index of all account names: sorted for lists, and in parts for the background tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fullhouse.store.faults import store_faults
from fullhouse.store.index_parts import grouped
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis

AFTER_ALL = "\x7f"  # after every character of an id


class AccountIndex:
    """Adds, removes and lists names of accounts.

    The index is outside the slots of the accounts. A name without an account is harmless.

    Each call raises `StoreUnavailable` when Redis cannot serve.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
    """

    def __init__(self, redis: Redis, keys: KeySpace = DEFAULT_KEYS) -> None:
        self._redis = redis
        self._keys = keys

    async def add(self, account_id: str) -> None:
        """Add the name. Called before and after the write of the account."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.sadd(self._keys.index_of(account_id), account_id)
        pipeline.zadd(self._keys.account_names.of(account_id), {account_id: 0})
        with store_faults():
            await pipeline.execute()

    async def remove(self, account_id: str) -> None:
        """Remove a deleted account. If it was opened again meanwhile, its name stays."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.srem(self._keys.index_of(account_id), account_id)
        pipeline.zrem(self._keys.account_names.of(account_id), account_id)
        with store_faults():
            await pipeline.execute()
            exists = await self._redis.exists(self._keys.account(account_id).record)
        if exists:
            await self.add(account_id)

    async def names(self, *, prefix: str, after: str | None, count: int) -> list[str]:
        """At most `count` names that begin with `prefix` and sort after `after`, in order."""
        low = f"({after}" if after is not None and after >= prefix else f"[{prefix}"
        high = f"[{prefix}{AFTER_ALL}" if prefix else "+"
        pipeline = self._redis.pipeline(transaction=False)
        for key in self._keys.account_names.all():
            pipeline.zrange(key, low, high, bylex=True, offset=0, num=count)
        with store_faults():
            parts = cast("list[list[bytes]]", await pipeline.execute())
        names = sorted(name.decode() for part in parts for name in part)
        return names[:count]

    async def names_in(self, part: int) -> list[str]:
        """The names in one part of the index, from 0 to `INDEX_SETS` - 1, in order."""
        with store_faults():
            names = await self._redis.smembers(self._keys.index(part))
        return sorted(name.decode() for name in cast("set[bytes]", names))

    async def sort_in(self, part: int) -> None:
        """Add to the sorted set the names of this part that an earlier version has written."""
        names = await self.names_in(part)
        parts = grouped((self._keys.account_names.of(name), name) for name in names)
        with store_faults():
            for key, some in parts.items():
                await self._redis.zadd(key, dict.fromkeys(some, 0), nx=True)
