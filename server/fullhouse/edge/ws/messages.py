"""Every message of the server on a WebSocket; close codes are in domain/close_codes.py.

Source: docs/protocol.md, "WebSocket".
"""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

import msgspec
from msgspec import Struct

from fullhouse.domain.rooms import CapacityCause, ClosedReason, WaitingReason
from fullhouse.edge.objects import NoticeObject, RoomObject


class _OfRoom(Struct, frozen=True, tag_field="type", kw_only=True):
    """Every room message says which room, and how new it is.

    Attributes:
        room: The id of the room.
        epoch: Rises when the room is opened again, or the store has lost history.
        rev: Rises by one with each change of the room.
    """

    room: str
    epoch: int
    rev: int


class OfRoomFields(TypedDict):
    """The fields that every room message begins with."""

    room: str
    epoch: int
    rev: int


class Seated(_OfRoom, frozen=True, tag="seated", kw_only=True):
    """You are in.

    Attributes:
        participant: Your id.
        grace_s: How long the seat is kept after the connection is lost.
        installation: Tells servers apart in what a browser keeps.
    """

    participant: str
    grace_s: float
    installation: str


class Waiting(_OfRoom, frozen=True, tag="waiting", kw_only=True):
    """You have a place in line.

    Attributes:
        participant: Your id.
        ticket: Your place: lower tickets are called first. A later message may bring another one.
        ahead: How many people are in front of you and not called. 0 if you are called.
        called: Whether a seat is held for you.
        called_to: The highest ticket that was called.
        reason: Why you wait. `expired`, said once: an earlier ticket of yours has expired.
        claim_s: What is left of the time for which the seat is held. null if you are not called.
        grace_s: How long the ticket and a call are kept after the connection is lost.
        away_s: How long the ticket is kept after that, if you are not called.
        estimate_s: Lowest and highest time until you are called. null if it is not known.
        installation: Tells servers apart in what a browser keeps.
        watch: The address of a stream to watch meanwhile. null: there is none.
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
    watch: str | None


class RefreshRequired(_OfRoom, frozen=True, tag="refresh_required", kw_only=True):
    """Seats opened: one identical frame for all, each finds its own moment from its ticket.

    Attributes:
        refresh: The id of the call, the same in each repetition.
        reason: What opened the seats.
        called_from: The lowest ticket of this call; `called_to` + 1 if it calls nobody.
        called_to: The highest ticket that was called.
        window_ms: The time over which the moments of these tickets are spread.
        claim_s: How long a seat is held, at least, after one's own moment.
    """

    refresh: str
    reason: Literal["capacity_changed", "seat_freed"]
    called_from: int
    called_to: int
    window_ms: int
    claim_s: float


class LineProgress(_OfRoom, frozen=True, tag="line", kw_only=True):
    """The line moved without you, or the estimate changed.

    Attributes:
        called_to: The highest ticket that was called.
        ahead: How many people are in front of you and not called.
        estimate_s: Lowest and highest time until you are called. null if it is not known.
    """

    called_to: int
    ahead: int
    estimate_s: tuple[int, int] | None


class HostMessage(_OfRoom, frozen=True, tag="message", kw_only=True):
    """The host's word to everybody in line.

    Attributes:
        text: Plain text. null: the message was withdrawn.
        at: The instant of the change.
    """

    text: str | None
    at: str


class Watch(_OfRoom, frozen=True, tag="watch", kw_only=True):
    """The stream that people in line may watch is another one.

    Attributes:
        watch: The address of the stream. null: there is none.
        window_ms: People who watch change at a random moment in this time.
    """

    watch: str | None
    window_ms: int


class SeatLost(_OfRoom, frozen=True, tag="seat_lost", kw_only=True):
    """You are no longer inside or in line.

    Attributes:
        reason: `expired`: `seated` or `waiting` follows. `missed_calls`: a `claim` queues you
            again. `removed`: by the platform.
    """

    reason: Literal["expired", "missed_calls", "removed"]


class RoomClosed(_OfRoom, frozen=True, tag="room_closed", kw_only=True):
    """The event is over.

    Attributes:
        reason: `closed` by the platform, or `forgotten`: nobody had been there for long.
    """

    reason: ClosedReason


class NoticeGiven(_OfRoom, frozen=True, tag="notice", kw_only=True):
    """The room crossed a level; also after `hello` while the notice stands."""

    notice: NoticeObject


class NoticeCleared(_OfRoom, frozen=True, tag="notice_cleared", kw_only=True):
    """The notice no longer stands.

    Attributes:
        notice: The id of the notice.
        reason: `upgraded`: the capacity rose. `below`: the room emptied. `dismissed`: by a host.
    """

    notice: str
    reason: Literal["upgraded", "below", "dismissed"]


class CapacityChanged(
    _OfRoom, frozen=True, tag="capacity_changed", kw_only=True, rename={"from_": "from"}
):
    """The number of seats changed. Never merged or dropped on the way to a host.

    Attributes:
        from_: Seats before.
        to: Seats from now on.
        cause: What changed it.
        change: The id of the change, the same in all rooms that it reached.
    """

    from_: int
    to: int
    cause: CapacityCause
    change: str


class RoomMessage(RoomObject, frozen=True, tag_field="type", tag="room", kw_only=True):
    """The room: after `hello` and after each change, at most four a second.

    Attributes:
        installation: Tells servers apart in what a browser keeps.
    """

    installation: str


class _Plain(Struct, frozen=True, tag_field="type"):
    pass


class Retry(_Plain, frozen=True, tag="retry"):
    """Not now. Your place is kept until then, and for the grace.

    Attributes:
        after_ms: If the connection stays open, send the message again after this time. If it
            closes, reconnect after this time.
    """

    after_ms: int


class Alive(_Plain, frozen=True, tag="alive"):
    """With every ping.

    Attributes:
        next_s: The next one comes in so long. Reconnect if nothing comes for twice that long.
    """

    next_s: float


RefusalCode = Literal[
    "not_waiting", "not_allowed", "presenters_full", "line_full", "unknown_notice"
]


class Refused(_Plain, frozen=True, tag="error"):
    """The last message was refused; the connection lives on.

    Attributes:
        code: Why, for programs.
        detail: Why, for people.
    """

    code: RefusalCode
    detail: str


ToAttendees: TypeAlias = (
    Seated | Waiting | RefreshRequired | LineProgress | HostMessage | Watch | SeatLost | RoomClosed
)
ToWatchers: TypeAlias = RoomMessage | NoticeGiven | NoticeCleared | CapacityChanged
"""Messages for hosts and presenters."""

ToAll: TypeAlias = Retry | Alive | Refused

ServerMessage: TypeAlias = ToAttendees | ToWatchers | ToAll

_encoder = msgspec.json.Encoder()


def encode(message: ServerMessage) -> bytes:
    """One JSON object, ready to be sent to any number of clients."""
    return _encoder.encode(message)
