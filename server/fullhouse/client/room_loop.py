"""The work of a client between messages: connects, listens, and does what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from random import Random

from fullhouse.client.addresses import origin_of
from fullhouse.client.frames import UnknownMessage, UnreadableFrame
from fullhouse.client.lines import (
    ABNORMAL,
    ConnectFailed,
    Line,
    LineClosed,
    NotInvited,
    TokenSource,
    TokenUnavailable,
)
from fullhouse.client.observer import SILENT, RoomEnded, RoomObserver
from fullhouse.client.place import Place
from fullhouse.client.reconnection import BACKOFF, Backoff
from fullhouse.client.session import Act, Due, RoomSession
from fullhouse.client.socket_line import Dial, SocketLine
from fullhouse.client.transports import NO_TOKEN, Transports
from fullhouse.domain.close_codes import CloseCode
from fullhouse.edge.ws.client_messages import (
    Claim,
    ClientMessage,
    Hello,
    Leave,
    Watching,
)
from fullhouse.edge.ws.messages import RoomMessage, ServerMessage, Waiting, Watch


class RoomLoop:
    """What `RoomClient` does when it is asked for a message. It has no task of its own."""

    def __init__(
        self,
        server: str | Sequence[str],
        token: TokenSource,
        *,
        enters: bool = True,
        polls: bool = True,
        observer: RoomObserver = SILENT,
        dial: Dial = SocketLine.open,
        backoff: Backoff = BACKOFF,
        rng: Random | None = None,
        first: int = 0,
    ) -> None:
        servers = [server] if isinstance(server, str) else server
        for address in servers:
            origin_of(address)  # a wrong address is an error of the caller, so it is raised here
        rng = rng or Random()  # noqa: S311  # jitter, no secret
        self._token = token
        self._enters = enters
        self._observer = observer
        self._session = RoomSession(rng, now=-inf, enters=enters, backoff=backoff)
        self._transports = Transports(
            servers,
            token,
            dial=dial,
            polls=polls,
            answered=self._session.expect_answer,
            rng=rng,
            turn=first - 1,
        )
        self._line: Line | None = None
        self._has_heard = False
        self._leaves = False
        self._watches: bool | None = None
        self._told_watching: bool | None = None
        self.ended: RoomEnded | None = None

    @property
    def place(self) -> Place:
        """The person's own place, as last told."""
        return self._session.place

    @property
    def room(self) -> RoomMessage | None:
        """The room, as last told. None: not told yet, or the person is an attendee."""
        return self._session.room

    @property
    def line(self) -> Line | None:
        """The present connection."""
        return self._line

    async def receive(self, *, until: float = inf) -> ServerMessage | None:
        """The next message.

        Args:
            until: In seconds of the event loop's clock.

        Returns:
            None if no message came until then, or if the connection came or went meanwhile.

        Raises:
            RoomEnded: The client does not come back.
        """
        if self.ended is not None:
            raise self.ended
        if self._line is None:
            await self._connect(until)
            return None
        try:
            message = await self._receive(self._line, until)
        except LineClosed as closed:
            await self._lost(closed)
            return None
        if isinstance(message, Waiting | Watch):
            await self._tell_watching()
        return message

    async def _connect(self, until: float) -> None:
        connect_at = self._session.connect_at
        await _sleep_until(min(connect_at, until))
        if until < connect_at:
            return
        try:
            token = await self._token()
            line = await self._transports.open()
            self._change_to(line)
            await self._greet(line, token)
        except NotInvited as error:
            self.ended = RoomEnded(CloseCode.NOT_AUTHENTICATED, str(error), str(error))
        except (TokenUnavailable, OSError) as error:
            self._observer.failed(str(error))
            self._session.failed(now())
        except ConnectFailed as failure:
            self._failed(failure)
        except LineClosed as closed:
            await self._lost(closed)

    def _change_to(self, line: Line) -> None:
        self._line = line
        self._has_heard = False
        self._told_watching = None
        self._session.opened()
        self._observer.connected()

    async def _greet(self, line: Line, token: str) -> None:
        self._session.said(None, now())
        await line.send(Hello(token))
        if self._leaves:
            await line.send(Leave())

    async def _receive(self, line: Line, until: float) -> ServerMessage | None:
        try:
            message = await line.receive(min(self._next_act().at, until))
        except UnreadableFrame as error:
            self._observer.failed(f"unreadable message: {error}")
            return None
        if message is not None:
            return self._hear(line, message)
        due = self._next_act()  # another task may have sent something meanwhile
        return await self._do(due.act, line) if due.at <= now() else None

    def _hear(self, line: Line, message: ServerMessage | UnknownMessage) -> ServerMessage | None:
        if not self._has_heard:
            self._has_heard = True
            self._transports.heard_first(line)
        if isinstance(message, UnknownMessage):
            self._session.heard_unknown(now())
            return None
        if self._session.hear(message, now()):
            return message
        self._observer.fell_back(message)
        return None

    def _next_act(self) -> Due:
        trial = Due(self._transports.try_socket_at, Act.TRY_SOCKET)
        return min(self._session.next_act(), trial, key=lambda due: due.at)

    async def _do(self, act: Act, line: Line) -> ServerMessage | None:
        match act:
            case Act.ENTER:
                await self._enter()
            case Act.REPEAT:
                await self._repeat(line)
            case Act.TRY_SOCKET:
                return await self._try_socket(line)
            case Act.RECONNECT:
                self._observer.failed("the server fell silent")
                line.abort()  # a silent server would not answer a closing handshake
                raise LineClosed
        return None

    async def _enter(self) -> None:
        self._session.entered(now())
        await self._say(Claim())

    async def _repeat(self, line: Line) -> None:
        """Send the last message again, as the server asked for with `retry`."""
        if self._session.unanswered is None or self._leaves:
            try:
                await self._greet(line, await self._token())
            except NO_TOKEN as error:
                raise LineClosed(ABNORMAL, str(error)) from error
        else:
            await self._say(self._session.unanswered)

    async def _try_socket(self, line: Line) -> ServerMessage | None:
        """Change from polling to a WebSocket, if one brings a message soon.

        Not while a person is called who wants to claim themselves: its `hello` takes the seat.
        """
        if self.place.kind == "called" and not self._enters:
            self._transports.heard_first(line)
            return None
        found = await self._transports.try_socket()
        if found is None:
            return None
        socket, first = found
        await line.close()
        self._observer.disconnected()
        self._change_to(socket)
        return self._hear(socket, first)

    async def _say(self, message: ClientMessage) -> None:
        """Send `message` if there is a connection. If it has just ended, `receive` will see it."""
        if self._line is None:
            return
        self._session.said(message, now())
        with suppress(LineClosed):
            await self._line.send(message)

    async def _tell_watching(self) -> None:
        """Say whether the person watches, once on each connection. This has no answer."""
        is_told = self._watches in (None, self._told_watching)
        if self._line is None or self.place.watch is None or is_told:
            return
        self._told_watching = self._watches
        with suppress(LineClosed):
            await self._line.send(Watching(on=bool(self._watches)))

    async def _lost(self, closed: LineClosed) -> None:
        if self._line is not None:
            self._transports.lost(self._line, closed.code, has_heard=self._has_heard)
        await self._hang_up()
        self._session.closed(closed.code, now())
        if self._session.connect_at == inf:
            self.ended = RoomEnded(closed.code, closed.reason, str(closed))

    def _failed(self, failure: ConnectFailed) -> None:
        if self._transports.failed(failure):
            self.ended = RoomEnded(ABNORMAL, str(failure), str(failure))
        else:
            self._observer.failed(str(failure))
            self._session.failed(now(), after_s=failure.after_s)

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._observer.disconnected()
            await line.close()


def now() -> float:
    return asyncio.get_running_loop().time()


async def _sleep_until(at: float) -> None:
    await asyncio.sleep(max(0.0, at - now()))  # noqa: TID251  # the pause before an attempt
