"""Who may come in, and what becomes of a socket between the handshake and its connection."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, cast

import pytest
import uvicorn
from starlette.applications import Starlette
from uvicorn.server import ServerState

from fullhouse.domain.rooms import Role
from fullhouse.edge.call_limits import BURST_S, CallLimit, CallLimits
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.origins import origins_rule
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws.pending_sockets import HEAD_S
from fullhouse.edge.ws.registry import ConnectionRegistry
from fullhouse.edge.ws.upgrade import FirstBytesProtocol, UpgradeHandler, UpgradeProtocol
from tests import raw
from tests.unit.edge.test_metrics import figures
from tests.unit.edge.wires import Hub, Wire
from tests.waiting import wait_until

if TYPE_CHECKING:
    from fullhouse.edge.ws.connection import Connection

HEAD = raw.HANDSHAKE.format(host="events.example").encode()
HELLO = raw.text('{"type":"hello","token":"ada"}')


class Street:
    """A socket on which nothing has been said yet, before a uvicorn that serves nothing else."""

    def __init__(self, most_sockets: int = 10) -> None:
        self.hub = Hub()
        self.registry = ConnectionRegistry(self.hub, verify=_claims, drain_s=1, metrics=Metrics())
        upgrade_handler = UpgradeHandler(self.registry, origins_rule(()), most_sockets)
        config = uvicorn.Config(Starlette(), ws=upgrade_handler.upgrade, log_config=None)  # type: ignore[arg-type]  # any callable of that shape will do
        config.load()
        self.state = ServerState()
        self.wire = Wire()
        self._handler = upgrade_handler
        self._config = config
        self.first_bytes = self.comes(self.wire)

    def comes(self, wire: Wire) -> FirstBytesProtocol:
        """A socket that says nothing."""
        arrival: FirstBytesProtocol = self._handler.first_bytes(
            config=self._config, server_state=self.state, app_state={}
        )
        arrival.connection_made(wire)
        return arrival

    def waits(self) -> None:
        """So long that nobody is waited for any more."""
        self.registry.pending_sockets.clear(asyncio.get_running_loop().time() + HEAD_S)

    def says(self, data: bytes) -> None:
        """To whoever the socket is for now."""
        protocol = cast("asyncio.Protocol", self.wire.protocol or self.first_bytes)
        protocol.data_received(data)


class HelloRequest:
    """A handler that takes so many sockets, its protocol, and a socket."""

    def __init__(self, most_sockets: int = 10) -> None:
        self.hub = Hub()
        self.registry = ConnectionRegistry(self.hub, verify=_claims, drain_s=1, metrics=Metrics())
        self.state = ServerState()
        self.wire = Wire()
        upgrade_handler = UpgradeHandler(self.registry, origins_rule(()), most_sockets)
        self.upgrade: UpgradeProtocol = upgrade_handler.upgrade(
            config=None, server_state=self.state, app_state={}
        )
        self.upgrade.connection_made(self.wire)

    def shakes_hands(self) -> Connection:
        """The connection that follows."""
        self.upgrade.data_received(HEAD)
        (connection,) = self.state.connections
        return cast("Connection", connection)

    def refused(self) -> tuple[int, str]:
        """Status and body of what was answered, once the stream has ended."""
        assert self.wire.end == "closed"
        assert not self.registry.has_guests
        head, _, body = self.wire.written.decode().partition("\r\n\r\n")
        return int(head.split()[1]), body


def _claims(token: str) -> TokenClaims:
    return TokenClaims("acme", "hall", token, Role.ATTENDEE, expires_at_s=0)


@pytest.fixture
async def street() -> Street:
    return Street()


async def test_a_plain_handshake_is_answered_at_once(street: Street) -> None:
    street.says(HEAD)
    assert street.wire.written.startswith(b"HTTP/1.1 101 ")
    assert list(street.state.connections) == [street.wire.protocol]

    street.says(HELLO)

    assert street.hub.asked == ["enter ada"]


@pytest.mark.parametrize("cut", [1, 30, len(HEAD) - 1])
async def test_a_handshake_in_pieces_is_answered_all_the_same(street: Street, cut: int) -> None:
    street.says(HEAD[:cut])
    street.says(HEAD[cut:])
    assert street.wire.written.startswith(b"HTTP/1.1 101 ")
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop

    street.says(HELLO)

    assert street.hub.asked == ["enter ada"]


async def test_an_address_with_too_many_handshakes_is_told_when_to_come_back(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    limits = CallLimits(address=CallLimit("address_calls", 1))
    street.registry.call_limits = limits
    street.wire.facts["peername"] = ("192.0.2.7", 1)
    for _ in range(BURST_S):
        limits.take_address("192.0.2.7")

    street.says(HEAD)

    assert street.wire.written.startswith(b"HTTP/1.1 429 ")
    assert b"Retry-After: 1\r\n" in street.wire.written
    assert b'"limit":"address_calls"' in street.wire.written
    counted = figures(street.registry.metrics)
    assert counted['fullhouse_limits_reached_total{limit="address_calls"}'] == 1
    assert [vars(line)["kind"] for line in caplog.records] == ["address_calls"]


async def test_what_is_no_handshake_is_a_request(street: Street) -> None:
    street.says(b"GET /nothing HTTP/1.1\r\nHost: events.example\r\n\r\n")
    await wait_until(lambda: street.wire.written)

    assert street.wire.written.startswith(b"HTTP/1.1 404 ")
    assert list(street.state.connections) == [street.wire.protocol]


async def test_a_plain_handshake_of_a_stranger_is_refused_like_any(street: Street) -> None:
    origin = b"Origin: https://evil.example\r\n\r\n"
    street.says(HEAD.removesuffix(b"\r\n") + origin)

    assert street.wire.written.startswith(b"HTTP/1.1 403 ")
    assert not street.registry.has_guests


async def test_a_socket_does_not_count_against_itself() -> None:
    street, full = Street(most_sockets=1), Street(most_sockets=0)

    street.says(HEAD)
    full.says(HEAD)

    assert street.wire.written.startswith(b"HTTP/1.1 101 ")
    assert full.wire.written.startswith(b"HTTP/1.1 503 ")


async def test_a_socket_on_which_nothing_was_said_is_closed_at_the_end(street: Street) -> None:
    assert list(map(id, street.state.connections)) == [id(street.first_bytes)]

    street.first_bytes.shutdown()
    assert street.wire.end == "closed"
    street.first_bytes.connection_lost(None)

    assert street.state.connections == set()


async def test_what_is_no_http_is_refused_and_counted(street: Street) -> None:
    street.says(b"\x16\x03\x01 no HTTP at all\r\n\r\n")

    assert street.wire.written.startswith(b"HTTP/1.1 400 ")
    refused = 'fullhouse_calls_refused_total{cause="malformed",status="400"}'
    assert figures(street.registry.metrics)[refused] == 1


async def test_whoever_says_nothing_is_given_up(street: Street) -> None:
    street.registry.pending_sockets.clear(asyncio.get_running_loop().time())
    assert street.wire.end == ""

    street.waits()

    assert street.wire.end == "aborted"
    assert figures(street.registry.metrics)["fullhouse_sockets_given_up_total"] == 1


@pytest.mark.parametrize("said", [HEAD[:1], HEAD[:-1], b"POST /v1/poll HTTP/1.1\r\n"])
async def test_whoever_stops_in_the_middle_of_a_head_is_given_up(
    street: Street, said: bytes
) -> None:
    street.says(said)

    street.waits()

    assert street.wire.end == "aborted"


@pytest.mark.parametrize("cut", [len(HEAD), 30])
async def test_whoever_has_come_in_is_not_given_up(street: Street, cut: int) -> None:
    street.says(HEAD[:cut])
    if HEAD[cut:]:
        street.says(HEAD[cut:])

    street.waits()

    assert street.wire.end == ""
    assert list(street.registry.pending_sockets) == []


async def test_whoever_has_asked_something_is_not_given_up(street: Street) -> None:
    street.says(b"POST /v1/poll HTTP/1.1\r\nContent-Length: 2\r\n\r\n")

    street.waits()

    assert street.wire.end == ""


async def test_where_no_more_fit_the_one_that_was_silent_longest_goes() -> None:
    street = Street(most_sockets=2)
    second, third = Wire(), Wire()

    street.comes(second)
    assert street.wire.end == ""
    street.comes(third)

    assert [wire.end for wire in (street.wire, second, third)] == ["aborted", "", ""]


@pytest.fixture
async def first_bytes() -> HelloRequest:
    return HelloRequest()


async def test_a_connection_takes_the_place_of_the_upgrade_protocol_a_turn_later(
    first_bytes: HelloRequest,
) -> None:
    connection = first_bytes.shakes_hands()
    assert first_bytes.wire.protocol is None

    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop

    assert first_bytes.wire.protocol is connection
    assert first_bytes.wire.written.startswith(b"HTTP/1.1 101 ")


async def test_what_comes_in_that_turn_is_passed_on(first_bytes: HelloRequest) -> None:
    connection = first_bytes.shakes_hands()

    first_bytes.upgrade.pause_writing()
    first_bytes.upgrade.data_received(HELLO)
    connection.send(b"kept", "place")
    first_bytes.upgrade.resume_writing()

    assert first_bytes.hub.asked == ["enter ada"]
    assert first_bytes.wire.written.endswith(b"kept")


async def test_an_end_in_that_turn_is_passed_on(first_bytes: HelloRequest) -> None:
    connection = first_bytes.shakes_hands()

    first_bytes.upgrade.eof_received()
    assert not connection.is_open
    first_bytes.upgrade.connection_lost(None)

    assert first_bytes.state.connections == set()


async def test_a_socket_that_goes_before_its_handshake_was_nobody(
    first_bytes: HelloRequest,
) -> None:
    first_bytes.upgrade.pause_writing()
    first_bytes.upgrade.resume_writing()
    first_bytes.upgrade.eof_received()
    first_bytes.upgrade.connection_lost(None)

    assert first_bytes.wire.written == b""
    assert not first_bytes.registry.has_guests


async def test_a_node_that_is_full_says_when_to_come_back() -> None:
    first_bytes = HelloRequest(most_sockets=0)

    first_bytes.upgrade.data_received(HEAD)

    status, body = first_bytes.refused()
    assert (status, json.loads(body)["code"]) == (503, "unavailable")
    assert b"Retry-After: " in first_bytes.wire.written


async def test_a_node_that_is_going_down_lets_nobody_in(first_bytes: HelloRequest) -> None:
    first_bytes.registry.drain()

    first_bytes.upgrade.data_received(HEAD)

    assert first_bytes.refused()[0] == 503


async def test_a_handshake_that_is_none_is_refused(first_bytes: HelloRequest) -> None:
    first_bytes.upgrade.data_received(HEAD.replace(b"Sec-WebSocket-Key", b"Sec-WebSocket-Lock"))

    assert first_bytes.refused()[0] == 400
