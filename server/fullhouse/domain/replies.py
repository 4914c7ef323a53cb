"""The reply to an admission request: messages, and whether the connection ends."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.rooms import PlaceKind, Role


class Message(StrEnum):
    """A message of a reply. `docs/protocol.md` has the fields."""

    PLACE = "place"
    """`seated` or `waiting`: the person's own place."""

    ROOM = "room"
    """The state of the room, and its notice if there is one: for hosts and presenters."""

    REMOVED = "removed"
    ROOM_CLOSED = "room_closed"
    PRESENTERS_FULL = "presenters_full"
    RETRY = "retry"


class Close(NamedTuple):
    """The end of the connection."""

    code: CloseCode
    reason: str


Outcome: TypeAlias = PlaceKind | Literal["closed", "no_room"]
"""The place that the store gave, or the reason why it gave none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to one person.

    Attributes:
        messages: In this order.
        close: The end of the connection. None: it stays open.
        admits: Whether the person has a place from now on.
    """

    messages: tuple[Message, ...] = ()
    close: Close | None = None
    admits: bool = False


OTHER_ROLE = Close(CloseCode.LEFT, "entered in another role")

PRESENTERS_FULL_DETAIL = "All presenter seats of the plan are taken."

_PLACES: Mapping[Role, Container[str]] = {
    Role.ATTENDEE: ("seated", "waiting"),
    Role.PRESENTER: ("presenting",),
    Role.HOST: ("hosting",),
}


@cache  # a few dozen replies, asked for with each of ten thousand hellos
def reply_to(outcome: Outcome, role: Role, *, has_connection: bool = True) -> Reply:
    """The reply to a hello, claim or poll in that role.

    Args:
        outcome: The answer of the store.
        role: The role in the request.
        has_connection: False for a poll. Its messages then say what a close code would say.
    """
    is_attendee = role is Role.ATTENDEE
    match outcome:
        case "seated" | "waiting" | "presenting" | "hosting":
            return _placed(outcome, role, has_connection=has_connection)
        case "presenters_full":
            close = Close(CloseCode.PRESENTERS_FULL, "presenter seats taken")
            return Reply((Message.PRESENTERS_FULL,), close)
        case "removed":
            told = (Message.REMOVED,) if is_attendee or not has_connection else ()
            return Reply(told, Close(CloseCode.REMOVED, "removed"))
        case "closed":
            last = () if is_attendee else (Message.ROOM,)
            end = (Message.ROOM_CLOSED,) if is_attendee or not has_connection else ()
            return Reply((*last, *end), Close(CloseCode.ROOM_CLOSED, "room closed"))
        case "no_room":
            close = Close(CloseCode.NO_SUCH_ROOM, "no such room, or not open yet")
            return Reply((Message.RETRY,), close)
    return Reply((Message.RETRY,))  # the store is being refilled, or has lost the place again


def _placed(kind: PlaceKind, role: Role, *, has_connection: bool) -> Reply:
    """The reply for a place. A place of another role belongs to a newer hello, on any node."""
    if kind not in _PLACES[role]:
        return Reply(() if has_connection else (Message.RETRY,), OTHER_ROLE)
    return Reply((Message.PLACE if role is Role.ATTENDEE else Message.ROOM,), admits=True)
