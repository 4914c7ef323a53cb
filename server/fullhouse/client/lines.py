"""The ways in which messages reach a client: what a WebSocket and polling have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeAlias

from fullhouse.client.frames import UnknownMessage
from fullhouse.edge.ws.client_messages import ClientMessage
from fullhouse.edge.ws.messages import ServerMessage

ABNORMAL = 1006
"""The code of a connection that broke without a close frame. Source: RFC 6455, section 7.4.1."""

Via: TypeAlias = Literal["socket", "poll"]

TokenSource: TypeAlias = Callable[[], Awaitable[str]]
"""Gives a room token for one `hello`. A new token each time never expires during an event.

Raises:
    NotInvited: The person may not enter. Asking again does not help.
    TokenUnavailable, OSError: There is none now. The client asks again later.
"""


class NotInvited(Exception):
    """The person may not enter the room."""


class TokenUnavailable(Exception):
    """There is no token now. There may be one later."""


class LineClosed(Exception):
    """The connection ended."""

    def __init__(self, code: int = ABNORMAL, reason: str = "") -> None:
        super().__init__(f"closed with {code} {reason}".strip())
        self.code = code
        self.reason = reason


class ConnectFailed(Exception):
    """The attempt to connect failed.

    Args:
        reason: For people.
        after_s: The pause that the server asked for.
        is_final: Whether another attempt would fail in the same way.
    """

    def __init__(self, reason: str, *, after_s: float = 0.0, is_final: bool = False) -> None:
        super().__init__(reason)
        self.after_s = after_s
        self.is_final = is_final


class Line(Protocol):
    """One connection, or polling in place of it."""

    @property
    def via(self) -> Via:
        """How messages come."""
        ...

    async def send(self, message: ClientMessage) -> None:
        """Send a message.

        Raises:
            LineClosed: The connection has ended.
        """
        ...

    async def receive(self, until: float) -> ServerMessage | UnknownMessage | None:
        """The next message. None: none came until then.

        Raises:
            LineClosed: The connection has ended.
            UnreadableFrame: What came is not a message.
        """
        ...

    async def close(self) -> None:
        """End the connection. Safe to repeat."""
        ...

    def abort(self) -> None:
        """End the connection at once, as a lost network does."""
        ...
