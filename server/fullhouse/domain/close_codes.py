"""The close codes with which this server closes a WebSocket.

From 4000 to 4099 a client does not reconnect, unless it got the message `retry` first. From 4100
to 4199 a client reconnects. After a code of RFC 6455 a client does not reconnect: it would make
the same mistake again. Source: docs/protocol.md, "Close codes".
"""

from __future__ import annotations

from enum import IntEnum

_PASSING = range(4100, 4200)


class _Code(IntEnum):
    """A close code. Its name in lower case is the cause in logs.

    Attributes:
        meaning: For authors of clients, and the same in all interfaces that list the codes.
    """

    meaning: str

    def __new__(cls, code: int, meaning: str) -> _Code:
        made = int.__new__(cls, code)
        made._value_ = code
        made.meaning = meaning
        return made

    @property
    def may_reconnect(self) -> bool:
        """Whether a client reconnects by itself, even without a `retry` before the close."""
        return self in _PASSING


class CloseCode(_Code):
    """A close code of this protocol."""

    BAD_MESSAGE = 4000, "An invalid message, or a second `hello` for another person or room."
    NOT_AUTHENTICATED = 4001, "The token is not valid."
    ROLE_NOT_ALLOWED = 4003, "The role of the token does not exist."
    NO_SUCH_ROOM = 4004, "No such room, or not open yet. `retry` comes first."
    NO_HELLO = 4008, "No `hello` in time."
    ROOM_CLOSED = 4010, "The room was closed."
    LEFT = 4011, "The person left, in this tab or another, or a later `hello` had another role."
    PRESENTERS_FULL = 4012, "All presenter seats are taken."
    REMOVED = 4013, "The platform removed the person."
    TOO_SLOW = 4100, "The client did not read what the server sent."
    DRAINING = 4101, "The server is stopping."
    TOO_MANY_MESSAGES = (
        4102,
        "Too many messages or connections of this person, from all devices together.",
    )


class StandardCloseCode(_Code):
    """A client broke a rule of WebSockets in general. Source: RFC 6455, section 7.4.1."""

    PROTOCOL_ERROR = 1002, "A frame that the WebSocket protocol does not allow."
    NOT_TEXT = 1003, "A binary frame."
    NOT_UTF8 = 1007, "A text frame that is not UTF-8."
    TOO_LARGE = 1009, "A message that is too large, or has too many fragments."


ENDS_OF_VISITS = frozenset({CloseCode.ROOM_CLOSED, CloseCode.LEFT, CloseCode.DRAINING})
"""The codes of a visit that ends normally. Every other code refuses a person."""
