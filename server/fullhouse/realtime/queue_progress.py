"""Tells people in line who are not called how many are still ahead of them."""

from __future__ import annotations

import asyncio

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.waits import progress_of
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import Frames, Rooms
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import BATCH

STEP_S = 2.0
READ_AT_ONCE = 1000  # tickets: the store is held for less than a millisecond


class QueueProgress:
    """Sends `line` to people for whom the number of people ahead, or the estimate, has changed."""

    def __init__(
        self, rooms: Rooms, places: PlaceUpdates, frames: Frames, local_rooms: LocalRooms
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._frames = frames
        self._local_rooms = local_rooms

    async def step(self) -> None:
        """Tell the lines that are due how many people are ahead, a batch of rooms at a time."""
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
        for chunk in batches(room.roster.waiting_beyond(called_to), READ_AT_ONCE):
            tickets = [member.ticket for member in chunk]
            reply = await self._rooms.people_ahead(room.ref, tickets)
            if reply.outcome != "ok":
                return
            await self._places.catch_up(room, reply.revision)
            for member, ticket, ahead in zip(chunk, tickets, reply.ahead, strict=True):
                if ahead is not None and member.ticket == ticket:  # else an event tells more
                    self._tell_one(room, member, ahead)

    def _tell_one(self, room: LocalRoom, member: Member, ahead: int) -> None:
        now = room.replica.snapshot
        progress = progress_of(ahead, now.state)
        if member.ticket > now.state.called_to and member.progress != progress:
            member.progress = progress
            member.send(self._frames.line(room.ref, now, progress), "line")
