"""A slow walk over all parts of an index, which finds lost entries. One node walks each part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.faults import store_faults
from fullhouse.store.keys import INDEX_SETS
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

PERIOD_MS = INDEX_SETS * 60_000  # one part per minute
UNFINISHED_MS = 120_000  # a node that has not finished its part in this time counts as dead


class Walk:
    """Hands each part of the index of accounts to one node, once a period.

    In a store without an earlier walk, all parts are due at once. So the first walk builds the
    missing indexes of an older installation.

    Args:
        redis: A client with `decode_responses=False`.
        key: The sorted set with the instant at which each part is due.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
        period_ms: How long one walk over all parts takes.
    """

    def __init__(
        self,
        redis: Redis,
        key: str,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
        period_ms: int = PERIOD_MS,
    ) -> None:
        self._key = key
        self._scripts = Scripts.register(redis, observe)
        self._instant = instant
        self._period_ms = period_ms

    async def take(self) -> int | None:
        """Take a due part for this node alone. None: no part is due."""
        args = [self._instant(), INDEX_SETS, UNFINISHED_MS, self._period_ms]
        with store_faults():
            part = await self._scripts.take_part(keys=[self._key], args=args)
        return None if part is None else int(part)

    async def finish(self, part: int) -> None:
        """Record that the part has been walked."""
        args = [self._instant(), part, self._period_ms, INDEX_SETS]
        with store_faults():
            await self._scripts.finish_part(keys=[self._key], args=args)
