"""How much people have sent lately, counted for all nodes together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.rooms import RoomRef


class MessageRates:
    """One count for each person who sends a lot; it expires when it is worn off.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        burst: So many messages may come at once.
        per_s: So many wear off each second.
        instant: The instant in Unix ms that the script takes for now; 0 is the store's own time.
        observe: Told how long each call of the script took.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        burst: int,
        per_s: float,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._keys = keys
        self._scripts = Scripts.register(redis, observe, database=keys.database)
        self._limits = (int(1000 / per_s), burst)
        self._instant = instant

    async def limit_rate(self, ref: RoomRef, participant: str, count: int) -> float:
        """Count `count` messages. Returns 0, or for how many seconds the person should wait.

        Raises:
            StoreUnavailable: nobody knows.
        """
        key = self._keys.message_rate(ref, participant)
        with store_faults():
            wait_ms = await self._scripts.limit_rate(
                keys=[key], args=[self._instant(), count, *self._limits]
            )
        return int(wait_ms) / 1000
