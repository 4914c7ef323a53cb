"""How the places of members end, and what the members are told."""

from __future__ import annotations

from collections.abc import Iterator

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.replies import OTHER_ROLE
from fullhouse.domain.rooms import Role
from fullhouse.realtime.admissions import AdmissionQueue
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import batches
from fullhouse.realtime.ports import Frames
from fullhouse.realtime.roster import Member

AT_ONCE = 128  # people in one turn of the event loop: about a millisecond


class PlaceEndings:
    """Ends the place of a member on this node: the store has ended it already.

    Args:
        frames: Encodes messages.
        hosts: Tells hosts and presenters the last state of the room.
        queue: Readmits members.
    """

    def __init__(self, frames: Frames, hosts: HostUpdates, queue: AdmissionQueue) -> None:
        self._frames = frames
        self._hosts = hosts
        self._queue = queue

    def leave(self, member: Member) -> None:
        """The person left in another tab."""
        member.close(CloseCode.LEFT, "left")

    def change_role(self, member: Member) -> None:
        """The person entered in another role, on another node perhaps."""
        member.close(*OTHER_ROLE)

    def remove(self, room: LocalRoom, member: Member) -> None:
        """The platform removed the person."""
        if member.role is Role.ATTENDEE:
            frame = self._frames.seat_lost(room.ref, room.replica.snapshot, "removed")
            member.send(frame, "place")
        member.close(CloseCode.REMOVED, "removed")

    def miss_calls(self, room: LocalRoom, member: Member) -> None:
        """The person missed two calls. The connection stays: the page may ask again."""
        member.holding = None
        frame = self._frames.seat_lost(room.ref, room.replica.snapshot, "missed_calls")
        member.send(frame, "place")

    def expire(self, room: LocalRoom, member: Member) -> None:
        """The place expired although the person is connected: tell them once, and readmit."""
        if member.holding is None:
            return
        room.lose_place(member)
        if not member.sees_the_room:
            frame = self._frames.seat_lost(room.ref, room.replica.snapshot, "expired")
            member.send(frame, "place")
        self.readmit(room, member)

    def readmit(self, room: LocalRoom, member: Member) -> None:
        """Queue a hello of the node itself for this member."""
        self._queue.submit(room, room.hello(member.participant, member.role, None, member.name))

    def close_all(self, room: LocalRoom) -> Iterator[None]:
        """The room is closed, for all members. One step for each chunk."""
        for chunk in batches([*room.roster.members.values()], AT_ONCE):
            for member in chunk:
                if member.sees_the_room:
                    self._hosts.tell_end(room, member)
                self._close(room, member)
            if len(chunk) >= AT_ONCE:  # a shorter one was the last
                yield
        room.replica.note_seen(room.replica.applied, 0)  # no members are left to report

    def close_earlier_opening(self, room: LocalRoom) -> None:
        """The opening that some members entered is over; members of the present one stay.

        Generations begin at the instant of an opening, so they tell which one it was.
        """
        for member in list(room.roster.members.values()):
            if member.holding is not None and member.generation < room.replica.applied.epoch:
                self._close(room, member)
        if room.replica.must_report_members:
            room.replica.note_seen(room.replica.applied, room.replica.snapshot.state.called_to)

    def _close(self, room: LocalRoom, member: Member) -> None:
        replica = room.replica
        if not member.sees_the_room:
            frame = self._frames.room_closed(room.ref, replica.applied, replica.closed_reason)
            member.send(frame, "place")
        room.roster.remove(member)
        member.close(CloseCode.ROOM_CLOSED, "room closed")
