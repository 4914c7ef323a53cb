"""Limits the messages of one person, from all devices and to all nodes together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import RoomRef
from fullhouse.edge.token_buckets import TokenBuckets
from fullhouse.supervise import BackgroundTasks


class SharedRates(Protocol):
    """Counts the messages to all nodes (`store.message_rates.MessageRates`)."""

    async def limit_rate(self, ref: RoomRef, participant: str, count: int) -> float:
        """Count `count` messages. Returns 0, or the seconds that the person should wait."""
        ...


class RateLimiter:
    """Counts on this node first, and in the store only people with many messages here.

    Such people are rare, so a normal poll or hello needs no extra call to the store. While the
    store is unavailable, each node counts alone.
    Source: docs/decisions/0026-one-limit-for-all-nodes.md.

    Args:
        background_tasks: Runs counts in the store that no caller waits for.
        rates: The count of all nodes. None: this node is the only one.
    """

    def __init__(
        self, background_tasks: BackgroundTasks, rates: SharedRates | None = None
    ) -> None:
        self._background_tasks = background_tasks
        self._rates = rates
        self._buckets = TokenBuckets()

    async def allows(self, ref: RoomRef, participant: str) -> bool:
        """Whether this person may send one more message now."""
        if not self._take(ref, participant):
            return False
        return await self._is_within(ref, participant, self._count(ref, participant))

    def allows_soon(self, ref: RoomRef, participant: str, too_many: Callable[[], None]) -> bool:
        """Like `allows`, but does not wait for the store. `too_many` is called if it refuses."""
        if not self._take(ref, participant):
            return False
        count = self._count(ref, participant)
        if count:
            self._background_tasks.spawn(self._ask(ref, participant, count, too_many))
        return True

    def forget(self) -> None:
        """Remove the counts of quiet people. Call this once a second."""
        self._buckets.forget(_now_s())

    def _take(self, ref: RoomRef, participant: str) -> bool:
        return self._buckets.take((ref, participant), _now_s())

    def _count(self, ref: RoomRef, participant: str) -> int:
        return self._buckets.to_share((ref, participant)) if self._rates else 0

    async def _ask(
        self, ref: RoomRef, participant: str, count: int, too_many: Callable[[], None]
    ) -> None:
        if not await self._is_within(ref, participant, count):
            too_many()

    async def _is_within(self, ref: RoomRef, participant: str, count: int) -> bool:
        wait_s = 0.0
        if count and self._rates:
            with suppress(StoreUnavailable):  # then this node counts for itself
                wait_s = await self._rates.limit_rate(ref, participant, count)
        if wait_s:
            self._buckets.hold_back((ref, participant), _now_s(), wait_s)
        return not wait_s


def _now_s() -> float:
    return asyncio.get_running_loop().time()
