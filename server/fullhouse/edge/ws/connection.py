"""One WebSocket after its handshake: reads frames, carries out steps, writes; never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from websockets.frames import Frame, Opcode
from websockets.protocol import State

from fullhouse.domain.close_codes import CloseCode, StandardCloseCode
from fullhouse.domain.forwarded import UNKNOWN
from fullhouse.domain.rooms import Role, Visitor
from fullhouse.edge.peers import peer_of
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.client_messages import MAX_CLIENT_FRAME
from fullhouse.edge.ws.conversation import (
    CloseWith,
    Conversation,
    DismissNotice,
    Enter,
    LeaveRoom,
    NoteWatching,
    Reply,
    Step,
    TellPosition,
)
from fullhouse.edge.ws.frames import framed
from fullhouse.edge.ws.keepalive import ALIVE, PING
from fullhouse.edge.ws.parking import is_at_rest, woken_parser
from fullhouse.edge.ws.plain_frames import is_plain_pong, plain_text
from fullhouse.edge.ws.registry import ConnectionRegistry
from fullhouse.edge.ws.writer import Writer
from fullhouse.realtime.ports import Topic

if TYPE_CHECKING:
    from websockets.server import ServerProtocol

HELLO_S = 5.0  # Source: docs/protocol.md
MOST_UNSENT = 64 * 1024  # past it the client is too slow, and is closed with 4100
CLOSE_S = 5.0  # a peer that does not answer a close frame is cut off
PIECE = MAX_CLIENT_FRAME  # read so many bytes at once: a packet may hold 40,000 empty frames
MOST_FRAGMENTS = 64  # of one message; empty ones would never reach the limit of its length

SILENT = 1006  # never sent, but counted. Source: RFC 6455, section 7.4.1


class Connection(Writer):
    """Carries a `Conversation` over one transport. Satisfies `realtime.ports.Client`.

    It has no task. Between messages it has neither parser nor timer nor outbox, to save memory.

    Args:
        registry: What it shares with all other connections.
        transport: Of its socket, after the handshake.
        sockets: Uvicorn's set of open connections: uvicorn tells each to shut down, and waits.
        client: The address of the client, if that is not the socket's peer.
    """

    __slots__ = (
        "_client",
        "_conversation",
        "_fragments",
        "_is_sent_away",
        "_parser",
        "_registry",
        "_slot",
        "_sockets",
        "_timer",
        "_was_heard",
        "was_sent_out",
    )

    def __init__(
        self,
        registry: ConnectionRegistry,
        transport: asyncio.Transport,
        sockets: set[asyncio.Protocol],
        client: str = "",
    ) -> None:
        super().__init__(transport)
        self._client = client
        self._registry = registry
        self._sockets = sockets
        self._conversation = Conversation(registry.verify)
        self._parser: ServerProtocol | None = None
        self._fragments: tuple[bytes, ...] = ()
        self._is_sent_away = False
        self._was_heard = True
        self.was_sent_out = False
        self._timer: asyncio.TimerHandle | None = None
        self._set_timer(HELLO_S, self.close, CloseCode.NO_HELLO, "no hello in time")
        self._slot = registry.keepalive.add(self)
        sockets.add(self)

    @property
    def may_buy(self) -> bool:
        visitor = self._conversation.visitor
        return visitor is not None and visitor.may_buy

    @property
    def role(self) -> Role | None:
        return self.visitor.role if self.visitor else None

    @property
    def visitor(self) -> Visitor | None:
        return self._conversation.visitor

    def send(self, frame: bytes, topic: Topic) -> None:
        """Write `frame`, or keep it until the client has read what was sent before."""
        if not self.is_open:
            return
        self._registry.sent += 1
        self.post(frame, topic)
        if self._is_paused:
            self._give_up_if_slow()

    def close(self, code: int, reason: str, cause: str = "") -> None:
        """Send a close frame. The connection ends with the peer's answer, or after `CLOSE_S`.

        Args:
            cause: The reason as one word for logs; empty if the code says enough.
        """
        if self.is_open:
            self.flush()
            self.was_sent_out = True
            self._send_close(code, reason, cause)

    def leave_unless_told(self) -> None:
        """The node stops: a client without a place reconnects at once, to another node."""
        if not self._is_sent_away:
            self.send_away(0)

    def send_away(self, after_ms: int) -> None:
        """The node stops: the client reconnects after `after_ms`; this connection closes then."""
        self._is_sent_away = True
        self.send(framed(messages.Retry(after_ms)), "plain")
        if self.is_open:
            self._set_timer(
                after_ms / 1000, self.close, CloseCode.DRAINING, "come back in a moment"
            )

    def ping(self) -> None:
        """Called once a turn of the wheel. A peer that was silent for a whole turn is gone."""
        if not self._was_heard:
            self._registry.metrics.closed(SILENT)
            self._transport.abort()
            return
        self._was_heard = False
        if self.is_open and not self._is_paused:
            self.write(PING + ALIVE)

    # What the transport calls.

    def data_received(self, data: bytes) -> None:
        self._was_heard = True
        if self._parser is None and self._read_plainly(data):
            return
        parser = self._wake()
        for start in range(0, len(data), PIECE):
            self._read(parser, data[start : start + PIECE])
            if not self.is_open:
                break  # the rest of a hostile packet is not read
        self._write(parser)
        self._give_up_if_slow()
        if parser.close_expected():
            if self.is_open and parser.close_sent and not parser.close_rcvd:
                self._note_end(parser.close_sent.code)  # what was read broke the protocol
            self.fall_silent()
            self._set_timer(CLOSE_S, self._transport.abort)
        elif is_at_rest(parser):
            self._parser = None

    def eof_received(self) -> None:
        self.fall_silent()
        self._wake().receive_eof()

    def shutdown(self) -> None:
        """Uvicorn was told to stop."""
        self._registry.drain()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._set_timer(None)
        self._registry.keepalive.discard(self, self._slot)
        self._sockets.discard(self)
        if self.visitor:
            self._registry.metrics.disconnected(self.visitor.role)
            self._registry.hub.gone(self.visitor, self)

    def _read_plainly(self, data: bytes) -> bool:
        """Receive `data` if it is one whole message or pong. False: a parser has to read it."""
        if is_plain_pong(data):
            return True
        text = plain_text(data)
        if text is None:
            return False
        self._receive(text)
        return True

    def _read(self, parser: ServerProtocol, piece: bytes) -> None:
        parser.receive_data(piece)
        for event in parser.events_received():
            self._take(cast("Frame", event))

    def _wake(self) -> ServerProtocol:
        self._parser = self._parser or woken_parser()
        return self._parser

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self._fail(StandardCloseCode.NOT_TEXT, "text frames only")
        elif frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._take_text(frame)

    def _take_text(self, frame: Frame) -> None:
        fragments = (*self._fragments, bytes(frame.data))
        self._fragments = () if frame.fin else fragments
        if frame.fin:
            self._receive(b"".join(fragments))
        elif len(fragments) > MOST_FRAGMENTS:
            self._fail(StandardCloseCode.TOO_LARGE, "too many fragments")

    def _receive(self, text: bytes) -> None:
        if not self.is_open:
            return
        try:
            text.decode()
        except UnicodeDecodeError:
            self._fail(StandardCloseCode.NOT_UTF8, "text frames are UTF-8")
            return
        before = self.visitor
        step = self._conversation.receive(text)
        self._registry.count(self.visitor, before)
        if self.visitor and not self._registry.allows(self.visitor, self._refuse_more):
            self._refuse_more()
        else:
            self._follow(step)

    def _refuse_more(self) -> None:
        reason = "too many messages, back off"
        self.close(CloseCode.TOO_MANY_MESSAGES, reason, "person_messages")

    def _follow(self, step: Step) -> None:
        hub = self._registry.hub
        match step:
            case Enter(visitor):
                self._enter(visitor)
            case LeaveRoom(visitor):
                hub.leave(visitor, self)
            case TellPosition(visitor):
                hub.position(visitor, self)
            case NoteWatching(visitor, watches):
                hub.watch(visitor, self, watches=watches)
            case DismissNotice(visitor, notice, rest):
                hub.dismiss(visitor, self, notice, rest=rest)
            case Reply(message):
                self.send(framed(message), "plain")
            case CloseWith(code, reason, cause):
                self.close(code, reason, cause)

    def _enter(self, visitor: Visitor) -> None:
        if not self._is_sent_away:  # a hello does not postpone the end
            self._set_timer(None)
        self._registry.hub.enter(visitor, self)

    def _fail(self, code: int, reason: str) -> None:
        self._wake().fail(code, reason)
        self._note_end(code)
        self.fall_silent()

    def _note_end(self, code: int, cause: str = "") -> None:
        client = self._client or peer_of(self._transport) or UNKNOWN
        self._registry.closed(code, cause, client=client, visitor=self.visitor)

    def _give_up_if_slow(self) -> None:
        """Close a client that does not read; stop reading it: each ping would add an answer.

        What was kept is dropped: the client gets the present state when it reconnects.
        """
        if self.unsent > MOST_UNSENT and self.is_open:
            self._transport.pause_reading()
            self._send_close(CloseCode.TOO_SLOW, "too slow, come back")

    def _send_close(self, code: int, reason: str, cause: str = "") -> None:
        self.fall_silent()
        parser = self._wake()
        if parser.state is State.OPEN:  # else the peer sent its close in the same packet
            parser.send_close(code, reason)
            self._note_end(code, cause)
        self._write(parser)
        self._set_timer(CLOSE_S, self._transport.abort)

    def _write(self, parser: ServerProtocol) -> None:
        for data in parser.data_to_send():
            if data:
                self.write(data)
            else:
                self._transport.close()  # the parser ends the stream

    def _set_timer(
        self, seconds: float | None, action: Callable[..., None] | None = None, *args: object
    ) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if seconds is not None and action is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, action, *args)
