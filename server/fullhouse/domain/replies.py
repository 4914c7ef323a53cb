"""The reply to an admission request: messages, and whether the connection ends."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.limit_names import SENTENCES
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
    LINE_FULL = "line_full"
    RETRY = "retry"
    RETRY_LATER = "retry_later"
    """`retry` after a longer time: the reason for it does not pass in a moment."""


class Close(NamedTuple):
    """The end of the connection. `cause` is for logs; empty if the code says enough."""

    code: CloseCode
    reason: str
    cause: str = ""


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

RETRY_LATER_MS = 15_000

LINE_FULL_DETAIL = SENTENCES["room_waiting"]

PRESENTERS_FULL_DETAIL = "All presenter seats of the plan are taken."

_PLACES: Mapping[Role, Container[str]] = {
    Role.ATTENDEE: ("seated", "waiting"),
    Role.PRESENTER: ("presenting",),
    Role.HOST: ("hosting",),
}

_SAME_FOR_ALL: Mapping[Outcome, Reply] = {
    "presenters_full": Reply(
        (Message.PRESENTERS_FULL,),
        Close(CloseCode.PRESENTERS_FULL, "presenter seats taken"),
    ),
    "line_full": Reply(
        (Message.LINE_FULL, Message.RETRY_LATER),
        Close(CloseCode.TOO_MANY_MESSAGES, "the line is full", "room_waiting"),
    ),
    "no_room": Reply(
        (Message.RETRY,), Close(CloseCode.NO_SUCH_ROOM, "no such room, or not open yet")
    ),
}
"""Replies that depend neither on the role nor on the connection."""


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
        case "removed":
            told = (Message.REMOVED,) if is_attendee or not has_connection else ()
            return Reply(told, Close(CloseCode.REMOVED, "removed"))
        case "closed":
            last = () if is_attendee else (Message.ROOM,)
            end = (Message.ROOM_CLOSED,) if is_attendee or not has_connection else ()
            return Reply((*last, *end), Close(CloseCode.ROOM_CLOSED, "room closed"))
    # By default the store is being refilled, or has lost the place again.
    return _SAME_FOR_ALL.get(outcome, Reply((Message.RETRY,)))


def _placed(kind: PlaceKind, role: Role, *, has_connection: bool) -> Reply:
    """The reply for a place. A place of another role belongs to a newer hello, on any node."""
    if kind not in _PLACES[role]:
        return Reply(() if has_connection else (Message.RETRY,), OTHER_ROLE)
    return Reply((Message.PLACE if role is Role.ATTENDEE else Message.ROOM,), admits=True)
