"""From an event of the store to the messages for the members of its room on this node."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator

from fullhouse.domain.room_events import Departed, Gone, RoomEvent
from fullhouse.domain.rooms import SEATED, Holding, Role, RoomState
from fullhouse.realtime.broadcasts import BroadcastScheduler
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.local_room import LocalRoom, named
from fullhouse.realtime.place_endings import AT_ONCE, PlaceEndings
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Broadcast, Frames, RealtimeMetrics, Topic
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)


class EventFanout:
    """Applies events, in the order of their revisions.

    Args:
        frames: Encodes messages.
        places: Reads and tells places that an event does not carry whole.
        hosts: Keeps hosts and presenters up to date.
        endings: Ends places.
        scheduler: Runs broadcasts to many members.
        background_tasks: Runs what has to read the store.
        metrics: Counts broadcasts.
        broadcast: Sends one frame to many connections.
        report_members: Has all members of a room reported to the store, in a new epoch.
    """

    def __init__(
        self,
        *,
        frames: Frames,
        places: PlaceUpdates,
        hosts: HostUpdates,
        endings: PlaceEndings,
        scheduler: BroadcastScheduler,
        background_tasks: BackgroundTasks,
        metrics: RealtimeMetrics,
        broadcast: Broadcast,
        report_members: Callable[[LocalRoom], None],
    ) -> None:
        self._frames = frames
        self._places = places
        self._hosts = hosts
        self._endings = endings
        self._scheduler = scheduler
        self._background_tasks = background_tasks
        self._metrics = metrics
        self._broadcast = broadcast
        self._report_members = report_members

    def apply(self, room: LocalRoom, event: RoomEvent) -> None:
        """Apply one event and tell the members; an old event changes nothing."""
        self._scheduler.start(room, self._steps(room, event))

    def close(self, room: LocalRoom) -> None:
        """The room is closed, for all members."""
        self._scheduler.start(room, self._endings.close_all(room))

    def _steps(self, room: LocalRoom, event: RoomEvent) -> Iterator[None]:
        """Everything that follows from an event; a step for each chunk of a broadcast."""
        if event.revision <= room.replica.applied:
            return
        if room.replica.has_gap_before(event.revision):
            gap = {"rev": event.rev, "cause": event.cause}
            log.info("event.gap", extra={**named(room.ref), **gap})
            room.replica.missed = "gap"
        before = room.replica.snapshot.state
        room.apply(event.revision, event.state)
        if event.state.status == "closed":
            yield from self._endings.close_all(room)
            return
        self._tell_named(room, event)
        self._tell_watchers(room, event)
        if room.replica.must_report_members:
            self._report_members(room)
        yield from self._tell_refresh(room, event)
        yield from self._tell_news(room, event, before)

    def _tell_named(self, room: LocalRoom, event: RoomEvent) -> None:
        """Tell the people whom the event names.

        Reported people are told by the node that reported them; answers under way are stale.
        """
        for reported in event.reported:
            room.replica.note_named(reported.participant)
        self._tell_leavers(room, event)
        moved = self._sync(room, event)
        self._tell_losers(room, event)
        if moved:
            self._background_tasks.spawn(self._places.tell(room, moved))

    def _sync(self, room: LocalRoom, event: RoomEvent) -> list[Member]:
        """Take in the places that the event gave. Returns the members to be told theirs.

        A person with a request under way is told by its answer.
        """
        moved = [
            *(
                self._sync_place(room, name, generation, role, SEATED)
                for name, generation, role in event.entered
            ),
            *(
                self._sync_place(room, name, generation, Role.ATTENDEE, Holding("waiting", ticket))
                for name, generation, ticket in event.queued
            ),
            *(
                self._sync_ticket(room, name, ticket)
                for name, _, ticket in (*event.requeued, *event.exchanged)
            ),
            *(self._chosen(room, name) for name, _ in event.chosen),
        ]
        return [member for member in moved if member]

    def _sync_place(
        self, room: LocalRoom, participant: str, generation: int, role: Role, holding: Holding
    ) -> Member | None:
        room.replica.note_named(participant)
        member = room.roster.members.get(participant)
        if member is None:
            return None
        if member.role is not role:
            self._endings.change_role(member)
        elif (
            role is Role.ATTENDEE and member.holding != holding and not room.under_way[participant]
        ):
            member.generation, member.holding = generation, holding
            return member
        return None

    def _sync_ticket(self, room: LocalRoom, participant: str, ticket: int) -> Member | None:
        room.replica.note_named(participant)
        member = room.roster.member(participant)
        if member is None or not member.is_waiting:
            return None
        member.holding = Holding("waiting", ticket)
        return member

    def _chosen(self, room: LocalRoom, participant: str) -> Member | None:
        """The person has the same ticket, but nobody ahead."""
        room.replica.note_named(participant)
        member = room.roster.member(participant)
        return member if member and member.is_waiting else None

    def _tell_leavers(self, room: LocalRoom, event: RoomEvent) -> None:
        for departed in (*event.left, *event.changed_role):
            room.replica.note_named(departed.participant)
            self._leave(room, departed)
        for participant, _ in event.removed:
            room.replica.note_named(participant)
            member = room.roster.members.get(participant)
            if member:
                self._endings.remove(room, member)

    def _leave(self, room: LocalRoom, departed: Departed) -> None:
        member = room.roster.member(departed.participant, departed.role)
        if member and member.generation <= departed.generation:
            self._endings.leave(member)

    def _tell_losers(self, room: LocalRoom, event: RoomEvent) -> None:
        if event.late_ms is not None:
            self._metrics.expired_late(event.late_ms / 1000)
        expired = (Gone(participant, generation) for participant, generation, _ in event.expired)
        for gone in (*expired, *event.away):  # connected people of a node that was late
            member = self._named_member(room, gone)
            if member:
                self._endings.expire(room, member)
        for gone in event.dropped_out:
            member = self._named_member(room, gone)
            if member:
                self._endings.miss_calls(room, member)

    def _named_member(self, room: LocalRoom, gone: Gone) -> Member | None:
        """Note that the event named the person. Returns the member, if in that session."""
        room.replica.note_named(gone.participant)
        member = room.roster.members.get(gone.participant)
        return member if member and member.generation <= gone.generation else None

    def _tell_refresh(self, room: LocalRoom, event: RoomEvent) -> Iterator[None]:
        """Send `refresh_required` to the people it concerns, in order of their tickets.

        People who leave the line meanwhile are not told.
        """
        tickets = _concerned(event)
        if tickets is None:
            return
        frame = self._frames.refresh_required(room.ref, event)
        self._metrics.broadcast((yield from self._send(room, tickets, frame, "refresh")))

    def _tell_news(self, room: LocalRoom, event: RoomEvent, before: RoomState) -> Iterator[None]:
        """Tell everybody in line a new message of the host, and a change of the stream.

        If this node missed the event, people get both with the `waiting` that resync sends.
        """
        everybody, now = (1, event.state.last_ticket), room.replica.snapshot
        message = event.state.host_message
        if message and message != before.host_message:
            frame = self._frames.host_message(room.ref, now, message)
            yield from self._send(room, everybody, frame, "message")
        if event.state.watch != before.watch:
            yield from self._send(room, everybody, self._frames.watch(room.ref, now), "watch")

    def _send(
        self, room: LocalRoom, tickets: tuple[int, int], frame: bytes, topic: Topic
    ) -> Generator[None, None, int]:
        """Send a frame to people in line, from the first to the last ticket. Returns how many."""
        frames = 0
        for chunk in room.roster.waiting_in_chunks(*tickets, AT_ONCE):
            clients = [client for member in chunk for client in member.clients]
            self._broadcast(clients, frame, topic)
            frames += len(clients)
            if len(chunk) >= AT_ONCE:  # a shorter one was the last
                yield
        return frames

    def _tell_watchers(self, room: LocalRoom, event: RoomEvent) -> None:
        now = room.replica.snapshot
        if event.capacity:
            frame = self._frames.capacity_changed(room.ref, now, event.capacity)
            for member in room.roster.watchers():
                member.send(frame, "capacity")
        if event.notice_cleared:
            frame = self._frames.notice_cleared(room.ref, now, event.notice_cleared)
            for member in room.roster.watchers():
                member.send(frame, "notice")
        if event.notice_given and now.state.notice:
            notice = {"notice": now.state.notice.id, "level": now.state.notice.level}
            log.info("notice.given", extra={**named(room.ref), **notice})
        self._hosts.changed(room)


def _concerned(event: RoomEvent) -> tuple[int, int] | None:
    """The first and the last ticket to be told; None: nobody is.

    A call concerns the people whom it calls. A raise concerns the whole line: everybody in it is
    nearer to a seat now, and each client sees from the tickets whether it is called.
    """
    if event.capacity is not None and event.capacity.new > event.capacity.old:
        # Up to the last ticket at the raise: later people are answered with the state after it.
        return 1, event.state.last_ticket
    if event.call is None:
        return None
    return event.call.called_from, event.call.called_to
