"""Receives room events from the store: one reader for each server, all alike.

Theory of operation. A single store has one reader. In a cluster each master has one, and a channel
must be subscribed at the master of its slot, which may change while people are in its rooms. When
this may have happened (the map has changed, a server has ended a subscription, a connection has
been replaced), `_misplaced` is set. Then `_follow_slots` subscribes each channel to which the
reader of its master is not subscribed, until there is none. The listener is told the accounts of
all new subscriptions. It must compare their rooms with the store: events may have been missed.
Source: docs/decisions/0042-subscriptions-follow-slots.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec
from redis.backoff import EqualJitterBackoff
from redis.exceptions import ClusterDownError, MovedError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import RoomRef
from fullhouse.store.bus_reader import BusReader, ReaderCallbacks
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import KeySpace
from fullhouse.store.masters import server_of

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.cluster_slots import Address

log = logging.getLogger(__name__)

PAUSES = EqualJitterBackoff(cap=1.6, base=0.1)  # reconnects soon, but never in a busy loop
STEADY_S = 10.0  # after a subscription that lasted this long, the pauses start at the shortest
MOVED_S = 0.02
REPAIR_S = 0.2  # pause before channels that could not be moved are tried again


class Listener(Protocol):
    """The receiver of events."""

    def hear(self, ref: RoomRef, event: RoomEvent) -> None:
        """Process one event. Never called concurrently."""
        ...

    def resume(self, accounts: Collection[str]) -> None:
        """These accounts have a new subscription. Events of theirs may have been missed."""
        ...


_decoder = msgspec.json.Decoder(RoomEvent)


class EventBus:
    """Subscriptions to accounts. Events of an account arrive in the order of the store.

    Args:
        redis: A client whose reads may wait. It is not the client for calls.
        keys: The names of this installation.
        node: Name of this node, for its canary.
    """

    def __init__(self, redis: Redis, keys: KeySpace, node: str) -> None:
        self._redis = redis
        self._keys = keys
        self._node = node
        self._accounts: dict[str, str] = {}  # channel -> account
        self._readers: dict[Redis, BusReader] = {}
        self._tasks: dict[Redis, asyncio.Task[None]] = {}
        self._misplaced = asyncio.Event()
        self._listener: Listener | None = None
        self._callbacks = ReaderCallbacks(self._hear, self._slot_has_moved)

    @property
    def is_receiving(self) -> bool:
        """Whether the last canary arrived, of one server at least."""
        return any(reader.is_receiving for reader in self._readers.values())

    @property
    def silent_masters(self) -> list[str]:
        """Addresses of masters of a cluster whose events do not arrive, while other events do."""
        if not isinstance(self._redis, ClusterClient) or not self.is_receiving:
            return []
        masters = self._redis.topology.masters
        return [
            f"{host}:{port}"
            for (host, port), master in masters.items()
            if master not in self._readers or not self._readers[master].is_receiving
        ]

    async def subscribe(self, account: str) -> None:
        """Receive the events of an account from now on. Safe to repeat.

        Raises:
            StoreUnavailable: the store did not confirm in time.
        """
        channel = self._keys.events_channel(account)
        self._accounts[channel] = account  # before the first event can come
        with store_faults():
            try:
                await self._subscribe(channel)
            except MovedError:  # the map has the new master by now
                await self._subscribe(channel)

    async def unsubscribe(self, account: str) -> None:
        """Receive no more events of an account."""
        channel = self._keys.events_channel(account)
        if self._accounts.pop(channel, None):
            for reader in list(self._readers.values()):
                if channel in reader.subscribed:
                    await reader.unsubscribe(channel)

    async def listen(self, listener: Listener) -> None:
        """Pass events on forever. A failed connection is replaced after a pause."""
        self._listener = listener
        try:
            if isinstance(self._redis, ClusterClient):
                await asyncio.gather(self._follow_masters(self._redis), self._follow_slots())
            else:
                await self._keep_reading(
                    self._redis, lambda: self._keys.canary_channel(self._node)
                )
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def probe(self) -> None:
        """Test each subscription with a canary."""
        await asyncio.gather(*(reader.probe() for reader in self._readers.values()))

    async def _follow_masters(self, redis: ClusterClient) -> None:
        """Keep one reader for each master."""
        topology = redis.topology
        topology.reread_soon()
        while True:
            version, masters = topology.version, topology.masters
            for address, master in masters.items():
                if master not in self._tasks:
                    self._tasks[master] = asyncio.create_task(
                        self._keep_reading(master, partial(self._canary_at, redis, address)),
                        name="bus.reader",
                    )
            for former in [each for each in self._tasks if each not in masters.values()]:
                self._readers.pop(former, None)
                self._tasks.pop(former).cancel()
            self._misplaced.set()
            await topology.change_after(version)

    def _canary_at(self, redis: ClusterClient, address: Address) -> str:
        tag = redis.topology.tags.get(address)
        if tag is None:
            raise ClusterDownError(f"CLUSTERDOWN {address[0]}:{address[1]} has no slots now")
        return self._keys.canary_channel(self._node, tag)

    async def _keep_reading(self, server: Redis, canary: Callable[[], str]) -> None:
        reader = BusReader(
            server, canary, self._callbacks, in_cluster=isinstance(self._redis, ClusterClient)
        )
        self._readers[server] = reader
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            await reader.session(
                lambda: self._channels_of(server), lambda: self._session_subscribed(reader)
            )
            failures = 0 if loop.time() - began > STEADY_S else failures + 1
            await asyncio.sleep(PAUSES.compute(failures))  # noqa: TID251  # longer with each failure

    async def _follow_slots(self) -> None:
        """Subscribe at the new master to channels that their former server no longer serves."""
        while True:
            await self._misplaced.wait()
            self._misplaced.clear()
            try:
                for reader, channels in self._missing().items():
                    await reader.subscribe(channels)
                    self._resume(channels)
            except MovedError:  # the map has the new master by now
                self._misplaced.set()
                await asyncio.sleep(MOVED_S)  # noqa: TID251  # if the servers do not agree yet
            except (RedisError, OSError) as error:
                log.info("bus.not_moved_yet", extra={"reason": str(error)})
                self._misplaced.set()
                await asyncio.sleep(REPAIR_S)  # noqa: TID251  # the new master needs time

    def _slot_has_moved(self) -> None:
        if isinstance(self._redis, ClusterClient):  # where many slots move, it is soon wrong
            self._redis.topology.reread_soon()
        self._misplaced.set()

    def _missing(self) -> dict[BusReader, list[str]]:
        """The channels to which the reader of their master is not subscribed."""
        missing: defaultdict[BusReader, list[str]] = defaultdict(list)
        for channel in self._accounts:
            reader = self._reader_of(channel)
            if reader and reader.is_connected and channel not in reader.subscribed:
                missing[reader].append(channel)
        return missing

    def _channels_of(self, server: Redis) -> list[str]:
        reader = self._readers[server]
        return [channel for channel in self._accounts if self._reader_of(channel) is reader]

    def _reader_of(self, channel: str) -> BusReader | None:
        with suppress(RedisError):
            return self._readers.get(server_of(self._redis, channel))
        return None

    async def _subscribe(self, channel: str) -> None:
        reader = self._readers.get(server_of(self._redis, channel))
        if reader is None:
            raise RedisConnectionError("there is no subscription connection now")
        if channel not in reader.subscribed:
            await reader.subscribe([channel])

    def _session_subscribed(self, reader: BusReader) -> None:
        self._misplaced.set()  # the map may have changed while the channels were subscribed
        self._resume(reader.subscribed)

    def _resume(self, channels: Collection[str]) -> None:
        """Events on these channels may have been missed."""
        if self._listener:
            accounts = {self._accounts[each] for each in channels if each in self._accounts}
            self._listener.resume(accounts)

    def _hear(self, channel: str, data: bytes) -> None:
        account = self._accounts.get(channel)
        if account is None or self._listener is None:
            return
        try:
            event = _decoder.decode(data)
        except msgspec.MsgspecError as error:
            # Another version of the server may have sent it. The next revision shows the gap.
            log.warning("event.unreadable", extra={"account": account, "reason": str(error)})
            return
        self._listener.hear(RoomRef(account, event.room), event)
