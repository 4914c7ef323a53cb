"""Receives room events from Redis through one subscription connection, and tests it.

A canary message takes the same path as the events. The subscription is replaced if the canary does
not arrive, or the connection fails. The listener must then compare its state with the store.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from redis.backoff import EqualJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from fullhouse.counted_log import CountedLog
from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import RoomRef
from fullhouse.store.faults import closed_sockets, store_faults
from fullhouse.store.keys import KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

log = logging.getLogger(__name__)

CONFIRM_S = 1.0  # a subscription that is not confirmed in this time counts as failed
AT_ONCE = 256  # channels per command: a node with thousands resubscribes within a second
CANARY_S = 2.0  # a canary that does not arrive in this time is a miss
MISSES_TOLERATED = 1  # after the second miss in a row the connection is dropped
PAUSES = EqualJitterBackoff(cap=1.6, base=0.1)  # reconnects soon, but never in a busy loop
STEADY_S = 10.0  # after a subscription that lasted this long, the pauses start at the shortest


class Listener(Protocol):
    """The receiver of events."""

    def hear(self, ref: RoomRef, event: RoomEvent) -> None:
        """Process one event. Never called concurrently."""
        ...

    def resume(self) -> None:
        """Called when a new subscription covers all accounts. Events may have been missed."""
        ...


_decoder = msgspec.json.Decoder(RoomEvent)


class EventBus:
    """Subscriptions to accounts. Events arrive in the order in which the store sent them.

    Args:
        redis: A client whose reads may wait. It is not the client for calls.
        keys: The names of this installation.
        node: Name of this node, for its canary.
    """

    def __init__(self, redis: Redis, keys: KeySpace, node: str) -> None:
        self._redis = redis
        self._keys = keys
        self._canary = keys.canary_channel(node)
        self._accounts: dict[str, str] = {}  # channel -> account
        self._carried: set[str] = set()  # channels that the present subscription has confirmed
        self._pubsub: PubSub | None = None
        self._confirmations: dict[str, asyncio.Future[None]] = {}
        self._connected = asyncio.Event()
        self._heard: asyncio.Future[None] | None = None
        self._misses = 0
        self._lost = CountedLog(log, "bus.lost", monotonic)
        self._missed = CountedLog(log, "canary.missed", monotonic)

    @property
    def hears(self) -> bool:
        """Whether the last canary arrived."""
        return self._connected.is_set() and self._misses == 0

    async def subscribe(self, account: str) -> None:
        """Receive the events of an account from now on. Safe to repeat.

        Raises:
            StoreUnavailable: the store did not confirm in time.
        """
        channel = self._keys.events_channel(account)
        self._accounts[channel] = account  # before the first event can come
        if channel not in self._carried:
            with store_faults():
                await self._confirmed(channel)

    async def unsubscribe(self, account: str) -> None:
        """Receive no more events of an account."""
        channel = self._keys.events_channel(account)
        self._carried.discard(channel)
        if self._accounts.pop(channel, None) and self._pubsub:
            with suppress(RedisError, OSError), closed_sockets():
                await self._pubsub.sunsubscribe(channel)

    async def listen(self, listener: Listener) -> None:
        """Pass events on forever. A failed connection is replaced after a pause."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            await self._session(listener)
            failures = 0 if loop.time() - began > STEADY_S else failures + 1
            await asyncio.sleep(PAUSES.compute(failures))  # noqa: TID251  # longer with each failure

    async def _session(self, listener: Listener) -> None:
        """Pass events on until the connection fails, and log the reason."""
        pubsub = self._redis.pubsub()
        try:
            with closed_sockets():
                await pubsub.ssubscribe(self._canary)
            self._pubsub = pubsub
            reading = asyncio.create_task(self._read(pubsub, listener), name="bus.read")
            try:
                await self._resume()
                listener.resume()
                await reading
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
        except (RedisError, OSError) as error:
            self._lost.note(type(error).__name__, reason=str(error))
        finally:
            self._connected.clear()
            self._carried.clear()
            self._pubsub = None
            with suppress(RedisError, OSError), closed_sockets():
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def probe(self) -> None:
        """Send a canary and wait for it. The second miss in a row drops the connection."""
        if not self._connected.is_set():
            return
        self._heard = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(CANARY_S):
                with closed_sockets():
                    await self._redis.spublish(self._canary, b"canary")
            async with asyncio.timeout(CANARY_S):  # the client may have swallowed the first
                await self._heard
            self._misses = 0
        except (TimeoutError, RedisError, OSError):
            await self._miss()

    async def _miss(self) -> None:
        self._misses += 1
        self._missed.note("canary", misses=self._misses)
        if self._misses > MISSES_TOLERATED and self._pubsub and self._pubsub.connection:
            await self._pubsub.connection.disconnect()

    async def _resume(self) -> None:
        channels = [self._canary, *self._accounts]
        for first in range(0, len(channels), AT_ONCE):
            await self._confirmed(*channels[first : first + AT_ONCE])
        self._misses = 0
        self._connected.set()

    async def _confirmed(self, *channels: str) -> None:
        """Subscribe to these channels with one command, and wait until each is confirmed."""
        loop = asyncio.get_running_loop()
        confirmations = [
            self._confirmations.setdefault(channel, loop.create_future()) for channel in channels
        ]
        try:
            async with asyncio.timeout(CONFIRM_S):
                await self._ask(*channels)
            async with asyncio.timeout(CONFIRM_S):  # the client may have swallowed the first
                await asyncio.wait(confirmations)  # a timeout here does not cancel other waiters
        except TimeoutError as error:
            raise RedisConnectionError(f"{channels[0]} was not confirmed") from error
        finally:
            for channel in channels:
                self._confirmations.pop(channel, None)

    async def _ask(self, *channels: str) -> None:
        if self._pubsub is None:
            raise RedisConnectionError("there is no subscription connection now")
        with closed_sockets():
            await self._pubsub.ssubscribe(*channels)

    async def _read(self, pubsub: PubSub, listener: Listener) -> None:
        while True:
            message = await pubsub.get_message(timeout=None)
            if message is not None:
                self._take(message, listener)

    def _take(self, message: dict[str, Any], listener: Listener) -> None:
        channel = message["channel"].decode()
        if message["type"] == "ssubscribe":
            self._confirm(channel)
        elif message["type"] == "smessage":
            self._hear(channel, message["data"], listener)

    def _confirm(self, channel: str) -> None:
        self._carried.add(channel)
        confirmation = self._confirmations.get(channel)
        if confirmation and not confirmation.done():
            confirmation.set_result(None)

    def _hear(self, channel: str, data: bytes, listener: Listener) -> None:
        if channel == self._canary:
            if self._heard and not self._heard.done():
                self._heard.set_result(None)
            return
        account = self._accounts.get(channel)
        if account is not None:
            self._tell(account, data, listener)

    def _tell(self, account: str, data: bytes, listener: Listener) -> None:
        try:
            event = _decoder.decode(data)
        except msgspec.MsgspecError as error:
            # Another version of the server may have sent it. The next revision shows the gap.
            log.warning("event.unreadable", extra={"account": account, "reason": str(error)})
            return
        listener.hear(RoomRef(account, event.room), event)
