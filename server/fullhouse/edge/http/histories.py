"""The call for the history of a room: steps of its figures, and its moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING

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
from fullhouse.edge.history_objects import (
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
    Closed: ClosedMoment,
}
"""The object of each kind of moment; its fields come in the same order."""


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
