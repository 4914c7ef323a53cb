"""The history of an event: how many people were inside and in line, and what happened when.

The scripts of the store write it, with the changes that it tells of.
Source: docs/decisions/0048-the-history-of-a-room.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from fullhouse.domain.money import Money
from fullhouse.domain.rooms import CapacityCause, ClosedReason, NoticeLevel

MOST_STEPS = 360
MOST_MOMENTS = 200


class Step(NamedTuple):
    """The room from `at_ms` on, in Unix ms. `held`: called, but not inside yet.

    `watching`: how many in line watched the stream.
    """

    at_ms: int
    inside: int
    held: int
    waiting: int
    capacity: int
    watching: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """The room was opened."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """The hosts were given a notice, at these figures. `notice` is its id."""

    at_ms: int
    notice: str
    level: NoticeLevel
    occupied: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Purchased:
    """A larger plan was bought. `upgrade` is the id of the purchase.

    `price`: what was due at once. None: an earlier version noted the purchase. `by`: the
    participant who bought it. None: the platform did, or an earlier version noted it.
    """

    at_ms: int
    plan: str
    upgrade: str
    price: Money | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CapacityChanged:
    """The number of seats changed. `change` is the id of the change."""

    at_ms: int
    old: int
    new: int
    cause: CapacityCause
    change: str


@dataclass(frozen=True, slots=True)
class LinePaused:
    """The line was paused, or went on."""

    at_ms: int
    paused: bool


@dataclass(frozen=True, slots=True)
class MessageSet:
    """The host told the line a message. `text` None: it was withdrawn."""

    at_ms: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class CalledNext:
    """A person was put before the line, by a host or, with `by` None, by the platform.

    After the event nobody is named: `participant` and `by` are None.
    """

    at_ms: int
    reason: str
    participant: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """The event ended."""

    at_ms: int
    reason: ClosedReason


RoomMoment: TypeAlias = (
    Opened
    | NoticeGiven
    | Purchased
    | CapacityChanged
    | LinePaused
    | MessageSet
    | CalledNext
    | Closed
)


@dataclass(frozen=True, slots=True)
class History:
    """The event since its opening at `since_ms`: at most MOST_STEPS steps, MOST_MOMENTS moments.

    Both are in the order of time. A step tells the last state of a slot of time, and only slots in
    which something changed have one. A slot lasts a second at first. It lasts twice as long each
    time that the event has lasted MOST_STEPS slots. Of the moments the newest are kept.
    """

    since_ms: int
    steps: tuple[Step, ...] = ()
    moments: tuple[RoomMoment, ...] = ()
