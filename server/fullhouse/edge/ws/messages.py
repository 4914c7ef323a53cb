"""Every message of the WebSocket, in both directions; close codes are in domain/close_codes.py.

Source: docs/protocol.md, "WebSocket". Unknown types, unknown fields and wrong types from a client
are refused in one place, with the field's name in the text.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

import msgspec
from msgspec import Struct

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.rooms import ClosedReason, WaitingReason
from fullhouse.edge.objects import NoticeObject, RoomObject

MAX_CLIENT_FRAME = 4096  # bytes


class _FromClient(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Hello(_FromClient, frozen=True, tag="hello"):
    """Enter the room: a seat if one is free for you, else a ticket."""

    token: str


class Claim(_FromClient, frozen=True, tag="claim"):
    """Run admission again without reloading the page."""


class Leave(_FromClient, frozen=True, tag="leave"):
    """Give up the seat or ticket at once."""


class PositionRequest(_FromClient, frozen=True, tag="position"):
    """Ask for the exact place in line."""


class Dismiss(_FromClient, frozen=True, tag="dismiss"):
    """Put a notice away for all hosts; with `rest` for the whole event."""

    notice: str
    rest: bool = False


ClientMessage: TypeAlias = Hello | Claim | Leave | PositionRequest | Dismiss


class _OfRoom(Struct, frozen=True, tag_field="type", kw_only=True):
    """Every room message says which room, and how new it is."""

    room: str
    epoch: int
    rev: int


class OfRoomFields(TypedDict):
    """The fields that every room message begins with."""

    room: str
    epoch: int
    rev: int


class Seated(_OfRoom, frozen=True, tag="seated", kw_only=True):
    """You are in. `installation` tells servers apart in what a browser keeps."""

    participant: str
    grace_s: float
    installation: str


class Waiting(_OfRoom, frozen=True, tag="waiting", kw_only=True):
    """You have a place in line. `claim_s` is what is left of it, if you are called.

    Whoever is gone for longer than `grace_s` without a call keeps the place for another `away_s`.
    """

    participant: str
    ticket: int
    ahead: int
    called: bool
    called_to: int
    reason: WaitingReason
    claim_s: float | None
    grace_s: float
    away_s: float
    estimate_s: tuple[int, int] | None
    installation: str


class RefreshRequired(_OfRoom, frozen=True, tag="refresh_required", kw_only=True):
    """Seats opened: one identical frame for all, each finds its own moment from its ticket."""

    refresh: str
    reason: Literal["capacity_changed", "seat_freed"]
    called_from: int
    called_to: int
    window_ms: int
    claim_s: float


class Line(_OfRoom, frozen=True, tag="line", kw_only=True):
    """The line moved without you, or the estimate changed."""

    called_to: int
    ahead: int
    estimate_s: tuple[int, int] | None


class HostMessage(_OfRoom, frozen=True, tag="message", kw_only=True):
    """The host's word to everybody in line. `text` null: it was withdrawn."""

    text: str | None
    at: str


class SeatLost(_OfRoom, frozen=True, tag="seat_lost", kw_only=True):
    """You are no longer inside or in line."""

    reason: Literal["expired", "missed_calls", "removed"]


class RoomClosed(_OfRoom, frozen=True, tag="room_closed", kw_only=True):
    """The event is over. `forgotten`: nobody had been there for long."""

    reason: ClosedReason


class NoticeGiven(_OfRoom, frozen=True, tag="notice", kw_only=True):
    """The room crossed a level; also after `hello` while the notice stands."""

    notice: NoticeObject


class NoticeCleared(_OfRoom, frozen=True, tag="notice_cleared", kw_only=True):
    """`notice` is its id."""

    notice: str
    reason: Literal["upgraded", "below", "dismissed"]


class CapacityChanged(
    _OfRoom, frozen=True, tag="capacity_changed", kw_only=True, rename={"from_": "from"}
):
    """Never merged or dropped on the way to a host."""

    from_: int
    to: int
    cause: Literal["upgrade", "downgrade", "platform"]
    change: str


class RoomMessage(RoomObject, frozen=True, tag_field="type", tag="room", kw_only=True):
    """The room object itself, beside `type`; its `room` is the id."""

    installation: str


class _Plain(Struct, frozen=True, tag_field="type"):
    pass


class Retry(_Plain, frozen=True, tag="retry"):
    """Not now. Open connection: send the message again then; closed: come back then."""

    after_ms: int


class Alive(_Plain, frozen=True, tag="alive"):
    """With every ping. Nothing for twice `next_s`: reconnect."""

    next_s: float


RefusalCode = Literal["not_waiting", "not_allowed", "presenters_full", "unknown_notice"]


class Refused(_Plain, frozen=True, tag="error"):
    """The last message was refused; the connection lives on."""

    code: RefusalCode
    detail: str


ServerMessage: TypeAlias = (
    Seated
    | Waiting
    | RefreshRequired
    | Line
    | HostMessage
    | SeatLost
    | RoomClosed
    | NoticeGiven
    | NoticeCleared
    | CapacityChanged
    | RoomMessage
    | Retry
    | Alive
    | Refused
)

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()


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


def encode(message: ServerMessage) -> bytes:
    """One JSON object, ready to be sent to any number of clients."""
    return _encoder.encode(message)
