"""Pings for every connection from one wheel per process: no timer per connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from websockets.frames import Frame, Opcode

from fullhouse.edge.ws import messages
from fullhouse.edge.ws.frames import framed

PERIOD_S = 15  # browsers and proxies keep an idle socket for a minute at least

PING = Frame(Opcode.PING, b"").serialize(mask=False)
ALIVE = framed(messages.Alive(PERIOD_S))  # a browser cannot see pings, so a message comes along


class Pinged(Protocol):
    def ping(self) -> None:
        """Send a ping, or give up a peer that has been silent since the last but one."""
        ...


PingedT = TypeVar("PingedT", bound=Pinged)


class KeepAlive(Generic[PingedT]):
    """A wheel of one slot a second. Each connection is in one slot and is pinged once a turn."""

    def __init__(self) -> None:
        self._slots: list[set[PingedT]] = [set() for _ in range(PERIOD_S)]
        self._hand = 0
        self._next_slot = 0

    def add(self, connection: PingedT) -> int:
        """Put a connection into a slot; the slots fill evenly. Returns the slot, for `discard`."""
        slot = self._next_slot
        self._slots[slot].add(connection)
        self._next_slot = (slot + 1) % PERIOD_S
        return slot

    def discard(self, connection: PingedT, slot: int) -> None:
        self._slots[slot].discard(connection)

    def turn(self) -> None:
        """Move on by one slot, once a second."""
        for connection in list(self._slots[self._hand]):
            connection.ping()
        self._hand = (self._hand + 1) % PERIOD_S

    def __iter__(self) -> Iterator[PingedT]:
        return (connection for slot in self._slots for connection in list(slot))
