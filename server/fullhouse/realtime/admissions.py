"""Serves the admission queue of each room: hellos and claims, leaves, drops."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from fullhouse.batch_queue import BatchQueue, Serve
from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import NotFound, StoreUnavailable
from fullhouse.domain.rooms import Admissions, Drop, Newcomer, Session
from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admission_requests import (
    DropRequest,
    HelloRequest,
    LeaveRequest,
    Request,
)
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import BATCH, decided_snapshot
from fullhouse.realtime.ports import RoomIndex, Rooms, Subscriptions
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks

GATHER_S = 0.005  # between the beginnings of two calls of one room
ENOUGH = 64  # people: more would not make a call much cheaper for each

AdmissionQueue: TypeAlias = BatchQueue[LocalRoom, Request]


class AdmissionHandler:
    """Serves batches of requests, and has their senders told the result.

    Args:
        rooms: The store.
        bus: Subscribes to the events of a room's account.
        index: Names the rooms that need sweeps.
        replies: Tells the senders.
    """

    def __init__(
        self, rooms: Rooms, bus: Subscriptions, index: RoomIndex, replies: AdmissionReplies
    ) -> None:
        self._rooms = rooms
        self._bus = bus
        self._index = index
        self._replies = replies

    def by_kind(self) -> Mapping[str, Serve[LocalRoom, Request]]:
        return {"hello": self.admit, "leave": self.leave, "drop": self.drop}

    def gather_s(self, room: LocalRoom, waiting: int) -> float:
        """A call costs as much as ten people, so let the next batch grow after a call."""
        if waiting >= ENOUGH:
            return 0.0
        return room.served_at_s + GATHER_S - asyncio.get_running_loop().time()

    def begin(self, room: LocalRoom) -> None:
        room.served_at_s = asyncio.get_running_loop().time()

    async def admit(self, room: LocalRoom, batch: Sequence[Request]) -> Sequence[DropRequest]:
        """Admit people. Returns drops for those whose connections closed meanwhile."""
        # A leave before this hello may have closed its connection: nobody would be seated.
        hellos = [
            hello
            for hello in cast("Sequence[HelloRequest]", batch)
            if not (hello.client and hello.client.was_sent_out)
        ]
        answer: Admissions | None = None
        if hellos:
            try:
                await self._prepare(room)
                newcomers = [Newcomer(h.participant, h.role, h.name) for h in hellos]
                answer = await self._rooms.admit(room.ref, newcomers, room.replica.seen)
            except NotFound:
                answer = Admissions("no_room", 0, 0)
        drops = await self._replies.deliver(room, hellos, answer) if answer else ()
        room.end_requests(hello.participant for hello in batch)
        return drops

    async def leave(self, room: LocalRoom, batch: Sequence[Request]) -> Sequence[Request]:
        """Free the places of people who leave, in all tabs."""
        leaves = cast("Sequence[LeaveRequest]", batch)
        leaving = [m for r in leaves if (m := room.roster.members.get(r.participant))]
        leavers = await self._with_generations(room, leaving)
        await self._rooms.leave(room.ref, leavers, room.replica.seen)
        for member in leaving:
            member.close(CloseCode.LEFT, "left")
        for request in leaves:  # also people without a place
            request.client.close(CloseCode.LEFT, "left")
        return ()

    async def drop(self, room: LocalRoom, batch: Sequence[Request]) -> Sequence[Request]:
        """Begin the grace of people without a connection."""
        drops = [
            Drop(drop.participant, drop.generation, drop.after_ms)
            for drop in cast("Sequence[DropRequest]", batch)
        ]
        await room.renewals_have_ended()
        await self._rooms.drop(room.ref, drops, room.replica.seen)
        return ()

    def fail(self, room: LocalRoom, requests: Sequence[Request], error: BaseException) -> None:
        """Have people retry if the store is away. A place not dropped expires with its lease."""
        if isinstance(error, StoreUnavailable):
            self._replies.retry(room, requests)
        room.end_requests(r.participant for r in requests if isinstance(r, HelloRequest))
        if isinstance(error, Exception) and not isinstance(error, StoreUnavailable):
            raise error

    async def _prepare(self, room: LocalRoom) -> None:
        """Before the first admission: subscribe to the room's events, and index it for sweeps."""
        if room.replica.state is None:
            await self._bus.subscribe(room.ref.account)
            snapshot = await decided_snapshot(self._rooms, room)
            await self._index.watch([room.ref])
            if snapshot.revision > room.replica.applied:
                room.apply(snapshot.revision, snapshot.state)

    async def _with_generations(
        self, room: LocalRoom, members: list[Member]
    ) -> list[tuple[str, int]]:
        """These people with their present generations.

        A reload on another node began a new generation, and no event has named it.
        """
        sessions = [Session(m.participant, m.generation, m.holding) for m in members if m.holding]
        answer = await self._rooms.renew(
            room.ref, sessions, room.replica.seen, called_to=room.replica.seen_called_to
        )
        newer = {participant: place.generation for participant, place in answer.news}
        return [(m.participant, newer.get(m.participant, m.generation)) for m in members]


def admission_queue(
    handler: AdmissionHandler, background_tasks: BackgroundTasks
) -> AdmissionQueue:
    """The queue of all rooms. Hellos, leaves and drops of a room are served in their order."""
    return BatchQueue(handler, background_tasks, limit=BATCH, keeps_order=True)
