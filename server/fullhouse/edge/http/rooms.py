"""Calls for rooms: the platform opens, changes, reads, closes and deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import UNSET, UnsetType
from starlette.responses import Response

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import (
    ChangeInProgress,
    LimitReached,
    NotFound,
    ParallelEventsExceeded,
    RoomClosed,
)
from fullhouse.domain.offers import people_to_notice
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.pages import PageQuery
from fullhouse.edge.objects import RoomObject, notice_object, room_object
from fullhouse.edge.room_objects import RoomBody, RoomChangesBody, RoomsObject

if TYPE_CHECKING:
    from fullhouse.domain.offers import Offer
    from fullhouse.domain.rooms import RoomRef, RoomState, Snapshot
    from fullhouse.edge.http.services import Services
    from fullhouse.service.quotes import QuoteService


class RoomsQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    status: Literal["open", "closed"] = "open"


async def put_room(asked: Asked[RoomBody]) -> Response:
    """Open a room, or replace title and stream of an open one. A closed room is opened again."""
    watch = _address(asked.sent.watch)
    opened, snapshot = await asked.services.rooms.open(asked.ref, asked.sent.title, watch=watch)
    return answered(await shown(asked.services, asked.ref, snapshot), 201 if opened else 200)


async def get_rooms(asked: Asked[RoomsQuery]) -> Response:
    """The open rooms of the account by name, or the closed ones, newest first."""
    sent = asked.sent
    page = await asked.services.rooms.page(asked.account, sent.page, status=sent.status)
    objects = [await shown(asked.services, ref, snapshot) for ref, snapshot in page.rows]
    return answered(RoomsObject(tuple(objects), page.next))


async def get_room(asked: Asked[Nothing]) -> Response:
    """The current state of the room, open or closed."""
    snapshot = await asked.services.rooms.get(asked.ref)
    return answered(await shown(asked.services, asked.ref, snapshot))


async def patch_room(asked: Asked[RoomChangesBody]) -> Response:
    """Pause or resume the line, limit the room to fewer seats than its plan, or name a stream."""
    sent = asked.sent
    snapshot = await asked.services.rooms.set(
        asked.ref,
        paused=None if sent.paused is UNSET else sent.paused,
        seats=None if sent.seats is UNSET else "plan" if sent.seats is None else sent.seats,
        watch=_address(sent.watch),
    )
    return answered(await shown(asked.services, asked.ref, snapshot))


async def close_room(asked: Asked[Nothing]) -> Response:
    """Close the room. Safe to repeat."""
    snapshot = await asked.services.rooms.close(asked.ref)
    return answered(await shown(asked.services, asked.ref, snapshot))


async def delete_room(asked: Asked[Nothing]) -> Response:
    """Delete a closed room with all data about its people."""
    await asked.services.rooms.delete(asked.ref)
    return Response(status_code=204)


def _address(watch: str | UnsetType | None) -> str | None:
    """None: it stays as it is. Empty: there is none."""
    return None if watch is UNSET else watch or ""


async def shown(services: Services, ref: RoomRef, snapshot: Snapshot) -> RoomObject:
    """The room object for a reader who may buy. All readers over HTTP may."""
    offers = await standing_offers(services.quotes, ref, snapshot.state)
    notice = notice_object(ref, snapshot.state, offers, can_buy=True)
    return room_object(ref, snapshot, notice)


async def standing_offers(
    quotes: QuoteService, ref: RoomRef, state: RoomState
) -> tuple[Offer, ...]:
    """The offers of the room's notice. Empty if there is no notice."""
    people = people_to_notice(state)
    return () if people is None else await quotes.offers(ref.account, people=people)


_ROOMS = "/v1/accounts/{account}/rooms"
_ROOM = _ROOMS + "/{room}"

CALLS = (
    Call(
        method="GET",
        path=_ROOMS,
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_rooms,
        takes=RoomsQuery,
        answers={200: RoomsObject},
        refuses=(NotFound,),
    ),
    Call(
        method="PUT",
        path=_ROOM,
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=put_room,
        takes=RoomBody,
        answers={201: RoomObject, 200: RoomObject},
        refuses=(NotFound, ParallelEventsExceeded, LimitReached),
    ),
    Call(
        method="GET",
        path=_ROOM,
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_room,
        answers={200: RoomObject},
        refuses=(NotFound,),
    ),
    Call(
        method="PATCH",
        path=_ROOM,
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=patch_room,
        takes=RoomChangesBody,
        answers={200: RoomObject},
        refuses=(NotFound, RoomClosed),
    ),
    Call(
        method="DELETE",
        path=_ROOM,
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=delete_room,
        answers={204: None},
        refuses=(NotFound, ChangeInProgress),
    ),
    Call(
        method="POST",
        path=_ROOM + "/close",
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=close_room,
        answers={200: RoomObject},
        refuses=(NotFound,),
    ),
)
