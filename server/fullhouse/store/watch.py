"""Watches the refusals of the store: for readiness, the log and reconnection."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis.backoff import EqualJitterBackoff

from fullhouse.counted_log import CountedLog
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.faults import refusal_of, words_of
from fullhouse.store.sentinels import SentinelPool

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.errors import StoreUnavailable

log = logging.getLogger(__name__)

# Pauses between two reconnections. A failover takes seconds. The pauses are random, so that not
# all nodes reconnect at the same time.
RECONNECT_PAUSES = EqualJitterBackoff(cap=6.0, base=2.0)


@dataclass(frozen=True, slots=True)
class Standing:
    """The refusal of the last probe, with the store's own error text."""

    refusal: StoreRefusal
    reason: str
    since_s: float

    def text(self, now_s: float) -> str:
        """The text for operators."""
        reason = self.reason or self.refusal.sentence
        return f"{self.refusal.value}: {reason} (for {now_s - self.since_s:.0f} s)"


class StoreWatch:
    """Counts refusals by kind, logs each kind once a minute, and keeps the last probe's refusal.

    Args:
        count: Called for each refusal, for the metric.
        now_s: A monotonic clock.
    """

    def __init__(self, count: Callable[[StoreRefusal], None], now_s: Callable[[], float]) -> None:
        self._count = count
        self._now_s = now_s
        self._refused = CountedLog(log, "store.refused", now_s)
        self._suspicion: StoreRefusal | None = None
        self.standing: Standing | None = None

    def note(self, error: Exception) -> None:
        """Count an error of the client if it is a refusal."""
        refusal = refusal_of(error)
        if refusal is not None:
            self._count(refusal)
            if refusal.may_be_another_server:
                self._suspicion = refusal
            self._refused.note(refusal.value, reason=words_of(error))

    def probed(self, error: StoreUnavailable | None) -> None:
        """Record the result of a probe. None: the store served it."""
        before = self.standing
        if error is None:
            self.standing = None
            if before:
                self._say_recovered(before)
            return
        is_same = before is not None and before.refusal is error.refusal
        since_s = before.since_s if before and is_same else self._now_s()
        self.standing = Standing(error.refusal, error.reason, since_s)

    def take_suspicion(self) -> StoreRefusal | None:
        """The newest refusal since the last call, of a kind that another server might not make.

        All calls count, not only the probe: one of several connections may lead to another server.
        """
        suspicion, self._suspicion = self._suspicion, None
        return suspicion

    def _say_recovered(self, before: Standing) -> None:
        after_s = round(self._now_s() - before.since_s, 1)
        log.warning("store.recovered", extra={"kind": before.refusal.value, "after_s": after_s})
        self._refused.begin_anew()


class Reconnection:
    """Drops connections to a server that is no longer the right one, or may not be.

    Such a server refuses calls which another server may accept, or the Sentinels name another.

    Args:
        clients: Clients for calls. A pending call keeps its connection until its answer, because
            it would fail otherwise. The next call opens a new connection.
        subscribers: Clients for subscriptions. Their connections are always in use, and are
            dropped at once.
        now_s: A monotonic clock.
    """

    def __init__(
        self,
        clients: tuple[Redis, ...],
        subscribers: tuple[Redis, ...],
        now_s: Callable[[], float],
    ) -> None:
        self._clients = clients
        self._subscribers = subscribers
        self._now_s = now_s
        self._attempts = 0
        self._next_s = now_s()

    async def step(self, suspicion: StoreRefusal | None) -> None:
        """Drop the connections if need be; after a suspicion at most every few seconds."""
        if suspicion is None:
            self._attempts = 0
            await self._follow_master()
        elif self._now_s() >= self._next_s:
            self._next_s = self._now_s() + RECONNECT_PAUSES.compute(self._attempts)
            self._attempts += 1
            log.warning("store.reconnecting", extra={"kind": suspicion.value})
            await self._drop()

    async def _follow_master(self) -> None:
        pools = [client.connection_pool for client in (*self._clients, *self._subscribers)]
        if any([await pool.has_moved() for pool in pools if isinstance(pool, SentinelPool)]):
            log.warning("store.reconnecting", extra={"kind": "failover"})
            await self._drop()

    async def _drop(self) -> None:
        for client in self._clients:
            # redis-py has no types here
            await client.connection_pool.update_active_connections_for_reconnect()  # type: ignore[no-untyped-call]
            await client.connection_pool.disconnect(inuse_connections=False)
        for subscriber in self._subscribers:
            await subscriber.connection_pool.disconnect(inuse_connections=True)
