"""Calls for the people of a room: tokens, removals and the audit of places."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import Response

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.audit import Audit, SeatHolder
from fullhouse.domain.errors import NotFound, RoomClosed
from fullhouse.domain.ids import checked_id
from fullhouse.domain.rooms import RoomRef
from fullhouse.domain.waiting_people import checked_name
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.trail_notes import InTrail
from fullhouse.edge.objects import PresenterSeats
from fullhouse.edge.room_objects import AuditObject, HolderObject, TokenBody, TokenObject
from fullhouse.edge.tokens import TokenClaims


async def post_token(asked: Asked[TokenBody]) -> Response:
    """Sign a room token. The room may still be closed."""
    await asked.services.accounts.current(asked.account)
    now = asked.services.clock.now().replace(microsecond=0)
    claims = _claims(asked.ref, asked.sent, now + timedelta(seconds=asked.sent.ttl_s))
    token = asked.services.authority.token_of(claims)
    return answered(TokenObject(token, now + timedelta(seconds=asked.sent.ttl_s)), 201)


async def delete_participant(asked: Asked[Nothing]) -> Response:
    """Remove a person, and refuse them until the room closes. A host cannot remove a host."""
    if asked.caller.participant is None:
        await asked.services.rooms.remove(asked.ref, asked.ids["participant"])
    else:
        waiting_people = asked.services.waiting_people
        await waiting_people.remove_present(asked.ref, asked.ids["participant"])
    return Response(status_code=204)


async def delete_removal(asked: Asked[Nothing]) -> Response:
    """Allow a removed person to come back."""
    await asked.services.rooms.lift_removal(asked.ref, asked.ids["participant"])
    return Response(status_code=204)


async def get_audit(asked: Asked[Nothing]) -> Response:
    """All places of the room, with the counts computed again."""
    return answered(_audit_object(asked.ref, await asked.services.rooms.audit(asked.ref)))


def _claims(ref: RoomRef, body: TokenBody, expires_at: datetime) -> TokenClaims:
    return TokenClaims(
        account=ref.account,
        room=ref.room,
        participant=checked_id("participant", body.participant),
        role=body.role,
        expires_at_s=int(expires_at.timestamp()),
        name=checked_name(body.name),
        buy=body.buy,
    )


def _audit_object(ref: RoomRef, audit: Audit) -> AuditObject:
    state = audit.snapshot.state
    return AuditObject(
        account=ref.account,
        room=ref.room,
        status=state.status,
        epoch=audit.snapshot.revision.epoch,
        rev=audit.snapshot.revision.rev,
        capacity=state.capacity,
        occupied=state.occupied,
        above_capacity=state.above_capacity,
        held=state.held,
        waiting=state.waiting,
        presenters=PresenterSeats(state.presenter_capacity, state.presenters),
        holders=tuple(map(_holder_object, audit.holders)),
        drift=audit.drift,
    )


def _holder_object(holder: SeatHolder) -> HolderObject:
    return HolderObject(
        participant=holder.participant,
        place=holder.place,
        ticket=holder.ticket,
        ends_in_ms=holder.ends_in_ms,
        generation=holder.generation,
    )


_ROOM = "/v1/accounts/{account}/rooms/{room}"

CALLS = (
    Call(
        method="POST",
        path=_ROOM + "/tokens",
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=post_token,
        takes=TokenBody,
        answers={201: TokenObject},
        trail=InTrail(log="tokens"),
        refuses=(NotFound,),
    ),
    Call(
        method="DELETE",
        path=_ROOM + "/participants/{participant}",
        who=Who.HOST,
        scope=KeyScope.PLATFORM,
        handle=delete_participant,
        answers={204: None},
        refuses=(NotFound, RoomClosed),
    ),
    Call(
        method="DELETE",
        path=_ROOM + "/removals/{participant}",
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=delete_removal,
        answers={204: None},
        refuses=(NotFound, RoomClosed),
    ),
    Call(
        method="GET",
        path=_ROOM + "/audit",
        who=Who.PLATFORM,
        scope=KeyScope.OPS,
        handle=get_audit,
        answers={200: AuditObject},
        trail=InTrail(shows_people=True),
        refuses=(NotFound,),
    ),
)
