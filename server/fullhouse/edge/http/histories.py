"""The call for the history of a room: steps of its figures, and its moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound
from fullhouse.domain.history import (
    CalledNext,
    CapacityChanged,
    Closed,
    LinePaused,
    MessageSet,
    NoticeGiven,
    Opened,
    Purchased,
    RoomMoment,
)
from fullhouse.domain.instants import rfc3339
from fullhouse.edge.history_objects import (
    CallNextMoment,
    CapacityMoment,
    ClosedMoment,
    HistoryObject,
    MessageMoment,
    MomentObject,
    NoticeMoment,
    OpenedMoment,
    PauseMoment,
    PurchaseMoment,
    StepObject,
)
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered

if TYPE_CHECKING:
    from starlette.responses import Response

    from fullhouse.domain.history import History, Step


_OBJECTS: Mapping[type[RoomMoment], Callable[..., MomentObject]] = {
    Opened: OpenedMoment,
    NoticeGiven: NoticeMoment,
    Purchased: PurchaseMoment,
    CapacityChanged: CapacityMoment,
    LinePaused: PauseMoment,
    MessageSet: MessageMoment,
    CalledNext: CallNextMoment,
    Closed: ClosedMoment,
}
"""The object of each kind of moment; its fields come in the same order."""


async def get_history(asked: Asked[Nothing]) -> Response:
    """The event since its opening: at most 360 steps of its figures and 200 moments.

    Only the platform and the hosts of the room see who was put before the line.
    """
    history = await asked.services.histories.of(asked.ref)
    if not asked.sees_people:
        kept = (moment for moment in history.moments if not isinstance(moment, CalledNext))
        history = replace(history, moments=tuple(kept))
    return answered(_history_object(history, now_ms=asked.services.clock.now_ms()))


def _history_object(history: History, *, now_ms: int) -> HistoryObject:
    return HistoryObject(
        since=rfc3339(history.since_ms),
        now=rfc3339(now_ms),
        steps=tuple(map(_step_object, history.steps)),
        moments=tuple(map(_moment_object, history.moments)),
    )


def _step_object(step: Step) -> StepObject:
    return StepObject(rfc3339(step.at_ms), *step[1:])


def _moment_object(moment: RoomMoment) -> MomentObject:
    at_ms, *details = (getattr(moment, field.name) for field in fields(moment))
    return _OBJECTS[type(moment)](rfc3339(at_ms), *details)


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
