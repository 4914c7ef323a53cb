"""Builds all stores of a node on one Redis client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fullhouse.domain.account_limits import NO_LIMITS, AccountLimits
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.account_store import AccountStore
from fullhouse.store.api_keys import ApiKeyStore
from fullhouse.store.call_rates import CallRates
from fullhouse.store.closed_rooms import ClosedRooms
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.connect import StoreFacts, check_store, database_of
from fullhouse.store.connection_counts import ConnectionCounts
from fullhouse.store.due_accounts import DueAccounts
from fullhouse.store.durability import Durability, durability_of
from fullhouse.store.gates import Gates
from fullhouse.store.histories import Histories
from fullhouse.store.host_messages import HostMessages
from fullhouse.store.idle_rooms import IdleRooms
from fullhouse.store.installation import Installation, installation_id
from fullhouse.store.keys import KeySpace
from fullhouse.store.message_rates import MessageRates, host_message_rates
from fullhouse.store.messages import Messages
from fullhouse.store.outbox import Outbox
from fullhouse.store.probe import StoreProbe
from fullhouse.store.purchase_list import PurchaseList
from fullhouse.store.purchase_store import PurchaseStore
from fullhouse.store.reports import Reports
from fullhouse.store.requirements import check_requirements
from fullhouse.store.reversal_store import ReversalStore
from fullhouse.store.room_index import RoomIndex
from fullhouse.store.room_store import RoomStore
from fullhouse.store.scripts import Scripts
from fullhouse.store.trail import TrailStore
from fullhouse.store.waiting_people import WaitingPeople
from fullhouse.store.watch import Reconnection, StoreWatch
from fullhouse.store.watching import Watching

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of a node, and facts about the Redis server behind them."""

    redis: Redis
    keys: KeySpace
    facts: StoreFacts
    installation: Installation
    rooms: RoomStore
    room_index: RoomIndex
    idle_rooms: IdleRooms
    closed_rooms: ClosedRooms
    account_index: AccountIndex
    due_accounts: DueAccounts
    purchase_list: PurchaseList
    accounts: AccountStore
    purchases: PurchaseStore
    reversals: ReversalStore
    watch: StoreWatch
    probe: StoreProbe
    message_rates: MessageRates
    call_rates: CallRates
    connection_counts: ConnectionCounts
    host_messages: HostMessages
    watching: Watching
    gates: Gates
    waiting_people: WaitingPeople
    histories: Histories
    reports: Reports
    host_message_rates: MessageRates
    outbox: Outbox
    messages: Messages
    api_keys: ApiKeyStore
    trail: TrailStore
    may_lose_sales: bool

    def warnings(self) -> list[str]:
        """Problems for operators, of a store that still serves all calls."""
        evicts = "store: maxmemory-policy is not noeviction; when full it deletes seats"
        loses = "store: a crash may lose its last second; set appendonly yes, appendfsync always"
        stops = "store: all accounts stop while one master is down; set "
        stops += "cluster-require-full-coverage no"
        found = (
            (self.facts.evicts, evicts),
            (self.facts.stops_as_one, stops),
            (self.may_lose_sales, loses),
        )
        failing = [
            f"store: {address} refuses calls ({reason}); the accounts on it get retry"
            for address, reason in self.probe.failing.items()
        ]
        return failing + [text for is_so, text in found if is_so]


