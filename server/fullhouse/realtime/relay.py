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
from fullhouse.realtime.hosts import HostNews
from fullhouse.realtime.member import Member
from fullhouse.realtime.people import RoomHere, named
from fullhouse.realtime.places import Places, batches
from fullhouse.realtime.ports import Broadcast, Tally, Wording
from fullhouse.supervise import Chores

log = logging.getLogger(__name__)

AT_ONCE = 128  # people told in one turn of the loop: about a millisecond


class Relay:
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
        wording: Wording,
        places: Places,
        hosts: HostNews,
        chores: Chores,
        tally: Tally,
        *,
        broadcast: Broadcast,
        readmit: Callable[[RoomHere, Member], None],
        vouch: Callable[[RoomHere], None],
    ) -> None:
        self._wording = wording
        self._places = places
        self._hosts = hosts
        self._chores = chores
        self._tally = tally
        self._broadcast = broadcast
        self._readmit = readmit
        self._vouch = vouch

    def hear(self, here: RoomHere, event: RoomEvent) -> None:
        """Apply one event; an old one changes nothing."""
        self._tell(here, self._steps(here, event))

    def close(self, here: RoomHere) -> None:
        """The event is over, for everybody here."""
        self._tell(here, self._end_all(here))

    def _tell(self, here: RoomHere, steps: Iterator[None]) -> None:
        """Take the first step now, the others in turns of their own; one event after another."""
        if here.is_telling:
            here.unheard.append(steps)
        elif _take_one(steps):
            here.begin_telling()
            self._chores.spawn(self._tell_on(here, steps))

    async def _tell_on(self, here: RoomHere, steps: Iterator[None]) -> None:
        """Everybody else has their turn between two parts, and the next event after the last."""
        all_is_told = False
        try:
            while not all_is_told:
                await asyncio.sleep(0)  # noqa: TID251  # nothing is waited for but the others
                if not _take_one(steps):
                    all_is_told = not here.unheard
                    steps = here.unheard.popleft() if here.unheard else steps
        finally:
            here.missed |= not all_is_told
            here.unheard.clear()
            here.end_telling()

    def _steps(self, here: RoomHere, event: RoomEvent) -> Iterator[None]:
        """Everything that follows from an event; a step for each chunk of a broadcast."""
        if event.revision <= here.applied:
            return
        if _is_gap(here, event):
            log.info("event.gap", extra={**named(here.ref), "rev": event.rev})
            here.missed = True
        here.apply(event.revision, event.state)
        if event.state.status == "closed":
            yield from self._end_all(here)
            return
        self._tell_names(here, event)
        self._tell_watchers(here, event)
        if here.must_vouch:
            self._vouch(here)
        yield from self._tell_call(here, event)

    def _end_all(self, here: RoomHere) -> Iterator[None]:
        for chunk in batches([*here.members.values()], AT_ONCE):
            for member in chunk:
                if member.sees_the_room:
                    self._hosts.tell_end(here, member)
                self._end(here, member)
            if len(chunk) >= AT_ONCE:  # a shorter one was the last
                yield
        here.witness(here.applied, 0)  # nobody is left to vouch for

    def end_earlier(self, here: RoomHere) -> None:
        """The opening that people here came to is over; who came to the present one stays.

        Generations begin at the instant of an opening, so they tell which one it was.
        """
        for member in list(here.members.values()):
            if member.ticket is not None and member.generation < here.applied.epoch:
                self._end(here, member)
        if here.must_vouch:
            here.witness(here.applied, here.now.state.called_to)

    def _end(self, here: RoomHere, member: Member) -> None:
        if not member.sees_the_room:
            member.tell(self._wording.room_closed(here.ref, here.applied, here.end), "place")
        here.let_go(member)
        member.dismiss(CloseCode.ROOM_CLOSED, "room closed")

    def _tell_names(self, here: RoomHere, event: RoomEvent) -> None:
        self._tell_partings(here, event)
        moved = self._believe(here, event)
        self._tell_losses(here, event)
        if moved:
            self._chores.spawn(self._places.tell(here, moved))

    def _believe(self, here: RoomHere, event: RoomEvent) -> list[Member]:
        """Take in the places that the event gave. Returns who is to be told theirs.

        Whoever has a request under way is told by its answer.
        """
        attendee = Role.ATTENDEE
        named = [
            *(
                self._believe_place(here, name, gen, role, SEATED)
                for name, gen, role in event.entered
            ),
            *(
                self._believe_place(here, name, gen, attendee, at)
                for name, gen, at in event.queued
            ),
            *(self._believe_ticket(here, name, at) for name, _, at in event.requeued),
        ]
        return [member for member in named if member]

    def _believe_place(
        self, here: RoomHere, participant: str, generation: int, role: Role, ticket: int
    ) -> Member | None:
        here.name(participant)
        member = here.members.get(participant)
        if member is None:
            return None
        if member.role is not role:
            member.dismiss(CloseCode.LEFT, "entered in another role")
        elif role is Role.ATTENDEE and member.ticket != ticket and not here.asking[participant]:
            member.generation, member.ticket = generation, ticket
            return member
        return None

    def _believe_ticket(self, here: RoomHere, participant: str, ticket: int) -> Member | None:
        here.name(participant)
        member = here.member(participant)
        if member is None or not member.is_waiting:
            return None
        member.ticket = ticket
        return member

    def _tell_partings(self, here: RoomHere, event: RoomEvent) -> None:
        for gone in (*event.left, *event.changed_role):
            here.name(gone.participant)
            self._part(here, gone)
        for participant, _ in event.removed:
            here.name(participant)
            member = here.members.get(participant)
            if member:
                self.remove(here, member)

    def _part(self, here: RoomHere, gone: Departed) -> None:
        member = here.member(gone.participant, gone.role)
        if member and member.generation <= gone.generation:
            member.dismiss(CloseCode.LEFT, "left")

    def remove(self, here: RoomHere, member: Member) -> None:
        """The platform sent the person out."""
        if member.role is Role.ATTENDEE:
            member.tell(self._wording.seat_lost(here.ref, here.now, "removed"), "place")
        member.dismiss(CloseCode.REMOVED, "removed")

    def _tell_losses(self, here: RoomHere, event: RoomEvent) -> None:
        for participant, generation, _ in event.expired:
            member = self._note_gone(here, Gone(participant, generation))
            if member:
                self.lose(here, member)
        for gone in event.dropped_out:
            member = self._note_gone(here, gone)
            if member:
                lost = self._wording.seat_lost(here.ref, here.now, "missed_calls")
                member.ticket = None
                member.tell(lost, "place")

    def _note_gone(self, here: RoomHere, gone: Gone) -> Member | None:
        """Note who was named. Returns the person, if that session of theirs is here."""
        here.name(gone.participant)
        member = here.members.get(gone.participant)
        return member if member and member.generation <= gone.generation else None

    def lose(self, here: RoomHere, member: Member) -> None:
        """The place lapsed although the person is here: say so once, and take them in again."""
        if member.ticket is None:
            return
        member.ticket, member.wants_in = None, True
        if not member.sees_the_room:
            member.tell(self._wording.seat_lost(here.ref, here.now, "expired"), "place")
        self._readmit(here, member)

    def _tell_call(self, here: RoomHere, event: RoomEvent) -> Iterator[None]:
        """In order of tickets. Who left the line while others were told need not hear it."""
        called = _called(event)
        if called is None:
            return
        frame = self._wording.refresh_required(here.ref, event)
        frames = 0
        for chunk in here.waiting_in_chunks(*called, AT_ONCE):
            clients = [client for member in chunk for client in member.clients]
            self._broadcast(clients, frame, "refresh")
            frames += len(clients)
            if len(chunk) >= AT_ONCE:  # a shorter one was the last
                yield
        self._tally.broadcast(frames)

    def _tell_watchers(self, here: RoomHere, event: RoomEvent) -> None:
        if event.capacity:
            frame = self._wording.capacity_changed(here.ref, here.now, event.capacity)
            for member in here.watchers():
                member.tell(frame, "capacity")
        if event.notice_cleared:
            frame = self._wording.notice_cleared(here.ref, here.now, event.notice_cleared)
            for member in here.watchers():
                member.tell(frame, "notice")
        self._hosts.changed(here)


def _is_gap(here: RoomHere, event: RoomEvent) -> bool:
    if here.state is None or event.epoch != here.applied.epoch:
        return False  # a new epoch is met by vouching, not by mending
    return event.rev != here.applied.rev + 1


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
