"""Word of progress for the people in line who are not called: how many are still ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from weakref import WeakKeyDictionary

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Place
from fullhouse.realtime.member import Member
from fullhouse.realtime.people import RoomHere
from fullhouse.realtime.places import Places, batches
from fullhouse.realtime.ports import Rooms, Wording
from fullhouse.realtime.rounds import BATCH

STEP_S = 2.0
PEOPLE_PER_STEP = 1000  # a line of so many more hears one step more rarely


class Lines:
    """Sends `line` to whoever has fewer people ahead than they last heard."""

    def __init__(
        self,
        rooms: Rooms,
        places: Places,
        wording: Wording,
        here: Callable[[], Iterable[RoomHere]],
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._wording = wording
        self._here = here
        self._told: WeakKeyDictionary[RoomHere, tuple[int, ...]] = WeakKeyDictionary()
        self._rest: WeakKeyDictionary[RoomHere, int] = WeakKeyDictionary()

    async def step(self) -> None:
        """Look at every line once; those that moved are told together, a batch at a time."""
        moved = [here for here in self._here() if here.state is not None and self._is_due(here)]
        for batch in batches(moved, BATCH):
            await asyncio.gather(*map(self._try_to_tell, batch))

    async def _try_to_tell(self, here: RoomHere) -> None:
        try:
            await self._tell(here)
        except StoreUnavailable:
            self._told.pop(here, None)  # the next step tells it

    def _is_due(self, here: RoomHere) -> bool:
        rest = self._rest.get(here, 0)
        if rest > 0:
            self._rest[here] = rest - 1
            return False
        state = here.now.state
        # The last ticket too: when one goes and another comes, as many wait as before.
        mark = (here.applied.epoch, state.called_to, state.waiting, state.last_ticket)
        moved = self._told.get(here) != mark
        self._told[here] = mark
        self._rest[here] = state.waiting // PEOPLE_PER_STEP if moved else 0
        return moved

    async def _tell(self, here: RoomHere) -> None:
        called_to = here.now.state.called_to
        for chunk in batches(here.waiting_beyond(called_to)):
            reply = await self._rooms.positions(here.ref, [m.participant for m in chunk])
            if reply.outcome != "ok":
                return
            await self._places.catch_up(here, reply.revision)
            for member, place in zip(chunk, reply.places, strict=True):
                self._tell_one(here, member, place)

    def _tell_one(self, here: RoomHere, member: Member, place: Place) -> None:
        if place.kind != "waiting" or place.ticket != member.ticket:
            return  # an event tells them more than this would
        if place.called or place.ticket <= here.now.state.called_to:
            return
        if place.ahead != member.ahead:
            member.ahead = place.ahead
            member.tell(self._wording.line(here.ref, here.now, place.ahead), "line")
