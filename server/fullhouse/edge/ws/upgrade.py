"""Answers the WebSocket handshake and hands the socket to a `Connection`.

Depends on internals of uvicorn, as `draining.py` and `http_protocol.py` do. A contract test fails
when a release changes one of them:

- uvicorn calls `http=` with `config`, `server_state`, `app_state` and `_loop` for each new socket.
  The result is the protocol of the socket. An `HttpToolsProtocol` may take over a socket whose
  first bytes have been read.
- uvicorn calls `ws=` with the first three of these. It calls `connection_made(transport)` and
  `data_received(head)` of the result, and sets the transport's protocol only afterwards.
- At SIGTERM uvicorn calls `shutdown()` of each member of `server_state.connections`, and waits
  until the set is empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from fullhouse.domain.errors import (
    Forbidden,
    NotFound,
    RateLimited,
    Unavailable,
)
from fullhouse.domain.forwarded import (
    NO_PROXIES,
    ClientInfo,
    TrustedProxies,
    ValuesOf,
    client_info,
)
from fullhouse.edge.http_protocol import HttpProtocol
from fullhouse.edge.origins import MayEnter
from fullhouse.edge.peers import peer_of
from fullhouse.edge.ws.client_messages import MAX_CLIENT_FRAME
from fullhouse.edge.ws.connection import Connection
from fullhouse.edge.ws.handshake import PATH, SUBPROTOCOL, PlainHandshake, plain_handshake
from fullhouse.edge.ws.handshake_refusals import Refusal, answer_to, hint_for, of_form
from fullhouse.edge.ws.registry import ConnectionRegistry

if TYPE_CHECKING:
    from uvicorn.server import ServerState

RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class UpgradeHandler:
    """Decides which handshakes are accepted; makes the protocols for uvicorn.

    Attributes:
        registry: What all connections share.
        may_enter: Whether pages of that origin may connect to that host.
        most_sockets: With so many open sockets of any kind, further handshakes are refused.
        trusted: Proxies whose headers are trusted for the client's address, scheme and host.
        paths: Where the WebSocket is.
    """

    registry: ConnectionRegistry
    may_enter: MayEnter
    most_sockets: int
    trusted: TrustedProxies = NO_PROXIES
    paths: tuple[str, ...] = (PATH,)

    def first_bytes(self, **given: Any) -> FirstBytesProtocol:  # noqa: ANN401  # uvicorn's words, for uvicorn
        """Uvicorn's `http=`: called for each new socket."""
        return FirstBytesProtocol(self, given)

    def upgrade(
        self,
        config: object,  # noqa: ARG002  # uvicorn's call
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002  # as above
    ) -> UpgradeProtocol:
        """Uvicorn's `ws=`: called for each upgrade that it has read."""
        return UpgradeProtocol(self, server_state)

    def accept(
        self, transport: asyncio.Transport, server_state: ServerState, client: ClientInfo
    ) -> Connection:
        """The connection for an accepted handshake."""
        # Without a proxy the address is the peer's. The transport knows it, so it is not kept.
        address = client.address if self.trusted else ""
        return Connection(self.registry, transport, _sockets_of(server_state), address)

    def is_full(self, server_state: ServerState) -> bool:
        return len(server_state.connections) >= self.most_sockets

    def refusal(
        self, server_state: ServerState, *, path: str, origins: Sequence[str], client: ClientInfo
    ) -> Refusal | None:
        """Why the handshake is refused; None if only its form is left to check."""
        if self.registry.is_draining:
            return Refusal("draining", Unavailable("This node is going down.", RETRY_AFTER_S))
        if self.is_full(server_state):
            reason = "This node is full: it may open no more files."
            return Refusal("full", Unavailable(reason, RETRY_AFTER_S))
        try:
            self.registry.call_limits.take_address(client.address)
        except RateLimited as error:
            return Refusal("address_calls", error)
        if path.partition("?")[0] not in self.paths:
            return Refusal("path", NotFound("WebSocket at", path))
        if all(self.may_enter(origin, client.host, client.scheme) for origin in origins):
            return None  # without an origin the client is no browser, and its token decides
        reason = "Origin: pages of this origin may not connect here."
        return Refusal("origin", Forbidden(reason))

    def client_of(
        self, transport: asyncio.Transport | None, host: str, values_of: ValuesOf
    ) -> ClientInfo:
        """The client of that socket, with these headers."""
        return client_info(self.trusted, peer_of(transport), host, values_of)


