"""The call for the trail of an account: who did what, and why somebody was not let in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import InvalidRequest, NotFound
from fullhouse.domain.ids import checked_id
from fullhouse.domain.instants import instant_at, unix_ms
from fullhouse.domain.trail import EventKind, TrailEntry, TrailEvent
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.pages import PageQuery
from fullhouse.edge.http.trail_notes import InTrail
from fullhouse.edge.trail_objects import ByObject, EventObject, EventsObject, RequestObject
from fullhouse.service.trail import END_OF_TIME_MS, EventFilter

if TYPE_CHECKING:
    from starlette.responses import Response

Instant = Annotated[datetime, Meta(tz=True)]


class EventsQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    """Only events of this room, about or by this participant, of this kind, in this time.

    Both instants are included.
    """

    room: str | None = None
    participant: str | None = None
    kind: EventKind | None = None
    since: Instant | None = None
    until: Instant | None = None


async def get_events(asked: Asked[EventsQuery]) -> Response:
    """Who did what in the account, and why somebody waited or was not let in. Newest first."""
    sent = asked.sent
    page = await asked.services.trail.page(asked.account, _filter(sent), sent.page)
    return answered(EventsObject(tuple(map(_event_object, page.rows)), page.next))


def _filter(sent: EventsQuery) -> EventFilter:
    since_ms = unix_ms(sent.since) if sent.since else 0
    until_ms = unix_ms(sent.until) if sent.until else END_OF_TIME_MS
    if since_ms > until_ms:
        raise InvalidRequest("since", "must not be after until")
    return EventFilter(
        room=None if sent.room is None else checked_id("room", sent.room),
        participant=None
        if sent.participant is None
        else checked_id("participant", sent.participant),
        kind=sent.kind,
        since_ms=since_ms,
        until_ms=until_ms,
    )


def _event_object(event: TrailEvent) -> EventObject:
    entry = event.entry
    return EventObject(
        at=instant_at(event.at_ms),
        kind=event.kind,
        room=entry.room,
        participant=event.participant,
        rule=entry.rule,
        ticket=event.ticket,
        new_ticket=event.new_ticket,
        figures=event.figures,
        request=_request_object(entry),
    )


def _request_object(entry: TrailEntry) -> RequestObject | None:
    if entry.request is None:
        return None
    request, by = entry.request, entry.request.by
    return RequestObject(
        by=ByObject(by.kind, by.key, by.participant, by.role),
        call=request.call,
        status=request.status,
        code=request.code,
        request_id=request.request_id,
        reason=request.reason,
        replayed=request.replayed,
    )


CALLS = (
    Call(
        method="GET",
        path="/v1/accounts/{account}/events",
        who=Who.PLATFORM,
        scope=KeyScope.OPS,
        handle=get_events,
        takes=EventsQuery,
        answers={200: EventsObject},
        trail=InTrail(shows_people=True, names_nobody=True),
        refuses=(NotFound,),
    ),
)
