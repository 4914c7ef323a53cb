"""How a client ends, and what it tells besides messages."""

from __future__ import annotations

from typing import Protocol

from fullhouse.edge.ws.messages import ServerMessage


class RoomEnded(Exception):
    """The client does not come back.

    Attributes:
        code: The close code. 1006: a handshake was refused for good.
        reason: For people.
    """

    def __init__(self, code: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.reason = reason


class RoomObserver(Protocol):
    """Hears of what is no message. For logs and figures."""

    def connected(self) -> None:
        """A connection was opened, or polling began."""
        ...

    def disconnected(self) -> None:
        """The connection ended, or polling did."""
        ...

    def failed(self, reason: str) -> None:
        """Something went wrong, and the client goes on."""
        ...

    def fell_back(self, message: ServerMessage) -> None:
        """A message was older than an earlier one, and is not delivered."""
        ...


class _NoObserver:
    def connected(self) -> None: ...
    def disconnected(self) -> None: ...
    def failed(self, reason: str) -> None: ...
    def fell_back(self, message: ServerMessage) -> None: ...


SILENT: RoomObserver = _NoObserver()
