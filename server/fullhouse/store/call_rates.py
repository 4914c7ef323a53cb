"""Counts calls of keys, accounts, people and addresses, for all nodes together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from fullhouse.domain.limit_names import LimitName


class CallRates(BaseStore):
    """One counter for each caller who makes many calls. It expires when it is back at zero."""

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
