"""All rooms of this node, and what one connection may ask of them."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Mapping

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import RoomRef, Visitor
from fullhouse.realtime.admission_queue import AdmissionQueue
from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admission_requests import DropRequest, HelloRequest, LeaveRequest, retry_ms
from fullhouse.realtime.deadlines import Deadlines
from fullhouse.realtime.event_fanout import EventFanout
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.lease_renewal import LeaseRenewal
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import (
    Broadcast,
    Client,
    Frames,
    IdleRooms,
    Offers,
    OrphanedRooms,
    RealtimeMetrics,
    RoomIndex,
    Rooms,
    Subscriptions,
    Walk,
)
from fullhouse.realtime.queue_progress import QueueProgress
from fullhouse.realtime.resync import Resync
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import Rounds
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)

SWEEP_S = 1.0  # a stalled room would be noticed: the step of its clock is at most two seconds


class Hub:
    """Who is connected here, per room. Nothing in it waits for a client.

    Attributes:
        renewals: Leases: run its `run` as a loop.
        sweeps: Time: run its `run` as a loop.
        sweeper: Time in the rooms of nobody: run its `take_over` and `walk` in loops.
        forgotten: The end of rooms in which nobody has been for long: run its `step` in a loop.
        mender: What people missed: run its `step` in a loop.
        lines: Word of progress: run its `step` in a loop.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        index: RoomIndex,
        walk: Walk,
        orphaned_rooms: OrphanedRooms,
        idle: IdleRooms,
        bus: Subscriptions,
        frames: Frames,
        offers: Offers,
        background_tasks: BackgroundTasks,
        metrics: RealtimeMetrics,
        broadcast: Broadcast,
        beat_s: float,
    ) -> None:
        self._rooms = rooms
        self._bus = bus
        self._frames = frames
        self._background_tasks = background_tasks
        self._room = LocalRooms()
        self._places = PlaceUpdates(rooms, frames)
        self._hosts = HostUpdates(frames, offers, background_tasks, metrics)
        self._event_fanout = EventFanout(
            frames,
            self._places,
            self._hosts,
            background_tasks,
            metrics,
            broadcast=broadcast,
            readmit=self._readmit,
            report_members=lambda room: background_tasks.spawn(
                self.lease_renewal.report_members(room)
            ),
        )
        answers = AdmissionReplies(frames, self._places, self._hosts, metrics, part=self._part)
        self._admission_queue = AdmissionQueue(
            rooms, bus, frames, answers, background_tasks, index=index
        )
        self.lease_renewal = LeaseRenewal(
            rooms=rooms,
            places=self._places,
            event_fanout=self._event_fanout,
            metrics=metrics,
            room=self.local_rooms_of,
            background_tasks=background_tasks,
        )
        self.forgotten = ForgottenRooms(rooms, idle)
        self.deadlines = Deadlines(
            rooms=rooms,
            index=index,
            walk=walk,
            orphaned_rooms=orphaned_rooms,
            forgotten=self.forgotten,
            places=self._places,
            event_fanout=self._event_fanout,
            room=self._room,
            background_tasks=background_tasks,
        )
        self.renewals = Rounds(beat_s, self._room, self.lease_renewal.visit)
        self.sweeps = Rounds(SWEEP_S, self._room, self.deadlines.visit)
        self.resync = Resync(
            lease_renewal=self.lease_renewal,
            places=self._places,
            hosts=self._hosts,
            metrics=metrics,
            room=self.local_rooms_of,
            readmit=self._readmit,
        )
        self.lines = QueueProgress(rooms, self._places, frames, self.local_rooms_of)

    @property
    def rounds(self) -> Mapping[str, Rounds]:
        """The periodic visits of all rooms, by their names in metrics and readiness."""
        return {"renewals": self.renewals, "sweeps": self.sweeps}

    def local_rooms_of(self) -> Iterable[LocalRoom]:
        return self._room

    def hear(self, ref: RoomRef, event: RoomEvent) -> None:
        """An event of the store."""
        room = self._room.find(ref)
        if room is not None and room.replica.state is not None:
            self._event_fanout.hear(room, event)

    def resume(self) -> None:
        """The subscription is new: anything may have been missed."""
        for room in self._room:
            room.replica.missed = room.replica.state is not None

    def enter(self, visitor: Visitor, client: Client) -> None:
        """A hello or claim. The answer reaches the client by itself."""
        request = HelloRequest(visitor.participant, visitor.role, client)
        self._admission_queue.submit(self._room.obtain(visitor.ref), request)

    def leave(self, visitor: Visitor, client: Client) -> None:
        """Give up the place, in all tabs."""
        self._admission_queue.submit(
            self._room.obtain(visitor.ref), LeaveRequest(visitor.participant, client)
        )

    def position(self, visitor: Visitor, client: Client) -> None:
        """Tell the exact place in line."""
        self._background_tasks.spawn(self._tell_position(visitor, client))

    def dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        """Put a notice away for all hosts."""
        self._background_tasks.spawn(self._dismiss(visitor, client, notice, rest=rest))

    def gone(self, visitor: Visitor, client: Client) -> None:
        """A connection went; with the last one of a person the grace begins."""
        room = self._room.find(visitor.ref)
        member = room.roster.members.get(visitor.participant) if room else None
        if room is None or member is None or client not in member.clients:
            return  # still under way: the answer will find the client gone
        member.discard(client)
        if not member.clients:
            self._part(room, member)

    def drain(self, window_s: float) -> None:
        """Send everybody away, spread over the window, each place kept until they are back."""
        for room in self._room:
            for member in list(room.roster.members.values()):
                self._send_away(room, member, window_s)

    async def sweep_out(self) -> None:
        """Forget the rooms in which nobody is any more."""
        for room in list(self._room):
            if not room.roster.members and not self._admission_queue.is_busy(room):
                self._room.remove(room.ref)
                self._hosts.forget(room)
                if not self._room.has_account(room.ref.account):
                    await self._bus.unsubscribe(room.ref.account)

    def _part(self, room: LocalRoom, member: Member) -> None:
        room.roster.remove(member)
        if member.ticket is not None:
            self._admission_queue.submit(room, DropRequest(member.participant, member.generation))

    def _readmit(self, room: LocalRoom, member: Member) -> None:
        self._admission_queue.submit(room, HelloRequest(member.participant, member.role, None))

    def _send_away(self, room: LocalRoom, member: Member, window_s: float) -> None:
        last_ms = 0
        for client in member.clients:
            moment_ms = random.randrange(max(1, int(window_s * 1000)))  # noqa: S311  # spread
            last_ms = max(last_ms, moment_ms)
            client.send_away(moment_ms)
        if member.ticket is not None:
            request = DropRequest(member.participant, member.generation, last_ms)
            member.ticket = None  # renewed no more: a renewal would shorten what was promised
            self._admission_queue.submit(room, request)

    async def _tell_position(self, visitor: Visitor, client: Client) -> None:
        room = self._room.find(visitor.ref)
        if room:
            await room.answered(visitor.participant)  # what was sent with the hello comes after it
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

    async def _dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        try:
            outcome = await self._rooms.dismiss_notice(visitor.ref, notice, rest=rest)
        except StoreUnavailable:
            client.send(self._frames.retry(retry_ms()), "plain")
            return
        if outcome == "unknown_notice":
            detail = f"notice: this room has not given a notice {notice!r}."
            client.send(self._frames.refused("unknown_notice", detail), "plain")
