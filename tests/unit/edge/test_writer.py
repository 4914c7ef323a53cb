"""What is written leaves whole and in order, whichever way it goes."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from itertools import count
from select import select
from typing import TYPE_CHECKING, Any, cast

import pytest
import uvloop

from fullhouse.edge.ws.writer import Writer
from tests.unit.edge.wires import Wire

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, BaseTransport, Transport

PATIENCE_S = 10
MOST_IN_A_SOCKET = 50_000_000  # bytes: no kernel keeps so many for a client that reads none


def on_both_loops(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs the test on the standard loop and on uvloop, as `test[asyncio]` and `test[uvloop]`."""

    def run(loop: Callable[[], AbstractEventLoop]) -> None:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(asyncio.wait_for(test(), PATIENCE_S))

    # By hand: `functools.wraps` would show pytest the signature of the test, without a loop.
    run.__name__, run.__doc__ = test.__name__, test.__doc__
    loops = [asyncio.new_event_loop, uvloop.new_event_loop]
    return pytest.mark.parametrize("loop", loops, ids=["asyncio", "uvloop"])(run)


class Server(asyncio.Protocol):
    """Accepts one socket for an `Outgoing`, and sees it closed."""

    def __init__(self) -> None:
        self.is_met = asyncio.Event()
        self.is_lost = asyncio.Event()
        self.had_a_socket_at_the_end = False

    def connection_made(self, transport: BaseTransport) -> None:
        self.transport = cast("Transport", transport)
        self.descriptor = transport.get_extra_info("socket").fileno()
        self.outgoing = Writer(self.transport)
        self.is_met.set()

    def pause_writing(self) -> None:
        self.outgoing.pause_writing()

    def resume_writing(self) -> None:
        self.outgoing.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.had_a_socket_at_the_end = stat.S_ISSOCK(os.fstat(self.descriptor).st_mode)
        self.outgoing.connection_lost(exc)
        self.is_lost.set()


@asynccontextmanager
async def met() -> AsyncIterator[tuple[Server, socket.socket]]:
    """The server's end of a connection, and the client's, which reads nothing by itself."""
    server, loop = Server(), asyncio.get_running_loop()
    listener = await loop.create_server(lambda: server, "127.0.0.1", 0)
    with closing(listener), closing(socket.socket()) as client:
        client.setblocking(False)
        await loop.sock_connect(client, listener.sockets[0].getsockname())
        await server.is_met.wait()
        yield server, client


async def heard(client: socket.socket, size: int) -> bytes:
    """The next so many bytes."""
    data = b""
    while len(data) < size:
        data += await asyncio.get_running_loop().sock_recv(client, size - len(data))
    return data


async def all_heard(client: socket.socket) -> bytes:
    """All that comes up to the end."""
    data = b""
    while piece := await asyncio.get_running_loop().sock_recv(client, 1_000_000):
        data += piece
    return data


def numbered(size: int) -> Iterator[bytes]:
    """Pieces of which no two are alike."""
    return (str(number).encode().rjust(size) for number in count())


@on_both_loops
async def test_what_a_full_socket_does_not_take_comes_in_its_turn() -> None:
    async with met() as (server, client):
        written, pieces = b"", numbered(7_001)
        while not server.outgoing.unsent:
            written += (piece := next(pieces))
            server.outgoing.write(piece)
            assert len(written) < MOST_IN_A_SOCKET
        assert server.outgoing.free_socket is None
        read = client.recv(1_000_000)  # now there is room, and the transport has no idea yet
        written += (piece := next(pieces))
        server.outgoing.write(piece)

        assert read + await heard(client, len(written) - len(read)) == written
        server.outgoing.write(b"goes straight again")
        assert server.outgoing.free_socket is not None
        assert await heard(client, 19) == b"goes straight again"


@on_both_loops
async def test_nothing_follows_what_a_transport_has_thrown_away() -> None:
    """Else a client that is given up would read on in the middle of another frame."""
    async with met() as (server, client):
        written, pieces = b"", numbered(7_001)
        while not server.outgoing.unsent:
            written += (piece := next(pieces))
            server.outgoing.write(piece)
        read = b""
        while not select([], [server.descriptor], [], 0)[1]:  # until there is room
            read += client.recv(1_000_000) if select([client], [], [], PATIENCE_S)[0] else b""
        server.transport.abort()

        server.outgoing.write(b"too late")

        assert written.startswith(read + await all_heard(client))


@on_both_loops
async def test_what_the_handshake_left_unsent_comes_first() -> None:
    async with met() as (server, client):
        server.transport.write(b"handshake, ")
        server.outgoing.write(b"frame")

        assert await heard(client, 16) == b"handshake, frame"


@on_both_loops
async def test_a_transport_closes_its_socket_after_it_has_said_so() -> None:
    """Else a frame could reach whoever has been given the descriptor since."""
    async with met() as (server, _):
        server.outgoing.write(b"frame")
        server.transport.abort()
        await server.is_lost.wait()

        assert server.had_a_socket_at_the_end
        assert server.outgoing.free_socket is None


@on_both_loops
async def test_a_socket_is_closed_once() -> None:
    """By the transport: whoever has the descriptor next keeps it."""
    async with met() as (server, client):
        server.outgoing.write(b"frame")
        server.transport.close()
        assert await heard(client, 5) == b"frame"
        await server.is_lost.wait()
        await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop, in which it is closed
        with closing(socket.socket()) as next_one:
            assert next_one.fileno() == server.descriptor  # else this proves nothing
            del server.outgoing

            assert stat.S_ISSOCK(os.fstat(next_one.fileno()).st_mode)


def test_where_a_loop_ends_without_a_word_the_socket_is_still_the_transports() -> None:
    """As when a node is told to stop at once: else its descriptor would be closed twice."""
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        wire = Wire()
        wire.facts = {"socket": ours}
        outgoing = Writer(wire)
        outgoing.write(b"frame")

        del outgoing

        assert ours.send(b", and more") == 10
        assert theirs.recv(100) == b"frame, and more"


@on_both_loops
async def test_a_client_that_is_gone_is_found_out_by_the_transport() -> None:
    async with met() as (server, _):
        server.outgoing.write(b"frame")
        server.outgoing._socket.shutdown(socket.SHUT_WR)  # type: ignore[union-attr]  # as if broken
        server.outgoing.write(b"frame")

        await server.is_lost.wait()


def test_what_is_encrypted_on_its_way_goes_through_the_transport() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        wire = Wire()
        wire.facts = {"socket": ours, "ssl_object": object()}
        outgoing = Writer(wire)

        outgoing.write(b"frame")

        assert wire.written == b"frame"
        assert outgoing.free_socket is None


def test_where_nothing_is_said_any_more_nothing_goes_straight() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        wire = Wire()
        wire.facts = {"socket": ours}
        outgoing = Writer(wire)
        outgoing.write(b"frame")
        assert outgoing.free_socket is not None
        outgoing.fall_silent()

        outgoing.write(b"goodbye")

        assert (theirs.recv(100), wire.written) == (b"frame", b"goodbye")
        outgoing.connection_lost(None)
