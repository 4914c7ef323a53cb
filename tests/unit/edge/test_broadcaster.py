"""One frame to many, by the short way and by the long one."""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws.broadcaster import Broadcaster
from fullhouse.edge.ws.connection import Connection
from fullhouse.edge.ws.registry import ConnectionRegistry
from tests.unit.edge.wires import Hub, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FRAME = b"\x81\x05frame"


class Listener:
    """A connection whose socket and transport the test holds in its hands."""

    def __init__(self, registry: ConnectionRegistry, stack: ExitStack) -> None:
        ours, self.theirs = (stack.enter_context(closing(end)) for end in socket.socketpair())
        ours.setblocking(False)
        self.theirs.setblocking(False)
        self.wire = Wire()
        self.wire.facts = {"socket": ours}
        self.connection = Connection(registry, self.wire, set())
        stack.callback(self.connection.connection_lost, None)
        self.connection.send(b"first", "plain")
        assert self.took() == b"first"

    def took(self) -> bytes:
        try:
            return self.theirs.recv(10_000)
        except BlockingIOError:
            return b""


class Crowd:
    def __init__(self, stack: ExitStack) -> None:
        claims = TokenClaims("acme", "hall", "ada", Role.ATTENDEE, expires_at_s=0)
        self.registry = ConnectionRegistry(
            Hub(), verify=lambda _: claims, drain_s=1, metrics=Metrics()
        )
        self.clients = [Listener(self.registry, stack) for _ in range(4)]
        self.registry.sent = 0
        self.counted = 0

    def hears(self) -> None:
        def count(frames: int) -> None:
            self.counted += frames

        Broadcaster(count)([client.connection for client in self.clients], FRAME, "refresh")


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    with ExitStack() as stack:
        yield Crowd(stack)


async def test_everybody_gets_the_frame_and_each_is_counted_once(crowd: Crowd) -> None:
    slow = crowd.clients[1]
    slow.connection.pause_writing()

    crowd.hears()
    assert slow.took() == b""
    slow.connection.resume_writing()

    assert [client.took() for client in crowd.clients] == [FRAME] * 4
    assert (crowd.counted, crowd.registry.sent) == (3, 1)


async def test_who_has_been_told_goodbye_is_told_nothing_more(crowd: Crowd) -> None:
    gone = crowd.clients[2]
    gone.connection.close(4011, "left")
    goodbye = gone.wire.written

    crowd.hears()

    assert (gone.took(), gone.wire.written) == (b"", goodbye)
    assert crowd.counted == 3


async def test_what_a_socket_has_no_room_for_is_the_transports(crowd: Crowd) -> None:
    """And nobody behind that client waits or is passed over."""
    full = crowd.clients[0].connection
    assert full.free_socket
    with suppress(BlockingIOError):
        while True:
            full.free_socket.send(bytes(1_000))

    crowd.hears()

    assert crowd.clients[0].wire.written == FRAME
    assert full.free_socket is None
    assert [client.took() for client in crowd.clients[1:]] == [FRAME] * 3


async def test_a_frame_cut_short_goes_on_where_it_was_cut(crowd: Crowd) -> None:
    class Narrow(socket.socket):
        def send(self, data: bytes) -> int:  # type: ignore[override]
            return super().send(data[:3])

    first = crowd.clients[0]
    assert first.connection.free_socket
    narrow = Narrow(fileno=first.connection.free_socket.fileno())
    first.connection.free_socket = narrow

    crowd.hears()
    narrow.detach()

    assert first.took() + first.wire.written == FRAME
