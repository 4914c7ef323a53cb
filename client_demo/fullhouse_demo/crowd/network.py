"""The network between a crowd and the server, which can be cut for all people at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from weakref import WeakKeyDictionary

from fullhouse.client.lines import LineClosed
from fullhouse.client.socket_line import SocketLine
from fullhouse.edge.ws.client_messages import Leave


class Network:
    """All open connections of the crowd. Times are in seconds of the event loop's clock."""

    def __init__(self) -> None:
        self._ways: WeakKeyDictionary[SocketLine, str] = WeakKeyDictionary()
        self._back_at = -inf

    def carry(self, line: SocketLine, url: str) -> None:
        """Register a connection to `url`."""
        self._ways[line] = url

    def connections(self) -> Mapping[str, int]:
        """The number of open connections to each address. Missing addresses count 0."""
        return Counter(self._ways[line] for line in self._open())

    def away_s(self, now: float) -> float:
        """For how many seconds the network is still cut."""
        return max(0.0, self._back_at - now)

    def cut(self, now: float, *, for_s: float) -> None:
        """Break all connections, and allow no new one for `for_s` seconds."""
        self._back_at = now + for_s
        for line in self._open():
            line.abort()

    async def say_goodbye(self) -> None:
        """Send `leave` on all connections, so that the seats are free at once."""
        for line in self._open():
            with suppress(LineClosed):
                await line.send(Leave())

    def _open(self) -> list[SocketLine]:
        return [line for line in self._ways if line.is_open]