async def stores_on(
    redis: Redis,
    prefix: str,
    *,
    burst: int,
    per_s: float,
    ran: Callable[[str, float], None],
    refused: Callable[[StoreRefusal], None],
    also_connected: tuple[Redis, ...] = (),
    webhooks: frozenset[str] = frozenset(),
    limits: AccountLimits = NO_LIMITS,
) -> Stores:
    """The stores behind `redis`.

    Args:
        redis: A client with `decode_responses=False`.
        prefix: The beginning of every key and channel.
        burst: How many messages of one person are accepted at once.
        per_s: How many more are accepted each second.
        ran: Called with the name and duration in seconds of each script call.
        refused: Called for each refusal.
        also_connected: Clients of the same store for subscriptions, reconnected with `redis`.
        webhooks: The types of messages that this node writes for the platform.
        limits: Limits of each account.

    Raises:
        StoreNotUsable: the store is too old, or lacks something that a node needs.
        StoreUnavailable: the store cannot be asked now.
    """
    now_s = asyncio.get_running_loop().time
    watch = StoreWatch(refused, now_s)

    def observe(script: str, seconds: float, error: Exception | None) -> None:
        ran(script, seconds)
        if error is not None:
            watch.note(error)

    facts = await check_store(redis)
    in_cluster = isinstance(redis, ClusterClient)
    keys = KeySpace(prefix, database_of(redis), in_cluster=in_cluster)
    scripts = Scripts.register(redis, observe, database=keys.database)
    await check_requirements(redis, keys, scripts.try_commands)
    installation = await installation_id(redis, keys)
    durability = await durability_of(redis)
    if durability is Durability.AT_RISK:
        log.warning("store.may_lose_sales", extra={"remedy": "appendonly yes, appendfsync always"})
    outbox = Outbox(redis, keys, wanted=webhooks, observe=observe)
    waits_for_disk = durability is Durability.WAITS
    return Stores(
        redis,
        keys,
        facts,
        Installation(redis, keys, installation),
        rooms=RoomStore(redis, keys, observe=observe, heard=outbox.heard, limits=limits),
        room_index=RoomIndex(redis, keys, observe=observe),
        closed_rooms=ClosedRooms(redis, keys, observe=observe),
        account_index=AccountIndex(redis, keys),
        due_accounts=DueAccounts(redis, keys, observe=observe),
        purchase_list=PurchaseList(redis, keys),
        idle_rooms=IdleRooms(redis, keys, observe=observe),
        accounts=AccountStore(
            redis,
            keys,
            waits_for_disk=waits_for_disk,
            observe=observe,
            outbox=outbox,
            limits=limits,
        ),
        purchases=PurchaseStore(
            redis,
            keys,
            waits_for_disk=waits_for_disk,
            observe=observe,
            outbox=outbox,
            limits=limits,
        ),
        reversals=ReversalStore(redis, keys, waits_for_disk=waits_for_disk, observe=observe),
        message_rates=MessageRates(redis, keys, burst=burst, per_s=per_s, observe=observe),
        call_rates=CallRates(redis, keys, observe=observe),
        connection_counts=ConnectionCounts(redis, keys, observe=observe),
        host_messages=HostMessages(redis, keys, observe=observe, heard=outbox.heard),
        watching=Watching(redis, keys, observe=observe, heard=outbox.heard),
        gates=Gates(redis, keys, observe=observe),
        waiting_people=WaitingPeople(redis, keys, observe=observe, heard=outbox.heard),
        histories=Histories(redis, keys, observe=observe),
        reports=Reports(redis, keys, observe=observe),
        host_message_rates=host_message_rates(redis, keys, observe=observe),
        outbox=outbox,
        messages=Messages(redis, keys, installation, observe=observe),
        api_keys=ApiKeyStore(redis, keys, waits_for_disk=waits_for_disk, observe=observe),
        trail=TrailStore(redis, keys, observe=observe),
        watch=watch,
        probe=StoreProbe(
            redis, scripts.probe, keys, watch, _reconnection(redis, also_connected, now_s)
        ),
        may_lose_sales=durability is Durability.AT_RISK,
    )


def _reconnection(
    redis: Redis, subscribers: tuple[Redis, ...], now_s: Callable[[], float]
) -> Reconnection:
    """In a cluster, its map leads the next call to another server: nothing is to be dropped."""
    if isinstance(redis, ClusterClient):
        return Reconnection((), (), now_s)
    return Reconnection((redis,), subscribers, now_s)
