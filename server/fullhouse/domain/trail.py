"""The trail of an account: privileged requests, and why people were not let in or lost a place.

It has five logs with a bound of their own each, so that none pushes out what another one has: what
happened to people, requests of the platform, requests of buyers, signed tokens, refused requests.
Source: docs/decisions/0058-the-trail.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from fullhouse.domain.rooms import Role

TrailLog = Literal["people", "platform", "buyers", "tokens", "refused"]
LOGS: tuple[TrailLog, ...] = get_args(TrailLog)

RequestKind = Literal["request", "request_refused"]
RoomKind = Literal[
    "waiting",
    "refused",
    "called_next",
    "call_missed",
    "passed_over",
    "place_lost",
    "removed",
    "room_opened",
    "room_closed",
    "room_refilling",
]
EventKind = Literal[RequestKind, RoomKind]

MOST_REASON = 280


@dataclass(frozen=True, slots=True)
class By:
    """Who made a request. `participant` is None for a key, and for a person who was erased."""

    kind: Literal["key", "person"]
    key: str | None = None
    participant: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedRequest:
    """A request and its answer.

    Attributes:
        call: Method and path, with placeholders.
        code: The error code, if it was refused.
        reason: The caller's own words, if the call takes any.
        replayed: Whether an earlier request had the effect, and this is the same answer again.
    """

    by: By
    call: str
    status: int
    request_id: str
    code: str | None = None
    reason: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The room after an event. `held`: seats of people who are called and not inside yet."""

    capacity: int
    occupied: int
    held: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One entry as it is stored: a request, or what happened to people of a room, or to the room.

    Attributes:
        kind: 'erased': its people were deleted.
        rule: What decided it, in one word. None: a request.
        people: The people. Empty: it is about the room, or a request.
        tickets: Of each of them, or empty.
        new_tickets: Of each of them, or empty.
        figures: Capacity, occupied, held, waiting.
        participant: Whom a request is about.
    """

    kind: EventKind | Literal["erased"]
    room: str | None = None
    rule: str | None = None
    people: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    new_tickets: tuple[int, ...] = ()
    figures: tuple[int, int, int, int] | None = None
    participant: str | None = None
    request: NotedRequest | None = None

    def events(self, at_ms: int) -> list[TrailEvent]:
        """One event for each person, the last one first. An entry without people is one event."""
        if self.kind == "erased":
            return []
        names = self.people or (self.participant,)
        return [
            TrailEvent(
                at_ms, self.kind, self, name, _at(self.tickets, n), _at(self.new_tickets, n)
            )
            for n, name in reversed(list(enumerate(names)))
        ]


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """An entry as it concerns one person, or nobody."""

    at_ms: int
    kind: EventKind
    entry: TrailEntry
    participant: str | None = None
    ticket: int | None = None
    new_ticket: int | None = None

    @property
    def figures(self) -> Figures | None:
        return Figures(*self.entry.figures) if self.entry.figures else None

    def concerns(self, participant: str) -> bool:
        """Whether the event is about this person, or a request that the person made."""
        request = self.entry.request
        return participant == self.participant or (
            request is not None and participant == request.by.participant
        )


def _at(values: Sequence[int], n: int) -> int | None:
    return values[n] if values else None
