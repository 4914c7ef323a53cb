"""What the call for the history of a room answers."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from fullhouse.domain.money import Money
from fullhouse.domain.rooms import CapacityCause, ClosedReason, NoticeLevel


class StepObject(Struct, frozen=True):
    """The room from `at` until the next step. `watching`: those in line who watch the stream."""

    at: str
    inside: int
    held: int
    waiting: int
    capacity: int
    watching: int


class _MomentObject(Struct, frozen=True, tag_field="kind"):
    at: str


class OpenedMoment(_MomentObject, frozen=True, tag="opened"):
    """The room was opened."""


class NoticeMoment(_MomentObject, frozen=True, tag="notice"):
    """The hosts were given a notice. `notice` is its id."""

    notice: str
    level: NoticeLevel
    occupied: int
    capacity: int


class PurchaseMoment(_MomentObject, frozen=True, tag="purchase"):
    """A larger plan was bought. `upgrade` is the id of the purchase.

    `price`: due at once. `by`: the participant who bought it; null: the platform.
    """

    plan: str
    upgrade: str
    price: Money | None
    by: str | None


class CapacityMoment(_MomentObject, frozen=True, tag="capacity", rename={"from_": "from"}):
    """The number of seats changed. `change` is the same as in `capacity_changed`."""

    from_: int
    to: int
    cause: CapacityCause
    change: str


class PauseMoment(_MomentObject, frozen=True, tag="pause"):
    """The line was put on hold, or went on."""

    paused: bool


class MessageMoment(_MomentObject, frozen=True, tag="message"):
    """The host told everybody in line a message. `text` null: it was withdrawn."""

    text: str | None


class CallNextMoment(_MomentObject, frozen=True, tag="call_next"):
    """A person was put before the line. `by`: the host; null: the platform.

    After the event `participant` and `by` are null.
    """

    reason: str
    participant: str | None
    by: str | None


class ClosedMoment(_MomentObject, frozen=True, tag="closed"):
    """The event ended."""

    reason: ClosedReason


MomentObject: TypeAlias = (
    OpenedMoment
    | NoticeMoment
    | PurchaseMoment
    | CapacityMoment
    | PauseMoment
    | MessageMoment
    | CallNextMoment
    | ClosedMoment
)


class HistoryObject(Struct, frozen=True):
    """The event since its opening, in the order of time. `now`: the instant of this answer."""

    since: str
    now: str
    steps: tuple[StepObject, ...]
    moments: tuple[MomentObject, ...]
