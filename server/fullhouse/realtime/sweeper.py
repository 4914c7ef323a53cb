"""Lets time pass in rooms, and notices by their revisions that events did not come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from fullhouse.counted_log import CountedLog
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import NOTHING_SEEN, Revision, RoomRef, Sweep
from fullhouse.domain.strays import Stray
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.people import RoomHere, named
from fullhouse.realtime.places import EVENT_WAIT_S, Places, batches
from fullhouse.realtime.ports import RoomIndex, Rooms, Strays, Walk
from fullhouse.realtime.relay import Relay
from fullhouse.realtime.rounds import BATCH
from fullhouse.supervise import Chores

log = logging.getLogger(__name__)

LOOK_S = 0.25
"""Between two looks for rooms that nobody sweeps. Source: docs/decisions/0032-sweep-index.md."""

TAKEN_AT_ONCE = 4 * BATCH  # other nodes get their share of what a dead node leaves


class Sweeper:
    """Sweeps every room with people here, and those that nobody else sweeps.

    Args:
        rooms: The store.
        index: Which rooms need a sweep, and when.
        walk: Hands out parts of the index of accounts.
        strays: Finds rooms that the index lacks.
        forgotten: Closes rooms that have been empty for long.
        places: Rereads a room.
        relay: Tells people that the event is over.
        here: All rooms of this node.
        chores: Waits for events that are late.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        index: RoomIndex,
        walk: Walk,
        strays: Strays,
        forgotten: ForgottenRooms,
        places: Places,
        relay: Relay,
        here: LocalRooms,
        chores: Chores,
    ) -> None:
        self._rooms = rooms
        self._index = index
        self._walk = walk
        self._strays = strays
        self._forgotten = forgotten
        self._places = places
        self._relay = relay
        self._here = here
        self._chores = chores
        self._failed = CountedLog(log, "takeover.failed", monotonic)

    async def visit(self, rooms: Sequence[RoomHere]) -> None:
        """Let time pass in these rooms, in one pipeline.

        Returns when the store has answered. Events that are late then are waited for meanwhile:
        on a node that receives no events every room is behind.
        """
        for here in rooms:
            here.forget_names()
        answers, _ = await asyncio.gather(
            self._rooms.sweep_rooms([(h.ref, h.seen, bool(h.members)) for h in rooms]),
            self._postpone(rooms),
        )
        for here, answer in zip(rooms, answers, strict=True):
            if not isinstance(answer, StoreUnavailable):  # else the next visit finds it
                self._take_in(here, answer)

    async def take_over(self) -> None:
        """Let time pass where nobody does: rooms of a node that died, rooms just left."""
        taken = await self._take()
        while taken:
            groups = batches([stray for stray in taken if not self._is_here(stray.ref)], BATCH)
            await asyncio.gather(*map(self._sweep_strays, groups))
            taken = await self._take() if len(taken) == TAKEN_AT_ONCE else ()

    async def walk(self) -> None:
        """Look at all rooms of the accounts of a part, as long as parts are due.

        What the index lacks is put there and swept.
        """
        while (part := await self._walk.take()) is not None:
            refs = [
                ref for ref in await self._strays.unswept_rooms(part) if not self._is_here(ref)
            ]
            await self._index.watch(refs)
            for batch in batches(refs, BATCH):
                await asyncio.gather(*map(self._sweep_stray, batch))
            await self._walk.finish(part)

    async def _take(self) -> Sequence[Stray]:
        try:
            return await self._index.take(TAKEN_AT_ONCE)
        except StoreUnavailable as error:
            self._failed.note("store", reason=str(error))
            return ()

    async def _sweep_strays(self, strays: Sequence[Stray]) -> None:
        refs = [stray.ref for stray in strays]
        answers = await self._rooms.sweep_rooms([(ref, NOTHING_SEEN, False) for ref in refs])
        idle = [
            (stray, answer)
            for stray, answer in zip(strays, answers, strict=True)
            if not isinstance(answer, StoreUnavailable) and not self._is_busy(stray, answer)
        ]
        with suppress(StoreUnavailable):  # they are taken again, and found idle again
            # First: a room that is in no index would be found by the walk only.
            await self._forgotten.consider([(stray.ref, answer) for stray, answer in idle])
            await self._index.rest([stray for stray, _ in idle])

    def _is_busy(self, stray: Stray, answer: Sweep) -> bool:
        """Whether anything in the room has a deadline. An unfinished sweep is continued."""
        if answer.more:
            self._chores.spawn(self._sweep_stray(stray.ref))
        return answer.more or answer.has_deadline

    async def _postpone(self, rooms: Sequence[RoomHere]) -> None:
        with suppress(StoreUnavailable):  # then somebody else sweeps them as well
            await self._index.postpone([here.ref for here in rooms])

    def _is_here(self, ref: RoomRef) -> bool:
        return self._here.find(ref) is not None

    def _take_in(self, here: RoomHere, answer: Sweep) -> None:
        if answer.more:
            self._chores.spawn(self._sweep_on(here))
        if answer.outcome == "closed" and here.members:
            self._chores.spawn(self._end(here))
        if here.state is not None and here.applied < answer.revision:
            self._chores.spawn(self._notice_gap(here, answer.revision))

    async def _sweep_on(self, here: RoomHere) -> None:
        await self._sweep_all(here.ref, here.seen, attended=bool(here.members))

    async def _sweep_all(self, ref: RoomRef, seen: Revision, *, attended: bool = False) -> Sweep:
        answer = await self._rooms.sweep_room(ref, seen, attended=attended)
        while answer.more:
            answer = await self._rooms.sweep_room(ref, seen, attended=attended)
        return answer

    async def _end(self, here: RoomHere) -> None:
        """The event that told the end did not come."""
        try:
            await self._places.reread(here)
        except StoreUnavailable:
            return  # the next sweep finds the room closed still
        self._relay.close(here)

    async def _notice_gap(self, here: RoomHere, revision: Revision) -> None:
        if await here.caught_up(revision, EVENT_WAIT_S):
            return
        log.info("event.missed", extra={**named(here.ref), "rev": revision.rev})
        here.missed = True

    async def _sweep_stray(self, ref: RoomRef) -> None:
        answer = await self._sweep_all(ref, NOTHING_SEEN)
        await self._forgotten.consider([(ref, answer)])
