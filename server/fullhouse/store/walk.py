"""A slow walk over all parts of an index, one node for each part: it finds lost entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.faults import store_faults
from fullhouse.store.keys import INDEX_SETS
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

PERIOD_MS = INDEX_SETS * 60_000  # a part a minute
UNFINISHED_MS = 120_000  # a node that has taken a part and not finished it by then has died


class Walk:
    """Hands each part of the index of accounts to one node, once a period.

    In a store where nobody has walked yet all parts are due at once: an installation whose other
    indexes do not exist yet has them after its first walk.

    Args:
        redis: A client with `decode_responses=False`.
        key: Sorted set that keeps when each part is due.
        instant: The instant in Unix ms that scripts take for now; 0 is the store's own time.
        observe: Told how long each call of a script took.
    """

    def __init__(
        self,
        redis: Redis,
        key: str,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._key = key
        self._scripts = Scripts.register(redis, observe)
        self._instant = instant

    async def take(self) -> int | None:
        """A part that is due, for this node alone; None if none is."""
        args = [self._instant(), INDEX_SETS, UNFINISHED_MS, PERIOD_MS]
        with store_faults():
            part = await self._scripts.take_part(keys=[self._key], args=args)
        return None if part is None else int(part)

    async def finish(self, part: int) -> None:
        """The part has been walked."""
        args = [self._instant(), part, PERIOD_MS, INDEX_SETS]
        with store_faults():
            await self._scripts.finish_part(keys=[self._key], args=args)
