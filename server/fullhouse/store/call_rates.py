"""Counts calls of keys, accounts, people and addresses, for all nodes together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.limit_names import LimitName


class CallRates:
    """One counter for each caller who makes many calls. It expires when it is back at zero.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._keys = keys
        self._scripts = Scripts.register(redis, observe, database=keys.database)
        self._instant = instant

    async def count_calls(
        self, limit: LimitName, who: str, count: int, *, burst: int, per_s: float
    ) -> float:
        """Count `count` calls. Returns 0, or the seconds that the caller should wait.

        Raises:
            StoreUnavailable: the store cannot serve.
        """
        key = self._keys.call_rate(limit, who)
        pace_ms = repr(1000 / per_s)
        with store_faults():
            wait_ms = await self._scripts.limit_rate(
                keys=[key], args=[self._instant(), count, pace_ms, burst]
            )
        return int(wait_ms) / 1000
