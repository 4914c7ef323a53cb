"""The way of a whole crowd to the server, which can be cut for all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from fullhouse_demo.crowd.wire import LEAVE

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection


class Network:
    """Knows every open connection of the crowd. Times are those of the event loop's clock."""

    def __init__(self) -> None:
        self._ways: WeakKeyDictionary[ClientConnection, str] = WeakKeyDictionary()
        self._back_at = -inf

    def carry(self, socket: ClientConnection, url: str) -> None:
        """`socket` leads to `url` from now on."""
        self._ways[socket] = url

    def connections(self) -> Mapping[str, int]:
        """How many connections are open to each address; 0 for those not named."""
        return Counter(self._ways[socket] for socket in self._open())

    def away_s(self, now: float) -> float:
        """How long nobody gets through yet."""
        return max(0.0, self._back_at - now)

    def cut(self, now: float, *, for_s: float) -> None:
        """All connections break at once, and none comes about for `for_s`."""
        self._back_at = now + for_s
        for socket in self._open():
            socket.transport.abort()

    async def say_goodbye(self) -> None:
        """Everybody who is connected leaves, so that their seats are free at once."""
        for socket in self._open():
            with suppress(ConnectionClosed):
                await socket.send(LEAVE)

    def _open(self) -> list[ClientConnection]:
        return [socket for socket in self._ways if socket.state is State.OPEN]
