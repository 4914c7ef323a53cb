"""How the store's answer to a hello or claim reaches the person who asked."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Admissions, Place, Revision, Role
from fullhouse.realtime.hosts import HostNews
from fullhouse.realtime.member import Client, Member
from fullhouse.realtime.people import RoomHere
from fullhouse.realtime.places import Places
from fullhouse.realtime.ports import Tally, Wording
from fullhouse.realtime.requests import Entrance, retry_ms

_PLACES: Mapping[Role, Container[str]] = {
    Role.ATTENDEE: ("seated", "waiting"),
    Role.PRESENTER: ("presenting",),
    Role.HOST: ("hosting",),
}


class Answers:
    """Tells each asker their place, and the other tabs of a person what changed for them."""

    def __init__(
        self,
        wording: Wording,
        places: Places,
        hosts: HostNews,
        tally: Tally,
        *,
        part: Callable[[RoomHere, Member], None],
    ) -> None:
        self._wording = wording
        self._places = places
        self._hosts = hosts
        self._tally = tally
        self._part = part

    async def deliver(self, here: RoomHere, entrances: list[Entrance], reply: Admissions) -> None:
        """Answer a batch that the store has taken, in order."""
        for entrance, place in zip(entrances, reply.places, strict=True):
            settled = await self._settled(here, entrance, place, reply.revision)
            await self._answer(here, entrance, settled)

    def come_again(self, entrances: list[Entrance]) -> None:
        """The store cannot answer now."""
        for entrance in entrances:
            self._tally.admitted("retry")
            _tell_retry(self._wording, entrance.client)

    def no_room(self, here: RoomHere, entrances: list[Entrance]) -> None:
        """The room is not open, or not yet; or the store has forgotten it.

        People inside and in line keep their connection until the platform has put it again.
        """
        for entrance in entrances:
            self._tally.admitted("no_room")
            _tell_retry(self._wording, entrance.client)
            if entrance.client and not here.knows(entrance.participant, entrance.client):
                entrance.client.close(CloseCode.NO_SUCH_ROOM, "no such room, or not open yet")

    async def closed(self, here: RoomHere, entrances: list[Entrance]) -> None:
        """The event is over; hosts and presenters see the room as it ended."""
        with suppress(StoreUnavailable):
            await self._places.reread(here)
        for entrance in entrances:
            self._tally.admitted("closed")
            if entrance.client:
                entrance.client.send(self._last_word(here, entrance.role), "place")
                entrance.client.close(CloseCode.ROOM_CLOSED, "room closed")

    def _last_word(self, here: RoomHere, role: Role) -> bytes:
        if role is Role.ATTENDEE:
            return self._wording.room_closed(here.ref, here.applied, here.end)
        return self._wording.room(here.ref, here.now, (), can_buy=False)

    async def _settled(
        self, here: RoomHere, entrance: Entrance, place: Place, revision: Revision
    ) -> Place:
        try:
            return await self._places.settled(here, entrance.participant, place, revision)
        except StoreUnavailable:
            return place

    async def _answer(self, here: RoomHere, entrance: Entrance, place: Place) -> None:
        client = entrance.client
        self._tally.admitted(place.kind)
        match place.kind:
            case "seated" | "waiting" | "presenting" | "hosting":
                if place.kind in _PLACES[entrance.role]:
                    await self._welcome(here, entrance, place)
                else:
                    _send_out(here, entrance)
            case "presenters_full":
                self._refuse_presenter(here, entrance)
            case "removed":
                self._turn_away(here, entrance)
            case _:
                # A refill, or gone again before the answer came: the client asks anew.
                _tell_retry(self._wording, client)

    async def _welcome(self, here: RoomHere, entrance: Entrance, place: Place) -> None:
        client = entrance.client
        member = _member_for(here, entrance)
        is_news = member.differs(place)
        member.take(place)
        if client and client.is_open:
            member.add(client)
        if not member.clients:
            self._part(here, member)  # they went while the hello was under way
            return
        if client is None or is_news or member.clients == (client,):
            member.ahead = place.ahead
            await self._say(here, member, place, member.clients)
        else:  # the other tabs hear with the line how far it has moved
            await self._say(here, member, place, (client,))

    async def _say(
        self, here: RoomHere, member: Member, place: Place, listeners: Sequence[Client]
    ) -> None:
        if member.sees_the_room:
            for client in listeners:
                await self._hosts.greet(here, client)
            return
        frame = self._wording.place(here.ref, here.now, member.participant, place)
        for client in listeners:
            client.send(frame, "place")

    def _turn_away(self, here: RoomHere, entrance: Entrance) -> None:
        for client in _askers(here, entrance):
            if entrance.role is Role.ATTENDEE:
                client.send(self._wording.seat_lost(here.ref, here.now, "removed"), "place")
            client.close(CloseCode.REMOVED, "removed")

    def _refuse_presenter(self, here: RoomHere, entrance: Entrance) -> None:
        for client in _askers(here, entrance):
            detail = "All presenter seats of the plan are taken."
            client.send(self._wording.refused("presenters_full", detail), "plain")
            client.close(CloseCode.PRESENTERS_FULL, "presenter seats taken")


def _askers(here: RoomHere, entrance: Entrance) -> Sequence[Client]:
    """The connection that asked; all of the person's where the node asked for them."""
    if entrance.client:
        return (entrance.client,)
    member = here.member(entrance.participant, entrance.role)
    return member.clients if member else ()


def _send_out(here: RoomHere, entrance: Entrance) -> None:
    """The person came in another role before this answer did, on another node perhaps."""
    for client in _askers(here, entrance):
        if client.role is entrance.role:  # else its newer hello is answered next
            client.close(CloseCode.LEFT, "entered in another role")


def _member_for(here: RoomHere, entrance: Entrance) -> Member:
    """The person in the role they entered in; connections in another role are closed."""
    member = here.members.get(entrance.participant)
    if member and member.role is entrance.role:
        return member
    if member:
        if entrance.client:
            member.discard(entrance.client)
        member.dismiss(CloseCode.LEFT, "entered in another role")
    member = Member(entrance.participant, entrance.role)
    here.take_in(member)
    return member


def _tell_retry(wording: Wording, client: Client | None) -> None:
    if client:
        client.send(wording.retry(retry_ms()), "plain")
