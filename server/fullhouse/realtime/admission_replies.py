"""How the store's answer to a hello or claim reaches the person who asked."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Admissions, Place, Revision, Role
from fullhouse.realtime.admission_requests import HelloRequest, retry_ms
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Client, Frames, RealtimeMetrics
from fullhouse.realtime.roster import Member

_PLACES: Mapping[Role, Container[str]] = {
    Role.ATTENDEE: ("seated", "waiting"),
    Role.PRESENTER: ("presenting",),
    Role.HOST: ("hosting",),
}


class AdmissionReplies:
    """Tells each asker their place, and the other tabs of a person what changed for them."""

    def __init__(
        self,
        frames: Frames,
        places: PlaceUpdates,
        hosts: HostUpdates,
        metrics: RealtimeMetrics,
        *,
        part: Callable[[LocalRoom, Member], None],
    ) -> None:
        self._frames = frames
        self._places = places
        self._hosts = hosts
        self._metrics = metrics
        self._part = part

    async def deliver(
        self, room: LocalRoom, entrances: list[HelloRequest], reply: Admissions
    ) -> None:
        """Answer a batch that the store has taken, in order."""
        for request, place in zip(entrances, reply.places, strict=True):
            settled = await self._settled(room, request, place, reply.revision)
            await self._answer(room, request, settled)

    def come_again(self, entrances: list[HelloRequest]) -> None:
        """The store cannot answer now."""
        for request in entrances:
            self._metrics.admitted("retry")
            _tell_retry(self._frames, request.client)

    def no_room(self, room: LocalRoom, entrances: list[HelloRequest]) -> None:
        """The room is not open, or not yet; or the store has forgotten it.

        People inside and in line keep their connection until the platform has put it again.
        """
        for request in entrances:
            self._metrics.admitted("no_room")
            _tell_retry(self._frames, request.client)
            if request.client and not room.roster.knows(request.participant, request.client):
                request.client.close(CloseCode.NO_SUCH_ROOM, "no such room, or not open yet")

    async def closed(self, room: LocalRoom, entrances: list[HelloRequest]) -> None:
        """The event is over; hosts and presenters see the room as it ended."""
        with suppress(StoreUnavailable):
            await self._places.reread(room)
        for request in entrances:
            self._metrics.admitted("closed")
            if request.client:
                request.client.send(self._last_word(room, request.role), "place")
                request.client.close(CloseCode.ROOM_CLOSED, "room closed")

    def _last_word(self, room: LocalRoom, role: Role) -> bytes:
        if role is Role.ATTENDEE:
            return self._frames.room_closed(
                room.ref, room.replica.applied, room.replica.closed_reason
            )
        return self._frames.room(room.ref, room.replica.snapshot, (), can_buy=False)

    async def _settled(
        self, room: LocalRoom, request: HelloRequest, place: Place, revision: Revision
    ) -> Place:
        try:
            return await self._places.settled(room, request.participant, place, revision)
        except StoreUnavailable:
            return place

    async def _answer(self, room: LocalRoom, request: HelloRequest, place: Place) -> None:
        client = request.client
        self._metrics.admitted(place.kind)
        match place.kind:
            case "seated" | "waiting" | "presenting" | "hosting":
                if place.kind in _PLACES[request.role]:
                    await self._welcome(room, request, place)
                else:
                    _send_out(room, request)
            case "presenters_full":
                self._refuse_presenter(room, request)
            case "removed":
                self._turn_away(room, request)
            case _:
                # A refill, or gone again before the answer came: the client asks anew.
                _tell_retry(self._frames, client)

    async def _welcome(self, room: LocalRoom, request: HelloRequest, place: Place) -> None:
        client = request.client
        member = _member_for(room, request)
        is_news = member.differs(place)
        member.take(place)
        if client and client.is_open:
            member.add(client)
        if not member.clients:
            self._part(room, member)  # they went while the hello was under way
            return
        if client is None or is_news or member.clients == (client,):
            member.ahead = place.ahead
            await self._say(room, member, place, member.clients)
        else:  # the other tabs hear with the line how far it has moved
            await self._say(room, member, place, (client,))

    async def _say(
        self, room: LocalRoom, member: Member, place: Place, listeners: Sequence[Client]
    ) -> None:
        if member.sees_the_room:
            for client in listeners:
                await self._hosts.greet(room, client)
            return
        frame = self._frames.place(room.ref, room.replica.snapshot, member.participant, place)
        for client in listeners:
            client.send(frame, "place")

    def _turn_away(self, room: LocalRoom, request: HelloRequest) -> None:
        for client in _askers(room, request):
            if request.role is Role.ATTENDEE:
                client.send(
                    self._frames.seat_lost(room.ref, room.replica.snapshot, "removed"), "place"
                )
            client.close(CloseCode.REMOVED, "removed")

    def _refuse_presenter(self, room: LocalRoom, request: HelloRequest) -> None:
        for client in _askers(room, request):
            detail = "All presenter seats of the plan are taken."
            client.send(self._frames.refused("presenters_full", detail), "plain")
            client.close(CloseCode.PRESENTERS_FULL, "presenter seats taken")


def _askers(room: LocalRoom, request: HelloRequest) -> Sequence[Client]:
    """The connection that asked; all of the person's where the node asked for them."""
    if request.client:
        return (request.client,)
    member = room.roster.member(request.participant, request.role)
    return member.clients if member else ()


def _send_out(room: LocalRoom, request: HelloRequest) -> None:
    """The person came in another role before this answer did, on another node perhaps."""
    for client in _askers(room, request):
        if client.role is request.role:  # else its newer hello is answered next
            client.close(CloseCode.LEFT, "entered in another role")


def _member_for(room: LocalRoom, request: HelloRequest) -> Member:
    """The person in the role they entered in; connections in another role are closed."""
    member = room.roster.members.get(request.participant)
    if member and member.role is request.role:
        return member
    if member:
        if request.client:
            member.discard(request.client)
        member.close(CloseCode.LEFT, "entered in another role")
    member = Member(request.participant, request.role)
    room.roster.add(member)
    return member


def _tell_retry(frames: Frames, client: Client | None) -> None:
    if client:
        client.send(frames.retry(retry_ms()), "plain")
