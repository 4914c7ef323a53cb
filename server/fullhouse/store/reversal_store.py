"""Refunds and disputes in Redis: one document per charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.reversals import NOTHING_REVERSED, Reversal
from fullhouse.store.account_store import as_json
from fullhouse.store.base_store import BaseStore
from fullhouse.store.durability import DurableScripts
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis


class ReversalStore(BaseStore):
    """The refunds and disputes of charges. Each method is one atomic step, safe to repeat.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        waits_for_disk: Whether the store has WAITAOF (`durability_of`).
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        waits_for_disk: bool,
        observe: Observe = unobserved,
    ) -> None:
        super().__init__(redis, keys, observe=observe)
        self._durable = DurableScripts(redis, waits=waits_for_disk)

    async def find_reversal(self, account_id: str, entry: str) -> Reversal:
        """The known reversals of one charge."""
        with store_faults():
            document = await self._redis.hget(self._keys.account(account_id).reversals, entry)
        return msgspec.json.decode(document, type=Reversal) if document else NOTHING_REVERSED

    async def read_reversals(self, account_id: str) -> dict[str, Reversal]:
        """All known reversals of the account, by the id of the charge."""
        with store_faults():
            documents = await self._redis.hgetall(self._keys.account(account_id).reversals)
        return {
            entry.decode(): msgspec.json.decode(document, type=Reversal)
            for entry, document in cast("dict[bytes, bytes]", documents).items()
        }

    async def save_reversal(
        self, account_id: str, entry: str, reversal: Reversal, *, seen: Reversal
    ) -> bool | None:
        """Store `reversal` on disk if the stored one is still `seen`.

        Returns:
            Whether it was stored. None: there is no such account.
        """
        keys = self._keys.account(account_id)
        kept = await self._durable.call(
            self._scripts.save_reversal,
            keys=[keys.record, keys.reversals],
            args=[entry, "" if seen == NOTHING_REVERSED else as_json(seen), as_json(reversal)],
        )
        return None if kept < 0 else bool(kept)
