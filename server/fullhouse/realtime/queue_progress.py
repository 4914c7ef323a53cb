"""Word of progress for the people in line who are not called: how many are still ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from weakref import WeakKeyDictionary

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Place
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import Frames, Rooms
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import BATCH

STEP_S = 2.0
PEOPLE_PER_STEP = 1000  # a line of so many more hears one step more rarely


class QueueProgress:
    """Sends `line` to whoever has fewer people ahead than they last heard."""

    def __init__(
        self,
        rooms: Rooms,
        places: PlaceUpdates,
        frames: Frames,
        room: Callable[[], Iterable[LocalRoom]],
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._frames = frames
        self._room = room
        self._told: WeakKeyDictionary[LocalRoom, tuple[int, ...]] = WeakKeyDictionary()
        self._rest: WeakKeyDictionary[LocalRoom, int] = WeakKeyDictionary()

    async def step(self) -> None:
        """Look at every line once; those that moved are told together, a batch at a time."""
        moved = [
            room for room in self._room() if room.replica.state is not None and self._is_due(room)
        ]
        for batch in batches(moved, BATCH):
            await asyncio.gather(*map(self._try_to_tell, batch))

    async def _try_to_tell(self, room: LocalRoom) -> None:
        try:
            await self._tell(room)
        except StoreUnavailable:
            self._told.pop(room, None)  # the next step tells it

    def _is_due(self, room: LocalRoom) -> bool:
        rest = self._rest.get(room, 0)
        if rest > 0:
            self._rest[room] = rest - 1
            return False
        state = room.replica.snapshot.state
        # The last ticket too: when one goes and another comes, as many wait as before.
        mark = (room.replica.applied.epoch, state.called_to, state.waiting, state.last_ticket)
        moved = self._told.get(room) != mark
        self._told[room] = mark
        self._rest[room] = state.waiting // PEOPLE_PER_STEP if moved else 0
        return moved

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
            member.send(self._frames.line(room.ref, room.replica.snapshot, place.ahead), "line")
