"""Tells people in line who are not called how many are still ahead of them."""

from __future__ import annotations

import asyncio

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Place
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import Frames, Rooms
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import BATCH

STEP_S = 2.0


class QueueProgress:
    """Sends `line` to people who have fewer people ahead than they were told."""

    def __init__(
        self, rooms: Rooms, places: PlaceUpdates, frames: Frames, local_rooms: LocalRooms
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._frames = frames
        self._local_rooms = local_rooms

    async def step(self) -> None:
        """Look at every line once; those that are due are told, a batch at a time."""
        due = [
            room
            for room in self._local_rooms
            if room.replica.state is not None and room.queue_mark.is_due(room.replica.snapshot)
        ]
        for batch in batches(due, BATCH):
            await asyncio.gather(*map(self._try_to_tell, batch))

    async def _try_to_tell(self, room: LocalRoom) -> None:
        try:
            await self._tell(room)
        except StoreUnavailable:
            room.queue_mark.forget()

    async def _tell(self, room: LocalRoom) -> None:
        called_to = room.replica.snapshot.state.called_to
        for chunk in batches(room.roster.waiting_beyond(called_to)):
            reply = await self._rooms.positions(room.ref, [m.participant for m in chunk])
            if reply.outcome != "ok":
                return
            await self._places.catch_up(room, reply.revision)
            for member, place in zip(chunk, reply.places, strict=True):
                self._tell_one(room, member, place)

    def _tell_one(self, room: LocalRoom, member: Member, place: Place) -> None:
        if place.kind != "waiting" or place.ticket != member.ticket:
            return  # an event tells them more than this would
        if place.called or place.ticket <= room.replica.snapshot.state.called_to:
            return
        if place.ahead != member.ahead:
            member.ahead = place.ahead
            frame = self._frames.line(room.ref, room.replica.snapshot, place.ahead)
            member.send(frame, "line")
