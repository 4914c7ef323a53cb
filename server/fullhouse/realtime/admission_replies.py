"""Delivers the replies to hellos and claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.replies import (
    LINE_FULL_DETAIL,
    OTHER_ROLE,
    PRESENTERS_FULL_DETAIL,
    Message,
    Outcome,
    Reply,
    reply_to,
)
from fullhouse.domain.rooms import Admissions, Place, Revision
from fullhouse.realtime.admission_requests import (
    DropRequest,
    HelloRequest,
    Request,
    retry_later_ms,
    retry_ms,
)
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Client, Frames, RealtimeMetrics, Topic
from fullhouse.realtime.roster import Member

_DETAILS = {
    Message.PRESENTERS_FULL: PRESENTERS_FULL_DETAIL,
    Message.LINE_FULL: LINE_FULL_DETAIL,
}

Joined = Callable[[LocalRoom, Member], None]
"""Called when a member has one more connection."""


class AdmissionReplies:
    """Tells everybody who asked their place, and the person's other tabs what changed for them."""

    def __init__(
        self,
        frames: Frames,
        places: PlaceUpdates,
        hosts: HostUpdates,
        metrics: RealtimeMetrics,
        joined: Joined = lambda _room, _member: None,
    ) -> None:
        self._frames = frames
        self._joined = joined
        self._places = places
        self._hosts = hosts
        self._metrics = metrics

    async def deliver(
        self, room: LocalRoom, hellos: Sequence[HelloRequest], answer: Admissions
    ) -> Sequence[DropRequest]:
        """Tell the people of a batch, in order.

        Returns:
            Drops for people whose connections closed while their hello was under way.
        """
        if answer.outcome != "ok":
            await self._refuse(room, hellos, "closed" if answer.outcome == "closed" else "no_room")
            return ()
        drops = []
        for hello, place in zip(hellos, answer.places, strict=True):
            settled = await self._settled(room, hello, place, answer.revision)
            self._metrics.admitted(settled.kind)
            reply = reply_to(settled.kind, hello.role)
            if not reply.admits:
                self._turn_away(room, hello, reply)
            elif drop := await self._admit(room, hello, settled):
                drops.append(drop)
        return drops

    def retry(self, room: LocalRoom, requests: Sequence[Request]) -> None:
        """The store cannot be reached: have the senders of hellos and leaves retry."""
        for request in requests:
            if isinstance(request, HelloRequest):
                self._metrics.admitted("retry")
            if not isinstance(request, DropRequest) and request.client:
                request.client.send(*self._frame(room, Message.RETRY))

    async def _refuse(
        self, room: LocalRoom, hellos: Sequence[HelloRequest], outcome: Outcome
    ) -> None:
        """The room is closed, or it is not open, or the store has forgotten it.

        While a room is not open, members keep their connection: the platform may open it again.
        """
        if outcome == "closed":
            with suppress(StoreUnavailable):
                await self._places.reread(room)
        for hello in hellos:
            self._metrics.admitted(outcome)
            reply = reply_to(outcome, hello.role)
            if hello.client is None:
                continue
            if outcome == "no_room" and room.roster.knows(hello.participant, hello.client):
                reply = Reply(reply.messages)
            self._turn_away(room, hello, reply)

    async def _settled(
        self, room: LocalRoom, hello: HelloRequest, place: Place, revision: Revision
    ) -> Place:
        try:
            return await self._places.settled(room, hello.participant, place, revision)
        except StoreUnavailable:
            return place

    def _turn_away(self, room: LocalRoom, hello: HelloRequest, reply: Reply) -> None:
        """Tell a person who is not admitted; the connection stays where they may retry."""
        listeners = _listeners(room, hello, reply)
        for message in reply.messages:
            for client in listeners:
                client.send(*self._frame(room, message))
        if reply.close:
            for client in listeners:
                client.close(*reply.close)

    async def _admit(
        self, room: LocalRoom, hello: HelloRequest, place: Place
    ) -> DropRequest | None:
        """Make the person a member, or keep the member up to date, and tell the place.

        A tab that did not ask is told only a change; its line moves with the next `line`.
        """
        client = hello.client
        member = _member_for(room, hello)
        member.name = hello.name
        is_news = member.differs(place)
        member.take(place)
        if client and client.is_open and client not in member.clients:
            member.add(client)
            self._joined(room, member)
        if not member.clients:  # all closed while the hello was under way
            return room.drop_member(member)
        if client is None or is_news or member.clients == (client,):
            member.note_told(place, room.replica.snapshot.state)
            await self._tell_place(room, member, place, member.clients)
        else:
            await self._tell_place(room, member, place, (client,))
        return None

    async def _tell_place(
        self, room: LocalRoom, member: Member, place: Place, listeners: Sequence[Client]
    ) -> None:
        if member.sees_the_room:
            for client in listeners:
                await self._hosts.greet(room, client)
            return
        frame = self._frames.place(room.ref, room.replica.snapshot, member.participant, place)
        for client in listeners:
            client.send(frame, "place")

    def _frame(self, room: LocalRoom, message: Message) -> tuple[bytes, Topic]:
        """A message for people who are not admitted."""
        replica = room.replica
        match message:
            case Message.ROOM:  # as it ended
                frame = self._frames.room(room.ref, replica.snapshot, (), can_buy=False)
                return frame, "place"
            case Message.ROOM_CLOSED:
                reason = replica.closed_reason
                return self._frames.room_closed(room.ref, replica.applied, reason), "place"
            case Message.REMOVED:
                return self._frames.seat_lost(room.ref, replica.snapshot, "removed"), "place"
            case Message.PRESENTERS_FULL | Message.LINE_FULL:
                return self._frames.refused(message, _DETAILS[message]), "plain"
            case Message.RETRY_LATER:
                return self._frames.retry(retry_later_ms()), "plain"
            case _:
                return self._frames.retry(retry_ms()), "plain"


def _listeners(room: LocalRoom, hello: HelloRequest, reply: Reply) -> Sequence[Client]:
    """The connection that asked. If the node asked: all of the person, to close them.

    A connection with a newer hello in another role gets the reply to that hello next.
    """
    if hello.client:
        clients: Sequence[Client] = (hello.client,)
    else:
        member = room.roster.member(hello.participant, hello.role) if reply.close else None
        clients = member.clients if member else ()
    if reply.close == OTHER_ROLE:
        return [client for client in clients if client.role is hello.role]
    return clients


def _member_for(room: LocalRoom, hello: HelloRequest) -> Member:
    """The person in the role of the hello; connections in another role are closed."""
    member = room.roster.members.get(hello.participant)
    if member and member.role is hello.role:
        return member
    if member:
        if hello.client:
            member.discard(hello.client)
        member.close(*OTHER_ROLE)
    member = Member(hello.participant, hello.role)
    room.roster.add(member)
    return member
