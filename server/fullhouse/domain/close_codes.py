"""The close codes with which this server closes a WebSocket.

From 4000 to 4099 a client does not reconnect, unless it got the message `retry` first. From 4100
to 4199 a client reconnects. Source: docs/protocol.md, "Close codes".
"""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    """A close code. Its name in lower case is the cause in logs."""

    BAD_MESSAGE = 4000
    NOT_AUTHENTICATED = 4001
    ROLE_NOT_ALLOWED = 4003
    NO_SUCH_ROOM = 4004
    NO_HELLO = 4008
    ROOM_CLOSED = 4010
    LEFT = 4011
    PRESENTERS_FULL = 4012
    REMOVED = 4013
    TOO_SLOW = 4100
    DRAINING = 4101
    TOO_MANY_MESSAGES = 4102


ENDS_OF_VISITS = frozenset({CloseCode.ROOM_CLOSED, CloseCode.LEFT, CloseCode.DRAINING})
"""The codes of a visit that ends normally. Every other code refuses a person."""
