"""Counts the connections of people who have many, for all nodes together."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from fullhouse.domain.rooms import RoomRef


class ConnectionCounts(BaseStore):
    """The reports of all nodes about people with many connections. They expire by themselves."""

    @cached_property
    def _node(self) -> str:
        """The name of this node in the reports."""
        return secrets.token_hex(8)

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