class FirstBytesProtocol(asyncio.Protocol):
    """A new socket. Its first bytes decide which protocol it gets.

    A handshake of the usual form is answered at once (why: `handshake.py`). Everything else is
    passed to uvicorn. It gives every other handshake to an `UpgradeProtocol`, also those that will
    be refused, so that refusals are worded in one place.
    """

    __slots__ = ("_given", "_handler", "_http", "_server_state", "_transport")

    def __init__(self, handler: UpgradeHandler, given: dict[str, Any]) -> None:
        self._handler = handler
        self._given = given
        self._server_state: ServerState = given["server_state"]
        self._http: HttpProtocol | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if self._handler.is_full(self._server_state):
            self._handler.registry.pending_sockets.make_room()
        _sockets_of(self._server_state).add(self)
        self._handler.registry.pending_sockets.add(self, asyncio.get_running_loop().time())

    def data_received(self, data: bytes) -> None:
        self._hand_over()  # first: a socket does not count against itself
        assert self._transport  # noqa: S101  # `connection_made` came first
        asks = plain_handshake(data, self._handler.paths)
        if not (asks and self._comes_in(self._transport, asks)):
            self._leave_to_uvicorn(self._transport, data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # its interface
        self._hand_over()

    def shutdown(self) -> None:
        """Uvicorn was told to stop."""
        if self._transport:
            self._transport.close()

    def give_up(self) -> None:
        """Satisfies `pending_sockets.PendingSocket`."""
        if self._transport and (self._http is None or self._has_half_a_head(self._transport)):
            self._handler.registry.metrics.socket_given_up()
            self._transport.abort()

    def _hand_over(self) -> None:
        _sockets_of(self._server_state).discard(self)
        self._handler.registry.pending_sockets.discard(self)

    def _comes_in(self, transport: asyncio.Transport, asks: PlainHandshake) -> bool:
        """Accept the client; False if it is refused."""
        handler, state = self._handler, self._server_state
        client = handler.client_of(transport, asks.host, asks.values_of)
        origins = [] if asks.origin is None else [asks.origin]
        if handler.refusal(state, path=PATH, origins=origins, client=client):
            return False
        connection = handler.accept(transport, state, client)
        transport.set_protocol(connection)
        connection.write(asks.acceptance())
        return True

    def _leave_to_uvicorn(self, transport: asyncio.Transport, data: bytes) -> None:
        # In this order: at an upgrade uvicorn sets another protocol while it reads.
        self._http = HttpProtocol(self._handler.registry.metrics, self._given)
        self._http.connection_made(transport)
        transport.set_protocol(self._http)
        self._http.data_received(data)
        if self._has_half_a_head(transport):
            self._handler.registry.pending_sockets.add(self, asyncio.get_running_loop().time())

    def _has_half_a_head(self, transport: asyncio.Transport) -> bool:
        """Whether uvicorn has not read a whole one: a request, or an upgrade."""
        is_uvicorns = transport.get_protocol() is self._http and not transport.is_closing()
        return is_uvicorns and self._http is not None and self._http.cycle is None


class UpgradeProtocol(asyncio.Protocol):
    """Answers a handshake that uvicorn has read, and is the socket's protocol for one turn.

    Uvicorn sets this as the transport's protocol only after the answer. It passes the transport's
    calls on to the connection until the connection is the protocol itself.
    """

    def __init__(self, handler: UpgradeHandler, server_state: ServerState) -> None:
        self._handler = handler
        self._server_state = server_state
        self._transport: asyncio.Transport | None = None
        self._connection: Connection | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._connection:
            self._connection.data_received(data)
        else:
            self._answer_head(data)

    def eof_received(self) -> None:
        if self._connection:
            self._connection.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection:
            self._connection.connection_lost(exc)

    def pause_writing(self) -> None:
        if self._connection:
            self._connection.pause_writing()

    def resume_writing(self) -> None:
        if self._connection:
            self._connection.resume_writing()

    def _answer_head(self, head: bytes) -> None:
        """Answer the request head, which uvicorn passes in one piece."""
        subprotocols = [Subprotocol(SUBPROTOCOL)]
        parser = ServerProtocol(subprotocols=subprotocols, max_size=MAX_CLIENT_FRAME)
        parser.receive_data(head)
        for event in parser.events_received():
            if isinstance(event, Request):
                self._answer(parser, event)
        self._write(parser)

    def _answer(self, parser: ServerProtocol, request: Request) -> None:
        origins = request.headers.get_all("Origin")
        host = ",".join(request.headers.get_all("Host"))
        client = self._handler.client_of(self._transport, host, request.headers.get_all)
        refusal = self._handler.refusal(
            self._server_state, path=request.path, origins=origins, client=client
        )
        response = None if refusal else parser.accept(request)
        if response and response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            parser.send_response(response)
            self._write(parser)
            self._install(client)
            return
        refusal = refusal or of_form(parser.handshake_exc)
        hint = hint_for(refusal, request, peer_of(self._transport), self._handler.trusted)
        self._handler.registry.handshake_refused(
            refusal.cause, origins=origins, client=client, hint=hint
        )
        parser.send_response(answer_to(parser, request, refusal.error))

    def _install(self, client: ClientInfo) -> None:
        assert self._transport  # noqa: S101  # `connection_made` came first
        self._connection = self._handler.accept(self._transport, self._server_state, client)
        # In the next turn: uvicorn is about to set this object as the transport's protocol.
        loop = asyncio.get_running_loop()
        loop.call_soon(self._transport.set_protocol, self._connection)

    def _write(self, parser: ServerProtocol) -> None:
        assert self._transport  # noqa: S101  # `connection_made` came first
        for data in parser.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()  # a refused handshake ends the stream


def _sockets_of(server_state: ServerState) -> set[asyncio.Protocol]:
    return cast("set[asyncio.Protocol]", server_state.connections)
