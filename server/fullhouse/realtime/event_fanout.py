"""From an event of the store to what the people of a room are told on this node."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.room_events import (
    Departed,
    Gone,
    RoomEvent,
)
from fullhouse.domain.rooms import SEATED, Role
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.local_room import LocalRoom, named
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import Broadcast, Frames, RealtimeMetrics
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)

AT_ONCE = 128  # people told in one turn of the loop: about a millisecond


class EventFanout:
    """Applies events, in the order of their revisions.

    Args:
        wording: Makes the frames.
        places: Reads and tells places that an event does not carry whole.
        hosts: Keeps hosts and presenters up to date.
        chores: Runs what has to read the store.
        tally: Counts what is passed on.
        broadcast: Sends one frame to many.
        readmit: Takes somebody in again whose place lapsed although they are connected.
        vouch: Tells the store of everybody here, in a new epoch.
    """

    def __init__(
        self,
        frames: Frames,
        places: PlaceUpdates,
        hosts: HostUpdates,
        background_tasks: BackgroundTasks,
        metrics: RealtimeMetrics,
        *,
        broadcast: Broadcast,
        readmit: Callable[[LocalRoom, Member], None],
        report_members: Callable[[LocalRoom], None],
    ) -> None:
        self._frames = frames
        self._places = places
        self._hosts = hosts
        self._background_tasks = background_tasks
        self._metrics = metrics
        self._broadcast = broadcast
        self._readmit = readmit
        self._report_members = report_members

    def hear(self, room: LocalRoom, event: RoomEvent) -> None:
        """Apply one event; an old one changes nothing."""
        self._tell(room, self._steps(room, event))

    def close(self, room: LocalRoom) -> None:
        """The event is over, for everybody here."""
        self._tell(room, self._end_all(room))

    def _tell(self, room: LocalRoom, steps: Iterator[None]) -> None:
        """Take the first step now, the others in turns of their own; one event after another."""
        if room.is_broadcasting:
            room.next_broadcasts.append(steps)
        elif _take_one(steps):
            room.begin_broadcast()
            self._background_tasks.spawn(self._tell_on(room, steps))

    async def _tell_on(self, room: LocalRoom, steps: Iterator[None]) -> None:
        """Everybody else has their turn between two parts, and the next event after the last."""
        all_is_told = False
        try:
            while not all_is_told:
                await asyncio.sleep(0)  # noqa: TID251  # nothing is waited for but the others
                if not _take_one(steps):
                    all_is_told = not room.next_broadcasts
                    steps = room.next_broadcasts.popleft() if room.next_broadcasts else steps
        finally:
            room.replica.missed |= not all_is_told
            room.next_broadcasts.clear()
            room.end_broadcast()

    def _steps(self, room: LocalRoom, event: RoomEvent) -> Iterator[None]:
        """Everything that follows from an event; a step for each chunk of a broadcast."""
        if event.revision <= room.replica.applied:
            return
        if room.replica.has_gap_before(event.revision):
            log.info("event.gap", extra={**named(room.ref), "rev": event.rev})
            room.replica.missed = True
        room.apply(event.revision, event.state)
        if event.state.status == "closed":
            yield from self._end_all(room)
            return
        self._tell_names(room, event)
        self._tell_watchers(room, event)
        if room.replica.must_report_members:
            self._report_members(room)
        yield from self._tell_call(room, event)

    def _end_all(self, room: LocalRoom) -> Iterator[None]:
        for chunk in batches([*room.roster.members.values()], AT_ONCE):
            for member in chunk:
                if member.sees_the_room:
                    self._hosts.tell_end(room, member)
                self._end(room, member)
            if len(chunk) >= AT_ONCE:  # a shorter one was the last
                yield
        room.replica.note_seen(room.replica.applied, 0)  # nobody is left to vouch for

    def end_earlier(self, room: LocalRoom) -> None:
        """The opening that people here came to is over; who came to the present one stays.

        Generations begin at the instant of an opening, so they tell which one it was.
        """
        for member in list(room.roster.members.values()):
            if member.ticket is not None and member.generation < room.replica.applied.epoch:
                self._end(room, member)
        if room.replica.must_report_members:
            room.replica.note_seen(room.replica.applied, room.replica.snapshot.state.called_to)

    def _end(self, room: LocalRoom, member: Member) -> None:
        if not member.sees_the_room:
            member.send(
                self._frames.room_closed(
                    room.ref, room.replica.applied, room.replica.closed_reason
                ),
                "place",
            )
        room.roster.remove(member)
        member.close(CloseCode.ROOM_CLOSED, "room closed")

    def _tell_names(self, room: LocalRoom, event: RoomEvent) -> None:
        self._tell_partings(room, event)
        moved = self._sync(room, event)
        self._tell_losses(room, event)
        if moved:
            self._background_tasks.spawn(self._places.tell(room, moved))

    def _sync(self, room: LocalRoom, event: RoomEvent) -> list[Member]:
        """Take in the places that the event gave. Returns who is to be told theirs.

        Whoever has a request under way is told by its answer.
        """
        attendee = Role.ATTENDEE
        named = [
            *(
                self._sync_place(room, name, gen, role, SEATED)
                for name, gen, role in event.entered
            ),
            *(self._sync_place(room, name, gen, attendee, at) for name, gen, at in event.queued),
            *(self._sync_ticket(room, name, at) for name, _, at in event.requeued),
        ]
        return [member for member in named if member]

    def _sync_place(
        self, room: LocalRoom, participant: str, generation: int, role: Role, ticket: int
    ) -> Member | None:
        room.replica.note_named(participant)
        member = room.roster.members.get(participant)
        if member is None:
            return None
        if member.role is not role:
            member.close(CloseCode.LEFT, "entered in another role")
        elif role is Role.ATTENDEE and member.ticket != ticket and not room.under_way[participant]:
            member.generation, member.ticket = generation, ticket
            return member
        return None

    def _sync_ticket(self, room: LocalRoom, participant: str, ticket: int) -> Member | None:
        room.replica.note_named(participant)
        member = room.roster.member(participant)
        if member is None or not member.is_waiting:
            return None
        member.ticket = ticket
        return member

    def _tell_partings(self, room: LocalRoom, event: RoomEvent) -> None:
        for gone in (*event.left, *event.changed_role):
            room.replica.note_named(gone.participant)
            self._part(room, gone)
        for participant, _ in event.removed:
            room.replica.note_named(participant)
            member = room.roster.members.get(participant)
            if member:
                self.remove(room, member)

    def _part(self, room: LocalRoom, gone: Departed) -> None:
        member = room.roster.member(gone.participant, gone.role)
        if member and member.generation <= gone.generation:
            member.close(CloseCode.LEFT, "left")

    def remove(self, room: LocalRoom, member: Member) -> None:
        """The platform sent the person out."""
        if member.role is Role.ATTENDEE:
            member.send(
                self._frames.seat_lost(room.ref, room.replica.snapshot, "removed"), "place"
            )
        member.close(CloseCode.REMOVED, "removed")

    def _tell_losses(self, room: LocalRoom, event: RoomEvent) -> None:
        for participant, generation, _ in event.expired:
            member = self._note_gone(room, Gone(participant, generation))
            if member:
                self.lose(room, member)
        for gone in event.dropped_out:
            member = self._note_gone(room, gone)
            if member:
                lost = self._frames.seat_lost(room.ref, room.replica.snapshot, "missed_calls")
                member.ticket = None
                member.send(lost, "place")

    def _note_gone(self, room: LocalRoom, gone: Gone) -> Member | None:
        """Note who was named. Returns the person, if that session of theirs is here."""
        room.replica.note_named(gone.participant)
        member = room.roster.members.get(gone.participant)
        return member if member and member.generation <= gone.generation else None

    def lose(self, room: LocalRoom, member: Member) -> None:
        """The place lapsed although the person is here: say so once, and take them in again."""
        if member.ticket is None:
            return
        member.ticket, member.wants_in = None, True
        if not member.sees_the_room:
            member.send(
                self._frames.seat_lost(room.ref, room.replica.snapshot, "expired"), "place"
            )
        self._readmit(room, member)

    def _tell_call(self, room: LocalRoom, event: RoomEvent) -> Iterator[None]:
        """In order of tickets. Who left the line while others were told need not hear it."""
        called = _called(event)
        if called is None:
            return
        frame = self._frames.refresh_required(room.ref, event)
        frames = 0
        for chunk in room.roster.waiting_in_chunks(*called, AT_ONCE):
            clients = [client for member in chunk for client in member.clients]
            self._broadcast(clients, frame, "refresh")
            frames += len(clients)
            if len(chunk) >= AT_ONCE:  # a shorter one was the last
                yield
        self._metrics.broadcast(frames)

    def _tell_watchers(self, room: LocalRoom, event: RoomEvent) -> None:
        if event.capacity:
            frame = self._frames.capacity_changed(room.ref, room.replica.snapshot, event.capacity)
            for member in room.roster.watchers():
                member.send(frame, "capacity")
        if event.notice_cleared:
            frame = self._frames.notice_cleared(
                room.ref, room.replica.snapshot, event.notice_cleared
            )
            for member in room.roster.watchers():
                member.send(frame, "notice")
        self._hosts.changed(room)


def _called(event: RoomEvent) -> tuple[int, int] | None:
    """The tickets a call is for: after a raise everybody in line; None if there is no call."""
    if event.capacity is not None and event.capacity.new > event.capacity.old:
        # Whoever joins while others are told knows the new capacity from their own answer.
        return 1, event.state.last_ticket
    if event.call is None:
        return None
    return event.call.called_from, event.call.called_to


def _take_one(steps: Iterator[None]) -> bool:
    """Whether there may be more."""
    for _ in steps:
        return True
    return False
