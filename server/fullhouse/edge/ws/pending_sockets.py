"""Sockets that have not said yet what they want. Each is a file, and of files a node runs out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Generic, Protocol, TypeVar

HEAD_S = 5.0  # as long as a hello may take. Source: docs/protocol.md


class PendingSocket(Protocol):
    """A socket without a whole request (`upgrade.FirstBytesProtocol`)."""

    def give_up(self) -> None:
        """Close the socket, if a whole request has not come by now."""
        ...


PendingSocketT = TypeVar("PendingSocketT", bound=PendingSocket)


class PendingSockets(Generic[PendingSocketT]):
    """Sockets without a whole request yet, oldest first; no timer for each."""

    def __init__(self) -> None:
        self._since: dict[PendingSocketT, float] = {}

    def add(self, socket: PendingSocketT, now_s: float) -> None:
        self._since[socket] = now_s

    def discard(self, socket: PendingSocketT) -> None:
        self._since.pop(socket, None)

    def clear(self, now_s: float) -> None:
        """Give up sockets that have had their time."""
        for socket in list(takewhile(lambda each: self._since[each] + HEAD_S <= now_s, self)):
            self._give_up(socket)

    def make_room(self) -> None:
        """Give up the oldest: the node can hold no more sockets."""
        oldest = next(iter(self), None)
        if oldest is not None:
            self._give_up(oldest)

    def __iter__(self) -> Iterator[PendingSocketT]:
        return iter(self._since)

    def _give_up(self, socket: PendingSocketT) -> None:
        self.discard(socket)
        socket.give_up()
