"""The desk of each room: requests in order of arrival, many in one script call.

What arrives while a call is under way shares the next one: a slow store makes batches larger,
not queues longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import NotFound, StoreUnavailable
from fullhouse.domain.rooms import Drop, Newcomer, Session
from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admission_requests import (
    DropRequest,
    HelloRequest,
    LeaveRequest,
    Request,
    Requests,
    retry_ms,
)
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import decided_snapshot
from fullhouse.realtime.ports import Frames, RoomIndex, Rooms, Subscriptions
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks

GATHER_S = 0.005  # between the beginnings of two calls of one room
ENOUGH = 64  # people: more would not make a call much cheaper for each


class AdmissionQueue:
    """Serves the requests of all rooms here, each room by one task while it has any."""

    def __init__(
        self,
        rooms: Rooms,
        bus: Subscriptions,
        frames: Frames,
        answers: AdmissionReplies,
        background_tasks: BackgroundTasks,
        *,
        index: RoomIndex,
    ) -> None:
        self._rooms = rooms
        self._index = index
        self._bus = bus
        self._frames = frames
        self._answers = answers
        self._background_tasks = background_tasks
        self._waiting: dict[LocalRoom, Requests] = {}

    def submit(self, room: LocalRoom, request: Request) -> None:
        """Queue a request; its answer reaches the clients by itself."""
        if isinstance(request, HelloRequest):
            room.begin_request(request.participant)
        requests = self._waiting.get(room)
        if requests is None:
            requests = self._waiting[room] = Requests()
            self._background_tasks.spawn(self._serve(room, requests))
        requests.put(request)

    def is_busy(self, room: LocalRoom) -> bool:
        return room in self._waiting

    async def _serve(self, room: LocalRoom, requests: Requests) -> None:
        try:
            while requests:
                await self._gather(room, requests)
                await self._carry_out(room, requests.next_batch(), requests)
        except asyncio.CancelledError:
            requests.clear()  # the node ends
            raise
        finally:
            if (
                requests
            ):  # a batch that failed is a bug, and logged; the next are served all the same
                self._background_tasks.spawn(self._serve(room, requests))
            else:
                del self._waiting[room]

    async def _gather(self, room: LocalRoom, requests: Requests) -> None:
        """Let a batch grow, where one has just been sent: a call costs as much as ten people.

        The first of all waits for nothing, nor does a batch that is large enough.
        """
        now_s = asyncio.get_running_loop().time()
        wait_s = room.served_at_s + GATHER_S - now_s
        if wait_s > 0 and len(requests) < ENOUGH:
            await asyncio.sleep(wait_s)  # noqa: TID251  # not longer than anybody could notice
        room.served_at_s = asyncio.get_running_loop().time()

    async def _carry_out(
        self, room: LocalRoom, batch: Sequence[Request], requests: Requests
    ) -> None:
        try:
            match batch[0]:
                case HelloRequest():
                    await self._welcome(room, cast("list[HelloRequest]", batch))
                case LeaveRequest():
                    await self._let_leave(room, cast("list[LeaveRequest]", batch))
                case DropRequest():
                    await self._drop(room, cast("list[DropRequest]", batch))
        except StoreUnavailable:
            self._put_off(batch)
            # One call after another, each until its deadline, would keep those behind waiting:
            # ten thousand people for 40 s. Only their kind: a full store still takes leaves.
            behind = requests.take_all(type(batch[0]))
            self._put_off(behind)
            room.end_requests(r.participant for r in behind if isinstance(r, HelloRequest))

    def _put_off(self, requests: Sequence[Request]) -> None:
        """The store cannot serve them now. Who has gone lapses with the lease, not renewed."""
        self._answers.come_again([r for r in requests if isinstance(r, HelloRequest)])
        for request in requests:
            if isinstance(request, LeaveRequest):
                request.client.send(self._frames.retry(retry_ms()), "plain")

    async def _welcome(self, room: LocalRoom, entrances: list[HelloRequest]) -> None:
        try:
            # A leave before this hello may have closed its connection: nobody would be seated.
            wanted = [e for e in entrances if not (e.client and e.client.was_sent_out)]
            if wanted:
                await self._admit(room, wanted)
        finally:
            room.end_requests(e.participant for e in entrances)

    async def _admit(self, room: LocalRoom, entrances: list[HelloRequest]) -> None:
        try:
            await self._prepare(room)
            newcomers = [Newcomer(e.participant, e.role) for e in entrances]
            reply = await self._rooms.admit(room.ref, newcomers, room.replica.seen)
        except NotFound:
            self._answers.no_room(room, entrances)
        else:
            match reply.outcome:
                case "ok":
                    await self._answers.deliver(room, entrances, reply)
                case "closed":
                    await self._answers.closed(room, entrances)
                case "no_room":
                    self._answers.no_room(room, entrances)

    async def _prepare(self, room: LocalRoom) -> None:
        """Before the first admission: subscribe to the room's events, and index it for sweeps."""
        if room.replica.state is None:
            await self._bus.subscribe(room.ref.account)
            snapshot = await decided_snapshot(self._rooms, room)
            await self._index.watch([room.ref])
            if snapshot.revision > room.replica.applied:
                room.apply(snapshot.revision, snapshot.state)

    async def _let_leave(self, room: LocalRoom, departures: list[LeaveRequest]) -> None:
        leaving = [m for d in departures if (m := room.roster.members.get(d.participant))]
        leavers = await self._by_generation(room, leaving)
        await self._rooms.leave(room.ref, leavers, room.replica.seen)
        for member in leaving:
            member.close(CloseCode.LEFT, "left")
        for request in departures:  # also who had no place yet
            request.client.close(CloseCode.LEFT, "left")

    async def _by_generation(
        self, room: LocalRoom, members: list[Member]
    ) -> list[tuple[str, int]]:
        """These people with their present generations.

        A reload in a tab on another node began a new one that no event has told.
        """
        sessions = [
            Session(m.participant, m.generation, m.ticket) for m in members if m.ticket is not None
        ]
        answer = await self._rooms.renew(
            room.ref, sessions, room.replica.seen, called_to=room.replica.seen_called_to
        )
        newer = {participant: place.generation for participant, place in answer.news}
        return [(m.participant, newer.get(m.participant, m.generation)) for m in members]

    async def _drop(self, room: LocalRoom, partings: list[DropRequest]) -> None:
        drops = [Drop(p.participant, p.generation, p.after_ms) for p in partings]
        await room.renewals_have_ended()
        await self._rooms.drop(room.ref, drops, room.replica.seen)
