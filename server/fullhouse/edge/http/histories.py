"""The call for the history of a room: steps of its figures, and its moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound
from fullhouse.domain.history import (
    CapacityChanged,
    Closed,
    LinePaused,
    MessageSet,
    NoticeGiven,
    Opened,
    Purchased,
    RoomMoment,
)
from fullhouse.domain.rooms import CapacityCause, ClosedReason, NoticeLevel
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered

if TYPE_CHECKING:
    from starlette.responses import Response

    from fullhouse.domain.history import History, Step


class StepObject(Struct, frozen=True):
    """The room from `at` until the next step."""

    at: str
    inside: int
    held: int
    waiting: int
    capacity: int


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
    """A larger plan was bought. `upgrade` is the id of the purchase."""

    plan: str
    upgrade: str


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
    | ClosedMoment
)


_OBJECTS: Mapping[type[RoomMoment], Callable[..., MomentObject]] = {
    Opened: OpenedMoment,
    NoticeGiven: NoticeMoment,
    Purchased: PurchaseMoment,
    CapacityChanged: CapacityMoment,
    LinePaused: PauseMoment,
    MessageSet: MessageMoment,
    Closed: ClosedMoment,
}
"""The object of each kind of moment; its fields come in the same order."""


class HistoryObject(Struct, frozen=True):
    """The event since its opening, in the order of time. `now`: the instant of this answer."""

    since: str
    now: str
    steps: tuple[StepObject, ...]
    moments: tuple[MomentObject, ...]


async def get_history(asked: Asked[Nothing]) -> Response:
    """The event since its opening: at most 360 steps of its figures and 200 moments."""
    history = await asked.services.histories.of(asked.ref)
    return answered(_history_object(history, now_ms=asked.services.clock.now_ms()))


def _history_object(history: History, *, now_ms: int) -> HistoryObject:
    return HistoryObject(
        since=_instant(history.since_ms),
        now=_instant(now_ms),
        steps=tuple(map(_step_object, history.steps)),
        moments=tuple(map(_moment_object, history.moments)),
    )


def _step_object(step: Step) -> StepObject:
    return StepObject(_instant(step.at_ms), *step[1:])


def _moment_object(moment: RoomMoment) -> MomentObject:
    at_ms, *details = astuple(moment)
    return _OBJECTS[type(moment)](_instant(at_ms), *details)


def _instant(ms: int) -> str:
    """RFC 3339 in UTC, to the millisecond: two steps may be in one second."""
    whole_s, rest_ms = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(whole_s, UTC):%Y-%m-%dT%H:%M:%S}.{rest_ms:03}Z"


CALLS = (
    Call(
        method="GET",
        path="/v1/accounts/{account}/rooms/{room}/history",
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_history,
        answers={200: HistoryObject},
        refuses=(NotFound,),
    ),
)
