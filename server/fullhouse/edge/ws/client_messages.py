"""Every message of a client on a WebSocket, and the one place that refuses all others.

Source: docs/protocol.md, "WebSocket". The refusal of an unknown type, an unknown field or a wrong
type names the field.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from msgspec import Struct

from fullhouse.domain.errors import InvalidRequest

MAX_CLIENT_FRAME = 4096  # bytes


class _FromClient(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Hello(_FromClient, frozen=True, tag="hello"):
    """Enter the room: a seat if one is free for you, else a ticket.

    Attributes:
        token: A room token. It is checked at each hello.
    """

    token: str


class Claim(_FromClient, frozen=True, tag="claim"):
    """Run admission again without reloading the page."""


class Leave(_FromClient, frozen=True, tag="leave"):
    """Give up the seat or ticket at once."""


class PositionRequest(_FromClient, frozen=True, tag="position"):
    """Ask for the exact place in line."""


class Watching(_FromClient, frozen=True, tag="watching"):
    """You watch the stream, or no longer do. Only where `waiting` has named a stream.

    Attributes:
        on: Whether you watch from now on.
    """

    on: bool


class Dismiss(_FromClient, frozen=True, tag="dismiss"):
    """Put a notice away for all hosts.

    Attributes:
        notice: The id of the notice.
        rest: Whether further notices stay away for the rest of the event.
    """

    notice: str
    rest: bool = False


Request: TypeAlias = Claim | Leave | PositionRequest | Watching | Dismiss
"""A message of a person who said hello."""

ClientMessage: TypeAlias = Hello | Request

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)


def decode(frame: bytes) -> ClientMessage:
    """Parse one text frame of a client.

    Raises:
        InvalidRequest: its text names the offending field.
    """
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest("message", str(error)) from error
    except RecursionError as error:
        raise InvalidRequest("message", "nested too deeply") from error
