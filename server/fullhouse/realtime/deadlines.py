"""Sweeps rooms, so that deadlines pass, and sees from their revisions that events were missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from fullhouse.counted_log import CountedLog
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.orphaned_rooms import OrphanedRoom
from fullhouse.domain.rooms import NOTHING_SEEN, Revision, RoomRef, Sweep
from fullhouse.domain.takeover import TakeoverGate, claim_ms
from fullhouse.realtime.event_fanout import EventFanout
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.local_room import LocalRoom, named
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_updates import EVENT_WAIT_S, PlaceUpdates, batches
from fullhouse.realtime.ports import OrphanedRooms, RoomIndex, Rooms, Walk
from fullhouse.realtime.rounds import BATCH
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)

LOOK_S = 0.25
"""Between two looks for rooms that no node sweeps. Source: docs/decisions/0032-sweep-index.md."""

TAKEN_AT_ONCE = 16 * BATCH
"""Rooms in a share. Other nodes take other shares. Source: docs/decisions/0046-large-shares.md."""

SHARES_IN_FLIGHT = 2  # one is swept while the next one is taken
PIPELINES_IN_FLIGHT = 8  # a request of a person waits for at most these


class Deadlines:
    """Sweeps every room with members on this node, and those that no node sweeps.

    Args:
        rooms: The store.
        index: Which rooms need a sweep, and when.
        walk: Hands out parts of the index of accounts.
        orphaned_rooms: Finds rooms that the index lacks.
        forgotten: Closes rooms that have been empty for long.
        places: Reads the snapshot of a room.
        event_fanout: Tells members that the room is closed.
        local_rooms: All rooms of this node.
        background_tasks: Waits for late events.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        index: RoomIndex,
        walk: Walk,
        orphaned_rooms: OrphanedRooms,
        forgotten: ForgottenRooms,
        places: PlaceUpdates,
        event_fanout: EventFanout,
        local_rooms: LocalRooms,
        background_tasks: BackgroundTasks,
    ) -> None:
        self._rooms = rooms
        self._index = index
        self._walk = walk
        self._orphaned_rooms = orphaned_rooms
        self._forgotten = forgotten
        self._places = places
        self._event_fanout = event_fanout
        self._local_rooms = local_rooms
        self._background_tasks = background_tasks
        self._failed = CountedLog(log, "takeover.failed", monotonic)
        self._gate = TakeoverGate()
        self._pipelines = asyncio.Semaphore(PIPELINES_IN_FLIGHT)

    async def visit(self, rooms: Sequence[LocalRoom]) -> None:
        """Sweep these rooms, in one pipeline.

        Returns when the store has answered. Late events are waited for in the background: on a
        node that receives no events every room is behind.
        """
        for room in rooms:
            room.replica.forget_names()
        answers, _ = await asyncio.gather(
            self._rooms.sweep_rooms(
                [(r.ref, r.replica.seen, bool(r.roster.members)) for r in rooms]
            ),
            self._postpone(rooms),
        )
        for room, answer in zip(rooms, answers, strict=True):
            if not isinstance(answer, StoreUnavailable):  # else the next visit finds it
                self._follow(room, answer)

    async def take_over(self) -> None:
        """Sweep rooms that no node sweeps: rooms of a node that died, rooms without members."""
        free = asyncio.Semaphore(SHARES_IN_FLIGHT)
        async with asyncio.TaskGroup() as group:
            while self._gate.is_open(monotonic()):
                await free.acquire()
                taken = await self._take()
                group.create_task(self._sweep_share(taken, free))
                if len(taken) < TAKEN_AT_ONCE:
                    return

    async def walk(self) -> None:
        """Look at all rooms of the accounts of a part, while parts are due.

        Rooms that the index lacks are added to it and swept.
        """
        while (part := await self._walk.take()) is not None:
            refs = [
                ref
                for ref in await self._orphaned_rooms.unswept_rooms(part)
                if not self._is_local(ref)
            ]
            await self._index.watch(refs)
            for batch in batches(refs, BATCH):
                await asyncio.gather(*map(self._sweep_orphan, batch))
            await self._walk.finish(part)

    async def _take(self) -> Sequence[OrphanedRoom]:
        try:
            return await self._index.take(TAKEN_AT_ONCE)
        except StoreUnavailable as error:
            self._failed.note("store", reason=str(error))
            return ()
        finally:
            self._gate.note(monotonic())

    async def _sweep_share(self, taken: Sequence[OrphanedRoom], free: asyncio.Semaphore) -> None:
        groups = batches([orphan for orphan in taken if not self._is_local(orphan.ref)], BATCH)
        try:
            await asyncio.gather(*map(self._sweep_orphans, groups))
        finally:
            self._gate.resume(monotonic())
            free.release()

    async def _sweep_orphans(self, orphaned_rooms: Sequence[OrphanedRoom]) -> None:
        refs = [orphan.ref for orphan in orphaned_rooms]
        async with self._pipelines:
            answers = await self._rooms.sweep_rooms([(ref, NOTHING_SEEN, False) for ref in refs])
        idle = [
            (orphan, answer)
            for orphan, answer in zip(orphaned_rooms, answers, strict=True)
            if not isinstance(answer, StoreUnavailable) and not self._is_busy(orphan, answer)
        ]
        with suppress(StoreUnavailable):  # they are taken again, and found idle again
            # First: a room that is in no index would be found by the walk only.
            await self._forgotten.consider([(orphan.ref, answer) for orphan, answer in idle])
            await self._index.rest([orphan for orphan, _ in idle])

    def _is_busy(self, orphan: OrphanedRoom, answer: Sweep) -> bool:
        """Whether anything in the room has a deadline. An unfinished sweep is continued."""
        if answer.more:
            self._background_tasks.spawn(self._sweep_orphan(orphan.ref))
        return answer.more or answer.has_deadline

    async def _postpone(self, rooms: Sequence[LocalRoom]) -> None:
        now_s = monotonic()
        spacing_s = max(now_s - (room.swept_s or now_s) for room in rooms)
        for room in rooms:
            room.swept_s = now_s
        with suppress(StoreUnavailable):  # then another node sweeps them as well
            await self._index.postpone([room.ref for room in rooms], claim_ms(spacing_s))

    def _is_local(self, ref: RoomRef) -> bool:
        return self._local_rooms.find(ref) is not None

    def _follow(self, room: LocalRoom, answer: Sweep) -> None:
        room.has_deadline = answer.has_deadline
        if answer.more:
            self._background_tasks.spawn(self._sweep_on(room))
        if answer.outcome == "closed" and room.roster.members:
            self._background_tasks.spawn(self._close(room))
        if room.replica.is_behind(answer.revision):
            self._background_tasks.spawn(self._notice_gap(room, answer.revision))

    async def _sweep_on(self, room: LocalRoom) -> None:
        await self._sweep_all(room.ref, room.replica.seen, attended=bool(room.roster.members))

    async def _sweep_all(self, ref: RoomRef, seen: Revision, *, attended: bool = False) -> Sweep:
        answer = await self._rooms.sweep_room(ref, seen, attended=attended)
        while answer.more:
            answer = await self._rooms.sweep_room(ref, seen, attended=attended)
        return answer

    async def _close(self, room: LocalRoom) -> None:
        """The event of the closing was missed."""
        try:
            await self._places.reread(room)
        except StoreUnavailable:
            return  # the next sweep finds the room closed, too
        self._event_fanout.close(room)

    async def _notice_gap(self, room: LocalRoom, revision: Revision) -> None:
        if await room.caught_up(revision, EVENT_WAIT_S):
            return
        log.info("event.missed", extra={**named(room.ref), "rev": revision.rev})
        room.replica.missed = "late"

    async def _sweep_orphan(self, ref: RoomRef) -> None:
        answer = await self._sweep_all(ref, NOTHING_SEEN)
        await self._forgotten.consider([(ref, answer)])
