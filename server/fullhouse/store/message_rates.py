"""Limits the rate of messages per person, counted for all nodes together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.rooms import RoomRef


class MessageRates(BaseStore):
    """One counter for each person who sends many messages. It expires when it is back at zero.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        burst: How many messages may come at once.
        per_s: By how many messages the counter falls each second.
        counted: Which messages, as a part of the names of the keys.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        burst: int,
        per_s: float,
        counted: str = "rate",
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        super().__init__(redis, keys, instant=instant, observe=observe)
        self._limits = (int(1000 / per_s), burst)
        self._counted = counted

    async def limit_rate(self, ref: RoomRef, participant: str, count: int) -> float:
        """Count `count` messages. Returns 0, or the seconds that the person should wait.

        Raises:
            StoreUnavailable: the store cannot serve.
        """
        key = self._keys.message_rate(ref, participant, self._counted)
        with store_faults():
            wait_ms = await self._scripts.limit_rate(
                keys=[key], args=[self._instant(), count, *self._limits]
            )
        return int(wait_ms) / 1000


def host_message_rates(
    redis: Redis,
    keys: KeySpace = DEFAULT_KEYS,
    *,
    instant: Callable[[], int] = lambda: 0,
    observe: Observe = unobserved,
) -> MessageRates:
    """Counts the messages of one host to everybody in line: ten at once, then ten a minute.

    Each goes to everybody in line, so it costs as much as a call of the whole line.
    """
    return MessageRates(
        redis,
        keys,
        burst=10,
        per_s=10 / 60,
        counted="host_rate",
        instant=instant,
        observe=observe,
    )
