"""What connections and the event bus ask of the rooms of this node."""

from __future__ import annotations

import random
from collections.abc import Collection

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import RoomRef, Visitor
from fullhouse.realtime.admission_requests import DropRequest, LeaveRequest, retry_ms
from fullhouse.realtime.admissions import AdmissionQueue
from fullhouse.realtime.event_fanout import EventFanout
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Client, Frames, Rooms, Subscriptions, Watching
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks


class Hub:
    """The entry to all rooms of this node. No call waits for a client or for the store.

    Args:
        rooms: The store.
        bus: Ends the subscription of an account without rooms on this node.
        frames: Encodes messages.
        local_rooms: All rooms of this node.
        places: Tells a person their place.
        queue: Takes hellos, leaves and drops.
        event_fanout: Applies events.
        background_tasks: Runs what has to ask the store.
        watching: Notes who watches the stream of a room.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        bus: Subscriptions,
        frames: Frames,
        local_rooms: LocalRooms,
        places: PlaceUpdates,
        queue: AdmissionQueue,
        event_fanout: EventFanout,
        background_tasks: BackgroundTasks,
        watching: Watching,
    ) -> None:
        self._rooms = rooms
        self._bus = bus
        self._frames = frames
        self._local_rooms = local_rooms
        self._places = places
        self._queue = queue
        self._event_fanout = event_fanout
        self._background_tasks = background_tasks
        self._watching = watching

    def hear(self, ref: RoomRef, event: RoomEvent) -> None:
        """The event bus received an event."""
        room = self._local_rooms.find(ref)
        if room is not None and room.replica.state is not None:
            self._event_fanout.apply(room, event)

    def resume(self, accounts: Collection[str]) -> None:
        """Events of these accounts may have been missed: their subscription is new."""
        for room in self._local_rooms:
            if room.ref.account in accounts:
                room.replica.missed = "subscription" if room.replica.state is not None else None

    def enter(self, visitor: Visitor, client: Client) -> None:
        """A hello or claim. The client is told the reply when the store has answered."""
        room = self._local_rooms.obtain(visitor.ref)
        hello = room.hello(visitor.participant, visitor.role, client, visitor.name)
        self._queue.submit(room, hello)

    def leave(self, visitor: Visitor, client: Client) -> None:
        """Give up the place, in all tabs."""
        room = self._local_rooms.obtain(visitor.ref)
        self._queue.submit(room, LeaveRequest(visitor.participant, client))

    def position(self, visitor: Visitor, client: Client) -> None:
        """Tell the exact place in line."""
        self._background_tasks.spawn(self._tell_position(visitor, client))

    def dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        """Dismiss a notice for all hosts."""
        self._background_tasks.spawn(self._dismiss(visitor, client, notice, rest=rest))

    def watch(self, visitor: Visitor, client: Client, *, watches: bool) -> None:
        """The person watches the stream of the room, or no longer does. Nobody is told."""
        self._background_tasks.spawn(self._note_watching(visitor, client, watches=watches))

    def gone(self, visitor: Visitor, client: Client) -> None:
        """A connection was lost; with the last one of a person the grace begins."""
        room = self._local_rooms.find(visitor.ref)
        member = room.roster.members.get(visitor.participant) if room else None
        if room is None or member is None or client not in member.clients:
            return  # its hello is still under way: the reply will find the client gone
        member.discard(client)
        if not member.clients and (drop := room.drop_member(member)):
            self._queue.submit(room, drop)

    def drain(self, window_s: float) -> None:
        """Close all connections, spread over the window; places are kept until people return."""
        for room in self._local_rooms:
            for member in list(room.roster.members.values()):
                self._send_away(room, member, window_s)

    async def remove_empty_rooms(self) -> None:
        """Forget rooms without members in which nothing can expire any more.

        Until then this node sweeps them. Another node would take them over only after the claim,
        and a late node's claim is long: a place would be free seconds after its grace.
        """
        for room in list(self._local_rooms):
            is_over = not room.roster.members and not room.has_deadline
            if is_over and not self._queue.is_busy(room):
                self._local_rooms.remove(room.ref)
                if not self._local_rooms.has_account(room.ref.account):
                    await self._bus.unsubscribe(room.ref.account)

    def _send_away(self, room: LocalRoom, member: Member, window_s: float) -> None:
        last_ms = 0
        for client in member.clients:
            moment_ms = random.randrange(max(1, int(window_s * 1000)))  # noqa: S311  # spread
            last_ms = max(last_ms, moment_ms)
            client.send_away(moment_ms)
        if member.holding is not None:
            drop = DropRequest(member.participant, member.generation, last_ms)
            member.holding = None  # a renewal would shorten the promised time
            self._queue.submit(room, drop)

    async def _tell_position(self, visitor: Visitor, client: Client) -> None:
        room = self._local_rooms.find(visitor.ref)
        if room:
            await room.replied(visitor.participant)  # the client may have sent it after a hello
        member = room.roster.member(visitor.participant, visitor.role) if room else None
        if room is None or member is None or not member.is_waiting:
            client.send(self._frames.refused("not_waiting", "You are not in line."), "plain")
            return
        try:
            reply = await self._rooms.positions(visitor.ref, [visitor.participant])
            if reply.outcome == "ok":
                place = await self._places.settled(
                    room, visitor.participant, reply.places[0], reply.revision
                )
                self._places.tell_client(room, client, visitor.participant, place)
        except StoreUnavailable:
            client.send(self._frames.retry(retry_ms()), "plain")

    async def _note_watching(self, visitor: Visitor, client: Client, *, watches: bool) -> None:
        try:
            await self._watching(visitor.ref, visitor.participant, watches=watches)
        except StoreUnavailable:
            client.send(self._frames.retry(retry_ms()), "plain")

    async def _dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        try:
            outcome = await self._rooms.dismiss_notice(visitor.ref, notice, rest=rest)
        except StoreUnavailable:
            client.send(self._frames.retry(retry_ms()), "plain")
            return
        if outcome == "unknown_notice":
            detail = f"notice: this room has not given a notice {notice!r}."
            client.send(self._frames.refused("unknown_notice", detail), "plain")
