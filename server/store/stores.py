"""All that is kept in one Redis, behind one client."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.errors import StoreUnavailable
from server.store.account_store import AccountStore
from server.store.connect import StoreFacts, check_store, database_of
from server.store.durability import Durability, durability_of
from server.store.faults import store_faults
from server.store.installation import Installation, installation_id
from server.store.keys import KeySpace
from server.store.purchase_store import PurchaseStore
from server.store.reversal_store import ReversalStore
from server.store.room_store import RoomStore
from server.store.scripts import Observe

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of a node, and what is known of the server behind them."""

    redis: Redis
    keys: KeySpace
    facts: StoreFacts
    installation: Installation
    rooms: RoomStore
    accounts: AccountStore
    purchases: PurchaseStore
    reversals: ReversalStore

    async def answer(self) -> bool:
        """Whether the server does, now."""
        try:
            with store_faults():
                await self.redis.ping()
        except StoreUnavailable:
            return False
        return True


async def stores_on(redis: Redis, prefix: str, observe: Observe) -> Stores:
    """The stores behind `redis`.

    Raises:
        StoreNotUsable: its version is too old, or it does not answer.
    """
    facts = await check_store(redis)
    keys = KeySpace(prefix, database_of(redis))
    durability = await durability_of(redis)
    if durability is Durability.AT_RISK:
        log.warning("store.may_lose_sales", extra={"remedy": "appendonly yes, appendfsync always"})
    waits_for_disk = durability is Durability.WAITS
    return Stores(
        redis,
        keys,
        facts,
        Installation(redis, keys, await installation_id(redis, keys)),
        rooms=RoomStore(redis, keys, observe=observe),
        accounts=AccountStore(redis, keys, waits_for_disk=waits_for_disk, observe=observe),
        purchases=PurchaseStore(redis, keys, waits_for_disk=waits_for_disk, observe=observe),
        reversals=ReversalStore(redis, keys, waits_for_disk=waits_for_disk, observe=observe),
    )
