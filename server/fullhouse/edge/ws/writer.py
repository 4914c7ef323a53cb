"""The sending half of a connection: frames leave at once, or wait until the client reads again."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from fullhouse.edge.ws.outbox import Outbox

if TYPE_CHECKING:
    from fullhouse.realtime.ports import Topic

HIGH_WATER = 16 * 1024  # unsent; past it frames are kept as `Outbox` says


class BorrowedSocket(socket.socket):
    """A second object on the socket of a transport, which alone closes the socket."""

    __slots__ = ()

    def __del__(self) -> None:
        self.detach()  # Python would close it


class Writer(asyncio.Protocol):
    """Writes into the socket itself while nothing is unsent, and through the transport otherwise.

    uvloop's transport queues what it is given and writes at the end of the turn. For one frame to
    ten thousand clients the queue costs a tenth of the time, and is not needed: a socket with
    room takes a frame at once. Bytes that the socket does not take go to the transport. So does
    everything after them, until the transport has sent all of it: bytes keep their order.

    A base class rather than an attribute: a broadcast would look the attribute up for each client.

    Attributes:
        is_open: False as soon as only a close frame may follow.
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
        """Whether nothing is unsent. A closing transport may have dropped bytes."""
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
        """Send nothing more but a close frame."""
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
            self._socket.detach()  # else this object would close the descriptor as well
            self._socket = None


def _taken_by(free: socket.socket, data: bytes) -> int:
    """How many bytes the socket took."""
    try:
        return free.send(data)
    except OSError:
        return 0


def _socket_of(transport: asyncio.Transport) -> socket.socket | None:
    """The socket of a transport; None under TLS, where the transport encrypts."""
    given = transport.get_extra_info("socket")
    if given is None or transport.get_extra_info("ssl_object") is not None:
        return None
    # The object that the transport gives out cannot send. The descriptor is non-blocking already
    # and stays the transport's: see `connection_lost`.
    return BorrowedSocket(given.family, given.type, given.proto, fileno=given.fileno())
