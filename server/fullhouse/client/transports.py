"""Chooses how to connect: by WebSocket, or by polling where WebSockets bring nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from math import inf
from random import Random

from fullhouse.client.addresses import origin_of, socket_address
from fullhouse.client.frames import UnknownMessage, UnreadableFrame
from fullhouse.client.lines import (
    ConnectFailed,
    Line,
    LineClosed,
    NotInvited,
    TokenSource,
    TokenUnavailable,
)
from fullhouse.client.poll_line import PollLine
from fullhouse.client.socket_line import Dial, SocketLine
from fullhouse.edge.ws.client_messages import Hello
from fullhouse.edge.ws.messages import ServerMessage

SOCKET_TRIES = 2
"""After so many WebSockets that brought nothing, polling is tried in between."""

NO_TOKEN = (NotInvited, TokenUnavailable, OSError)

_SOCKET_AGAIN_S = 30.0  # while polling works
_SOCKET_AGAIN_LONGEST_S = 300.0
_TRIAL_S = 5.0  # with one more poll it stays below the lease of three polls
_FIRST_CUSTOM_CODE = 4000


class Transports:
    """Opens connections to each server in turn.

    Args:
        servers: Addresses of the servers. The list may change.
        token: For polls, and for the first WebSocket after polls.
        dial: Opens a WebSocket.
        polls: Whether polling is allowed.
        answered: Called with each answer to a poll.
        rng: For jitter.
        turn: The number of connections before the first.

    Attributes:
        try_socket_at: When to try a WebSocket again while polling. `inf`: not now.
    """

    def __init__(
        self,
        servers: Sequence[str],
        token: TokenSource,
        *,
        dial: Dial,
        polls: bool,
        answered: Callable[[], None],
        rng: Random,
        turn: int,
    ) -> None:
        self._servers = servers
        self._token = token
        self._dial = dial
        self._polls = polls
        self._answered = answered
        self._rng = rng
        self._turn = turn
        self._deaf_sockets = 0
        self._pause_s = _SOCKET_AGAIN_S
        self.try_socket_at = inf

    async def open(self) -> Line:
        """A connection to the next server.

        Raises:
            ConnectFailed: The attempt failed.
        """
        self._turn += 1
        tries = self._deaf_sockets
        if self._polls and tries >= SOCKET_TRIES and tries % SOCKET_TRIES == 0:
            return PollLine(self._server, self._token, self._answered)
        return await self._dial(socket_address(self._server))

    def heard_first(self, line: Line) -> None:
        """The first message came on `line`."""
        if line.via == "poll":
            self._plan_socket()
        else:
            self._deaf_sockets, self._pause_s = 0, _SOCKET_AGAIN_S

    def failed(self, failure: ConnectFailed) -> bool:
        """The attempt to connect failed. Returns whether another one would fail, too."""
        self._deaf_sockets += not failure.after_s  # who asks for a pause has answered
        return failure.is_final and not self._polls

    def lost(self, line: Line, code: int, *, has_heard: bool) -> None:
        """The connection ended."""
        self.try_socket_at = inf
        is_deaf = line.via == "poll" or (not has_heard and code < _FIRST_CUSTOM_CODE)
        self._deaf_sockets = self._deaf_sockets + 1 if is_deaf else 0

    async def try_socket(self) -> tuple[SocketLine, ServerMessage | UnknownMessage] | None:
        """A WebSocket that has said hello, and its first message. None: it brought none soon."""
        self._plan_socket()
        line: SocketLine | None = None
        try:
            async with asyncio.timeout(_TRIAL_S):
                token = await self._token()
                line = await self._dial(socket_address(self._server))
                await line.send(Hello(token))
                first = await line.receive(inf)
        except (*NO_TOKEN, ConnectFailed, LineClosed, UnreadableFrame):
            first = None
        if line is not None and first is not None:
            self.try_socket_at = inf
            return line, first
        if line is not None:
            line.abort()
        return None

    @property
    def _server(self) -> str:
        return origin_of(self._servers[self._turn % len(self._servers)])

    def _plan_socket(self) -> None:
        now = asyncio.get_running_loop().time()
        self.try_socket_at = now + self._pause_s * self._rng.uniform(0.5, 1.5)
        self._pause_s = min(2 * self._pause_s, _SOCKET_AGAIN_LONGEST_S)
