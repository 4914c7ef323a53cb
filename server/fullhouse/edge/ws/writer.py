"""The sending half of a connection: frames leave at once, or wait until the client reads again."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from fullhouse.edge.ws.outbox import Outbox

if TYPE_CHECKING:
    from fullhouse.realtime.member import Topic

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

    A base class rather than an attribute: a broadcast would look the attribute up for each client.

    Attributes:
        is_open: Cleared once nothing but the goodbye may follow.
        free_socket: The socket while a frame may be written past this object, else None. Set
            only while the connection is open, not paused, and nothing is unsent.
    """

    __slots__ = ("_is_paused", "_outbox", "_socket", "_transport", "free_socket", "is_open")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._socket = _socket_of(transport)
        self._outbox: Outbox | None = None
        self._is_paused = False
        self.is_open = True
        self.free_socket: socket.socket | None = None  # the handshake's answer may be unsent
        transport.set_write_buffer_limits(high=HIGH_WATER)

    @property
    def unsent(self) -> int:
        """Bytes that wait for the client on this side."""
        kept = self._outbox.size if self._outbox else 0
        return self._transport.get_write_buffer_size() + kept

    def post(self, frame: bytes, topic: Topic) -> None:
        """Write `frame`, or keep it: until the client reads, or a newer one of `topic` comes."""
        if self._is_paused:
            self._outbox = self._outbox or Outbox()
            self._outbox.put(frame, topic)
        else:
            self.write(frame)

    def write(self, data: bytes) -> None:
        """Send `data` after all that was written before."""
        if self.free_socket is None and self._is_free():
            self.free_socket = self._socket
        taken = _taken_by(self.free_socket, data) if self.free_socket else 0
        if taken < len(data):
            self.leave_to_transport(data[taken:])

    def _is_free(self) -> bool:
        """Nothing is unsent, nor thrown away: a transport that is closing may have done that."""
        is_listening = self.is_open and not self._is_paused
        return is_listening and not self.unsent and not self._transport.is_closing()

    def leave_to_transport(self, rest: bytes) -> None:
        """The socket has no room for `rest`, or is broken: the transport finds out which."""
        self.free_socket = None
        self._transport.write(rest)

    def flush(self) -> None:
        """Write what was kept."""
        if self._outbox and self.is_open:
            kept, self._outbox = self._outbox.take(), None
            self.write(kept)

    def fall_silent(self) -> None:
        """Nothing more is said but the goodbye."""
        self.is_open = False
        self.free_socket = None

    def pause_writing(self) -> None:
        self._is_paused = True
        self.free_socket = None

    def resume_writing(self) -> None:
        self._is_paused = False
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # its interface
        """The transport closes the socket when this returns."""
        self.fall_silent()
        if self._socket is not None:
            self._socket.detach()  # else this object would close it too, perhaps as another's
            self._socket = None


def _taken_by(free: socket.socket, data: bytes) -> int:
    """How many of the bytes the socket has taken."""
    try:
        return free.send(data)
    except OSError:
        return 0


def _socket_of(transport: asyncio.Transport) -> socket.socket | None:
    """The socket of a transport; None where what is written is encrypted on its way there."""
    given = transport.get_extra_info("socket")
    if given is None or transport.get_extra_info("ssl_object") is not None:
        return None
    # A second object on the transport's descriptor, since what the transport gives out cannot
    # send. It is non-blocking already, and stays the transport's: see `connection_lost`.
    return BorrowedSocket(given.family, given.type, given.proto, fileno=given.fileno())
