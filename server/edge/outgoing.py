"""The sending half of a connection: bytes leave at once, or wait until the client reads again."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from server.edge.outbox import Outbox

if TYPE_CHECKING:
    from server.realtime.member import Topic

HIGH_WATER = 16 * 1024  # past it a client is slow: only the newest of each topic is kept


class BorrowedSocket(socket.socket):
    """The socket of a transport, which alone closes it: also where a loop ends without a word."""

    __slots__ = ()

    def __del__(self) -> None:
        self.detach()


class Outgoing(asyncio.Protocol):
    """Writes into the socket itself while nothing is unsent, and through the transport otherwise.

    A transport notes what it is given and writes it at the end of the turn. Of one frame to ten
    thousand people that is a tenth of the time, and there is nothing to note: a socket with room
    takes a frame at once. What it does not take is the transport's, and so is all that follows
    until the transport has got rid of it: everything leaves in the order in which it was written.

    A base class and not a part: of ten thousand parts each would be looked up in a broadcast.

    Attributes:
        straight: The socket while bytes may be sent on it past this object, else None.
    """

    __slots__ = ("_is_paused", "_outbox", "_socket", "_transport", "is_open", "straight")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._socket = _socket_of(transport)
        self._outbox: Outbox | None = None
        self._is_paused = False
        self.is_open = True
        self.straight: socket.socket | None = None  # the answer to the handshake may be unsent
        transport.set_write_buffer_limits(high=HIGH_WATER)

    @property
    def unsent(self) -> int:
        """Bytes that wait for the client on this side."""
        kept = self._outbox.size if self._outbox else 0
        return self._transport.get_write_buffer_size() + kept

    @property
    def _may_go_straight(self) -> bool:
        """Nothing is unsent, nor thrown away: a transport that is closing may have done that."""
        return self.is_open and not self.unsent and not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Send `data` after all that was written before."""
        if self.straight is None and self._may_go_straight:
            self.straight = self._socket
        taken = sent_on(self.straight, data) if self.straight else 0
        if taken < len(data):
            self.leave_to_transport(data[taken:])

    def leave_to_transport(self, rest: bytes) -> None:
        """The socket has no room for `rest`, or is broken: the transport finds out which."""
        self.straight = None
        self._transport.write(rest)

    def keep(self, frame: bytes, topic: Topic) -> None:
        """Hold `frame` back until the client reads again, or a newer one of the topic comes."""
        self._outbox = self._outbox or Outbox()
        self._outbox.put(frame, topic)

    def flush(self) -> None:
        """Write what was held back."""
        if self._outbox and self.is_open:
            kept, self._outbox = self._outbox.take(), None
            self._transport.write(kept)

    def fall_silent(self) -> None:
        """Nothing more is said but the goodbye."""
        self.is_open = False
        self.straight = None

    def pause_writing(self) -> None:
        self._is_paused = True
        self.straight = None

    def resume_writing(self) -> None:
        self._is_paused = False
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # its interface
        """The transport closes the socket when this returns."""
        self.fall_silent()
        if self._socket is not None:
            self._socket.detach()
            self._socket = None


def sent_on(straight: socket.socket, data: bytes) -> int:
    """How many of the bytes the socket has taken."""
    try:
        return straight.send(data)
    except OSError:
        return 0


def _socket_of(transport: asyncio.Transport) -> socket.socket | None:
    """The socket of a transport; None where what is written is encrypted on its way there.

    The descriptor stays the transport's, which closes it after `connection_lost`, never before.
    """
    given = transport.get_extra_info("socket")
    if given is None or transport.get_extra_info("ssl_object") is not None:
        return None
    return BorrowedSocket(given.family, given.type, given.proto, fileno=given.fileno())
