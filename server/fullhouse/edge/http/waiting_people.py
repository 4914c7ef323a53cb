"""The calls for the line of a room: who waits, and who is called next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound, RoomClosed
from fullhouse.domain.instants import rfc3339
from fullhouse.domain.waiting_people import CallNext, ChosenPerson, WaitingPerson
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.pages import PageQuery
from fullhouse.edge.http.trail_notes import InTrail
from fullhouse.edge.waiting_objects import (
    CallNextBody,
    ChosenPersonObject,
    WaitingObject,
    WaitingPersonObject,
)

if TYPE_CHECKING:
    from starlette.responses import Response


async def get_waiting(asked: Asked[PageQuery]) -> Response:
    """The people in line, with their names."""
    page = await asked.services.waiting_people.page(asked.ref, asked.sent.page)
    return answered(WaitingObject(tuple(map(_person_object, page.rows)), page.next))


async def post_call(asked: Asked[CallNextBody]) -> Response:
    """Call a person before everybody else in line: now, or with the next free seat."""
    choice = CallNext(
        asked.ref, asked.ids["participant"], by=asked.caller.participant, reason=asked.sent.reason
    )
    return answered(_chosen_object(await asked.services.waiting_people.call_next(choice)))


def _person_object(person: WaitingPerson) -> WaitingPersonObject:
    return WaitingPersonObject(
        participant=person.participant,
        name=person.name,
        ticket=person.ticket,
        ahead=person.ahead,
        called=person.section == "called",
        priority=person.section == "priority",
        away=person.section == "away",
        since=None if person.since_ms is None else rfc3339(person.since_ms),
    )


def _chosen_object(chosen: ChosenPerson) -> ChosenPersonObject:
    place = chosen.place
    if place.kind == "seated":
        return ChosenPersonObject(chosen.participant, "seated", None)
    if place.kind != "waiting":
        return ChosenPersonObject(chosen.participant, "away", None)
    if place.called:
        return ChosenPersonObject(chosen.participant, "called", None)
    return ChosenPersonObject(chosen.participant, "waiting", place.ahead)


_ROOM = "/v1/accounts/{account}/rooms/{room}"

CALLS = (
    Call(
        method="GET",
        path=_ROOM + "/waiting",
        who=Who.HOST,
        scope=KeyScope.PLATFORM,
        handle=get_waiting,
        takes=PageQuery,
        answers={200: WaitingObject},
        trail=InTrail(shows_people=True),
        refuses=(NotFound, RoomClosed),
    ),
    Call(
        method="POST",
        path=_ROOM + "/participants/{participant}/call",
        who=Who.HOST,
        scope=KeyScope.PLATFORM,
        handle=post_call,
        takes=CallNextBody,
        answers={200: ChosenPersonObject},
        refuses=(NotFound, RoomClosed),
    ),
)
