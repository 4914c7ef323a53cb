"""One subscription connection to one server: its channels, and whether messages arrive.

A canary message takes the same path as the events. The connection is dropped if the canary does
not arrive.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MovedError, RedisError

from fullhouse.counted_log import CountedLog
from fullhouse.store.cluster_slots import slot_of
from fullhouse.store.faults import closed_sockets

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

log = logging.getLogger(__name__)

CONFIRM_S = 1.0  # a subscription that is not confirmed in this time counts as failed
AT_ONCE = 256  # channels per command: a node with thousands resubscribes within a second
CANARY_S = 2.0  # a canary that does not arrive in this time is a miss
MISSES_TOLERATED = 1  # after the second miss in a row the connection is dropped


@dataclass(frozen=True, slots=True)
class ReaderCallbacks:
    """What a reader calls.

    Attributes:
        message: A message came: its channel and its data.
        moved: The server no longer serves a channel.
    """

    message: Callable[[str, bytes], None]
    moved: Callable[[], None]


class BusReader:
    """Subscribes to channels of one server, which may be a master of a cluster.

    Args:
        redis: A client of this server alone, whose reads may wait.
        canary: Returns a channel of this node that the server serves.
        callbacks: Called when a message comes, or a slot has moved.
        in_cluster: Whether one command may name only channels of one slot.
    """

    def __init__(
        self,
        redis: Redis,
        canary: Callable[[], str],
        callbacks: ReaderCallbacks,
        *,
        in_cluster: bool,
    ) -> None:
        self._redis = redis
        self._name_canary = canary
        self._canary = ""
        self._callbacks = callbacks
        self._in_cluster = in_cluster
        self._pubsub: PubSub | None = None
        self._confirmations: dict[str, asyncio.Future[None]] = {}
        self._connected = asyncio.Event()
        self._canary_heard: asyncio.Future[None] | None = None
        self._misses = 0
        self._lost = CountedLog(log, "bus.lost", monotonic)
        self._missed = CountedLog(log, "canary.missed", monotonic)
        self.subscribed: set[str] = set()

    @property
    def is_receiving(self) -> bool:
        """Whether the last canary arrived."""
        return self._connected.is_set() and self._misses == 0

    @property
    def is_connected(self) -> bool:
        """Whether the session is subscribed to all channels that it began with."""
        return self._connected.is_set()

    async def subscribe(self, channels: Sequence[str]) -> None:
        """Subscribe to these channels, and wait until all are confirmed.

        Raises:
            RedisError: not all are; those that are stay subscribed. `MovedError`: the server does
                not serve one of them.
        """
        moved: MovedError | None = None
        for first in range(0, len(channels), AT_ONCE):
            try:
                await self._confirmed(channels[first : first + AT_ONCE])
            except MovedError as error:
                moved = error
        if moved:
            raise moved

    async def unsubscribe(self, channel: str) -> None:
        self.subscribed.discard(channel)
        if self._pubsub:
            with suppress(RedisError, OSError), closed_sockets():
                await self._pubsub.sunsubscribe(channel)

    async def session(
        self, channels: Callable[[], Iterable[str]], on_subscribed: Callable[[], None]
    ) -> None:
        """Pass messages on until the connection fails, and log the reason.

        Args:
            channels: Returns the channels that the session begins with.
            on_subscribed: Called when all of them are subscribed.
        """
        pubsub = self._redis.pubsub()
        try:
            await self._receive(pubsub, channels, on_subscribed)
        except (RedisError, OSError) as error:
            self._lost.note(type(error).__name__, reason=str(error))
        finally:
            self._connected.clear()
            self.subscribed.clear()
            self._pubsub = None
            with suppress(RedisError, OSError), closed_sockets():
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def probe(self) -> None:
        """Send a canary and wait for it. The second miss in a row drops the connection."""
        if not self._connected.is_set():
            return
        self._canary_heard = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(CANARY_S):
                with closed_sockets():
                    await self._send_canary()
            async with asyncio.timeout(CANARY_S):  # the client may have swallowed the first
                await self._canary_heard
            self._misses = 0
        except (TimeoutError, RedisError, OSError):
            await self._miss()

    async def _receive(
        self,
        pubsub: PubSub,
        channels: Callable[[], Iterable[str]],
        on_subscribed: Callable[[], None],
    ) -> None:
        """Subscribe, and pass messages on until the connection fails.

        Raises:
            RedisError, OSError: the failure.
        """
        self._canary = self._name_canary()
        with closed_sockets():
            await pubsub.ssubscribe(self._canary)
        self._pubsub = pubsub
        reading = asyncio.create_task(self._read(pubsub), name="bus.read")
        try:
            with suppress(MovedError):  # the bus looks for the new master of these channels
                await self.subscribe([self._canary, *channels()])
            self._misses = 0
            self._connected.set()
            on_subscribed()
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _send_canary(self) -> None:
        if self._canary not in self.subscribed:  # its slot has moved away
            self._canary = self._name_canary()
            await self._confirmed([self._canary])
        await self._redis.spublish(self._canary, b"canary")

    async def _miss(self) -> None:
        self._misses += 1
        self._missed.note("canary", misses=self._misses)
        if self._misses > MISSES_TOLERATED and self._pubsub and self._pubsub.connection:
            await self._pubsub.connection.disconnect()

    async def _confirmed(self, channels: Sequence[str]) -> None:
        loop = asyncio.get_running_loop()
        confirmations = [
            self._confirmations.setdefault(channel, loop.create_future()) for channel in channels
        ]
        try:
            async with asyncio.timeout(CONFIRM_S):
                await self._ask(channels)
            async with asyncio.timeout(CONFIRM_S):  # the client may have swallowed the first
                await asyncio.wait(confirmations)  # a timeout here does not cancel other waiters
            _raise_first(confirmations)
        except TimeoutError as error:
            raise RedisConnectionError(f"{channels[0]} was not confirmed") from error
        finally:
            for channel in channels:
                self._confirmations.pop(channel, None)

    async def _ask(self, channels: Sequence[str]) -> None:
        if self._pubsub is None:
            raise RedisConnectionError("there is no subscription connection now")
        with closed_sockets():
            if self._in_cluster and (connection := self._pubsub.connection):
                # A command for each slot, written at once: one by one costs three times as much.
                commands = [("SSUBSCRIBE", *some) for some in _by_slot(channels)]
                await connection.send_packed_command(connection.pack_commands(commands))
            else:
                await self._pubsub.ssubscribe(*channels)

    async def _read(self, pubsub: PubSub) -> None:
        while True:
            try:
                message = await pubsub.get_message(timeout=None)
            except MovedError as error:
                self._refuse(error)
                continue
            if message is not None:
                self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        match message["type"]:
            case "smessage" if channel == self._canary:
                self._hear_canary()
            case "smessage":
                self._callbacks.message(channel, message["data"])
            case "ssubscribe":
                self.subscribed.add(channel)
                self._settle(channel, None)
            case "sunsubscribe" if channel in self.subscribed:  # we did not ask for it
                self.subscribed.discard(channel)
                self._callbacks.moved()

    def _refuse(self, error: MovedError) -> None:
        """The server does not serve a channel that we have asked for; it names only the slot."""
        for channel in list(self._confirmations):
            if slot_of(channel) == error.slot_id:
                self._settle(channel, error)

    def _settle(self, channel: str, error: Exception | None) -> None:
        confirmation = self._confirmations.get(channel)
        if confirmation is None or confirmation.done():
            return
        if error is None:
            confirmation.set_result(None)
        else:
            confirmation.set_exception(error)

    def _hear_canary(self) -> None:
        if self._canary_heard and not self._canary_heard.done():
            self._canary_heard.set_result(None)


def _by_slot(channels: Iterable[str]) -> Iterable[Sequence[str]]:
    slots: defaultdict[int, list[str]] = defaultdict(list)
    for channel in channels:
        slots[slot_of(channel)].append(channel)
    return slots.values()


def _raise_first(confirmations: Iterable[asyncio.Future[None]]) -> None:
    for error in [confirmation.exception() for confirmation in confirmations]:
        if error is not None:
            raise error
