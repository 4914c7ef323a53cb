"""The call for polls: the answer to a `hello`, for people whose network blocks WebSockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fullhouse.domain.errors import InvalidRequest, RateLimited, Unavailable
from fullhouse.domain.polls import POLL_AFTER_S, Poll
from fullhouse.domain.replies import (
    LINE_FULL_DETAIL,
    PRESENTERS_FULL_DETAIL,
    RETRY_LATER_MS,
    Message,
    Outcome,
    reply_to,
)
from fullhouse.domain.rooms import RoomRef, Snapshot
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.rooms import standing_offers
from fullhouse.edge.objects import notice_object, room_object
from fullhouse.edge.poll_objects import PollBody, PollMessage, PollObject
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.frames import place_messages, room_message

if TYPE_CHECKING:
    from starlette.responses import Response

    from fullhouse.edge.http.services import Services
    from fullhouse.service.poll_requests import Standing

PATH = "/v1/poll"
RETRY = messages.Retry(after_ms=POLL_AFTER_S * 1000)
_SAME_FOR_ALL: Mapping[Message, PollMessage] = {
    Message.RETRY: RETRY,
    Message.RETRY_LATER: messages.Retry(after_ms=RETRY_LATER_MS),
    Message.LINE_FULL: messages.Refused("line_full", LINE_FULL_DETAIL),
    Message.PRESENTERS_FULL: messages.Refused("presenters_full", PRESENTERS_FULL_DETAIL),
}
"""Messages that say nothing about the room."""


async def post_poll(asked: Asked[PollBody]) -> Response:
    """The answer to a `hello` on a WebSocket. Takes a called seat only with `claim`."""
    claims = asked.claims
    assert claims is not None  # noqa: S101  # the call is for persons
    await _check_pace(asked.services, claims)
    if asked.sent.claim and asked.sent.leave:
        raise InvalidRequest("leave", "goes without claim")
    try:
        messages = await _messages(asked.services, claims, asked.sent)
    except Unavailable:
        messages = (RETRY,)
    return answered(PollObject(messages))


async def _check_pace(services: Services, claims: TokenClaims) -> None:
    """Apply the limit per person, as on a WebSocket. Polls at the given pace never reach it."""
    if not await services.limiter.allows(claims.ref, claims.participant):
        raise RateLimited("person_messages", POLL_AFTER_S)


async def _messages(
    services: Services, claims: TokenClaims, body: PollBody
) -> tuple[PollMessage, ...]:
    if body.leave:
        await services.polls.leave(claims.ref, claims.participant)
        return ()
    poll = Poll(claims.participant, claims.role, body.claim, claims.name_in_line)
    standing = await services.polls.poll(claims.ref, poll)
    outcome = _outcome(standing)
    services.metrics.admitted(outcome)
    if outcome == "line_full":
        services.metrics.limit_reached("room_waiting")
    if body.watching is not None and outcome == "waiting":
        await services.watching.note(claims.ref, claims.participant, watches=body.watching)
    reply = reply_to(outcome, claims.role, has_connection=False)
    told: list[PollMessage] = []
    for message in reply.messages:
        told += await _told(services, claims, standing, message)
    return tuple(told)


def _outcome(standing: Standing | None) -> Outcome:
    if standing is None:
        return "no_room"
    return standing.place.kind if standing.place else "closed"


async def _told(
    services: Services, claims: TokenClaims, standing: Standing | None, message: Message
) -> tuple[PollMessage, ...]:
    """One message of the reply. The message about the room is followed by the notice."""
    if standing is None:
        return (RETRY,)
    if message in _SAME_FOR_ALL:
        return (_SAME_FOR_ALL[message],)
    match message:
        case Message.ROOM:
            return await _of_the_room(services, claims, standing.now)
        case Message.ROOM_CLOSED:
            return (_room_closed(claims.ref, standing.now),)
        case Message.REMOVED:
            return (_removed(claims.ref, standing.now),)
    place = standing.place
    assert place is not None  # noqa: S101  # else the room is closed
    told = place_messages(
        services.installation, claims.ref, standing.now, claims.participant, place
    )
    return tuple(told)


async def _of_the_room(
    services: Services, claims: TokenClaims, now: Snapshot
) -> tuple[PollMessage, ...]:
    """The room and its current notice, for hosts and presenters."""
    offers = await standing_offers(services.quotes, claims.ref, now.state)
    notice = notice_object(claims.ref, now.state, offers, can_buy=claims.may_buy)
    room = room_message(services.installation, room_object(claims.ref, now, notice))
    if notice is None:
        return (room,)
    given = messages.NoticeGiven(
        room=claims.room, epoch=now.revision.epoch, rev=now.revision.rev, notice=notice
    )
    return (room, given)


def _room_closed(ref: RoomRef, now: Snapshot) -> messages.RoomClosed:
    return messages.RoomClosed(
        room=ref.room,
        epoch=now.revision.epoch,
        rev=now.revision.rev,
        reason=now.state.closed_reason or "closed",
    )


def _removed(ref: RoomRef, now: Snapshot) -> messages.SeatLost:
    return messages.SeatLost(
        room=ref.room, epoch=now.revision.epoch, rev=now.revision.rev, reason="removed"
    )


CALLS = (
    Call(
        method="POST",
        path=PATH,
        who=Who.PERSON,
        handle=post_poll,
        takes=PollBody,
        answers={200: PollObject},
    ),
)
