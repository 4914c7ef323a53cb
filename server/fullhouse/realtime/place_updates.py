"""Tells people their own place: read in batches, never older than what they were told before."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypeVar

from fullhouse.domain.errors import NotFound, StoreUnavailable
from fullhouse.domain.rooms import Place, Revision, Snapshot
from fullhouse.realtime.local_room import LocalRoom, named
from fullhouse.realtime.ports import Client, Frames, Rooms
from fullhouse.realtime.roster import Member

log = logging.getLogger(__name__)

BATCH = 256  # the store is held for less than a millisecond
EVENT_WAIT_S = 0.1  # an answer and its event come on two connections; after this it is lost
ATTEMPTS = 3  # a place that changes while it is read is read again

T = TypeVar("T")


def batches(items: Sequence[T], size: int = BATCH) -> list[Sequence[T]]:
    """Chunks of at most `size`, in order."""
    return [items[i : i + size] for i in range(0, len(items), size)]


class PlaceUpdates:
    """Reads and tells places.

    A place of revision r is told only after the events up to r have been applied, so the `rev` of
    the messages to one client never falls.
    """

    def __init__(self, rooms: Rooms, frames: Frames) -> None:
        self._rooms = rooms
        self._frames = frames

    async def catch_up(self, room: LocalRoom, revision: Revision) -> None:
        """Wait for the events up to `revision`; read the room again if they do not come."""
        if not await room.caught_up(revision, EVENT_WAIT_S):
            log.info("event.missed", extra={**named(room.ref), "rev": revision.rev})
            await self.reread(room)

    async def reread(self, room: LocalRoom) -> None:
        """Apply the snapshot of the room, if there still is one.

        A newer snapshot skips events that were not received, and what they said about people.

        Raises:
            StoreUnavailable: the snapshot could not be read.
        """
        try:
            snapshot = await decided_snapshot(self._rooms, room)
        except NotFound:
            return
        await room.broadcast_ended()
        if snapshot.revision > room.replica.applied:
            room.apply(snapshot.revision, snapshot.state)
            room.replica.missed = "reread"

    async def settled(
        self, room: LocalRoom, participant: str, place: Place, revision: Revision
    ) -> Place:
        """`place`, read again while newer events may have changed it."""
        await self.catch_up(room, revision)
        for _ in range(ATTEMPTS):
            if not room.replica.is_stale(participant, place, revision):
                break
            reply = await self._rooms.positions(room.ref, [participant])
            if reply.outcome != "ok":
                break
            place, revision = reply.places[0], reply.revision
            await self.catch_up(room, revision)
        return place

    async def tell(self, room: LocalRoom, members: Sequence[Member]) -> None:
        """Tell these people their present place; hosts have none."""
        for chunk in batches([m for m in members if not m.sees_the_room]):
            try:
                await self._tell_chunk(room, chunk)
            except StoreUnavailable:
                room.replica.owed.update(member.participant for member in chunk)

    async def _tell_chunk(self, room: LocalRoom, chunk: Sequence[Member]) -> None:
        reply = await self._rooms.positions(room.ref, [m.participant for m in chunk])
        for member, place in zip(chunk, reply.places, strict=reply.outcome == "ok"):
            settled = await self.settled(room, member.participant, place, reply.revision)
            self.tell_one(room, member, settled)

    def tell_client(self, room: LocalRoom, client: Client, participant: str, place: Place) -> None:
        """Send `place` to one connection; nothing if the person has none."""
        if place.kind in ("seated", "waiting"):
            frame = self._frames.place(room.ref, room.replica.snapshot, participant, place)
            client.send(frame, "place")

    def tell_one(self, room: LocalRoom, member: Member, place: Place) -> None:
        """Set `place` and send it to all tabs; nothing if the person has none."""
        if place.kind in ("seated", "waiting"):
            now = room.replica.snapshot
            member.take(place)
            member.note_told(place, now.state)
            frame = self._frames.place(room.ref, now, member.participant, place)
            member.send(frame, "place")

    def correct(self, room: LocalRoom, member: Member, place: Place) -> None:
        """Set `place`, and send it if it is another than the known one."""
        has_moved = member.differs(place)
        member.take(place)
        if has_moved:
            self.tell_one(room, member, place)


async def decided_snapshot(rooms: Rooms, room: LocalRoom) -> Snapshot:
    """The state of a room, after the store has decided whether it lost anything.

    A revision in doubt must not be named as seen: it would then count as confirmed.

    Raises:
        NotFound: there is no such room.
        StoreUnavailable: the snapshot could not be read.
    """
    snapshot = await rooms.snapshot(room.ref)
    if snapshot.in_doubt:
        await rooms.renew(room.ref, (), room.replica.seen, called_to=room.replica.seen_called_to)
        snapshot = await rooms.snapshot(room.ref)
    return snapshot
