"""Counts the connections of people who have many, for all nodes together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.rooms import RoomRef


class ConnectionCounts:
    """The reports of all nodes about people with many connections. They expire by themselves.

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
        self._node = secrets.token_hex(8)

    async def count_connections(
        self, ref: RoomRef, participant: str, count: int, *, most: int, least: int, keep_ms: int
    ) -> int:
        """Report `count` connections to this node. Returns how many of them to close.

        Args:
            ref: The room.
            participant: The person.
            count: The connections to this node. 0: the node has few, and reports no more.
            most: How many connections the person may have to all nodes.
            least: How many this node keeps in any case.
            keep_ms: How long the report counts.

        Raises:
            StoreUnavailable: the store cannot serve.
        """
        key = self._keys.connections(ref, participant)
        args: list[str | int] = [self._instant(), self._node, count, most, least, keep_ms]
        with store_faults():
            return int(await self._scripts.count_connections(keys=[key], args=args))
