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
from fullhouse.realtime.answers import Answers
from fullhouse.realtime.member import Member
from fullhouse.realtime.people import RoomHere
from fullhouse.realtime.places import decided_snapshot
from fullhouse.realtime.ports import RoomIndex, Rooms, Subscriptions, Wording
from fullhouse.realtime.requests import (
    Departure,
    Entrance,
    Parting,
    Request,
    Requests,
    retry_ms,
)
from fullhouse.supervise import Chores

GATHER_S = 0.005  # between the beginnings of two calls of one room
ENOUGH = 64  # people: more would not make a call much cheaper for each


class Desk:
    """Serves the requests of all rooms here, each room by one task while it has any."""

    def __init__(
        self,
        rooms: Rooms,
        bus: Subscriptions,
        wording: Wording,
        answers: Answers,
        chores: Chores,
        *,
        index: RoomIndex,
    ) -> None:
        self._rooms = rooms
        self._index = index
        self._bus = bus
        self._wording = wording
        self._answers = answers
        self._chores = chores
        self._waiting: dict[RoomHere, Requests] = {}

    def submit(self, here: RoomHere, request: Request) -> None:
        """Queue a request; its answer reaches the clients by itself."""
        if isinstance(request, Entrance):
            here.asking[request.participant] += 1
        requests = self._waiting.get(here)
        if requests is None:
            requests = self._waiting[here] = Requests()
            self._chores.spawn(self._serve(here, requests))
        requests.put(request)

    def is_busy(self, here: RoomHere) -> bool:
        return here in self._waiting

    async def _serve(self, here: RoomHere, requests: Requests) -> None:
        try:
            while requests:
                await self._gather(here, requests)
                await self._carry_out(here, requests.next_batch(), requests)
        except asyncio.CancelledError:
            requests.clear()  # the node ends
            raise
        finally:
            if (
                requests
            ):  # a batch that failed is a bug, and logged; the next are served all the same
                self._chores.spawn(self._serve(here, requests))
            else:
                del self._waiting[here]

    async def _gather(self, here: RoomHere, requests: Requests) -> None:
        """Let a batch grow, where one has just been sent: a call costs as much as ten people.

        The first of all waits for nothing, nor does a batch that is large enough.
        """
        now_s = asyncio.get_running_loop().time()
        wait_s = here.served_at_s + GATHER_S - now_s
        if wait_s > 0 and len(requests) < ENOUGH:
            await asyncio.sleep(wait_s)  # noqa: TID251  # not longer than anybody could notice
        here.served_at_s = asyncio.get_running_loop().time()

    async def _carry_out(
        self, here: RoomHere, batch: Sequence[Request], requests: Requests
    ) -> None:
        try:
            match batch[0]:
                case Entrance():
                    await self._welcome(here, cast("list[Entrance]", batch))
                case Departure():
                    await self._let_leave(here, cast("list[Departure]", batch))
                case Parting():
                    await self._drop(here, cast("list[Parting]", batch))
        except StoreUnavailable:
            self._put_off(batch)
            # One call after another, each until its deadline, would keep those behind waiting:
            # ten thousand people for 40 s. Only their kind: a full store still takes leaves.
            behind = requests.take_all(type(batch[0]))
            self._put_off(behind)
            here.note_answered(r.participant for r in behind if isinstance(r, Entrance))

    def _put_off(self, requests: Sequence[Request]) -> None:
        """The store cannot serve them now. Who has gone lapses with the lease, not renewed."""
        self._answers.come_again([r for r in requests if isinstance(r, Entrance)])
        for request in requests:
            if isinstance(request, Departure):
                request.client.send(self._wording.retry(retry_ms()), "plain")

    async def _welcome(self, here: RoomHere, entrances: list[Entrance]) -> None:
        try:
            # A leave before this hello may have closed its connection: nobody would be seated.
            wanted = [e for e in entrances if not (e.client and e.client.was_sent_out)]
            if wanted:
                await self._admit(here, wanted)
        finally:
            here.note_answered(e.participant for e in entrances)

    async def _admit(self, here: RoomHere, entrances: list[Entrance]) -> None:
        try:
            await self._prepare(here)
            newcomers = [Newcomer(e.participant, e.role) for e in entrances]
            reply = await self._rooms.admit(here.ref, newcomers, here.seen)
        except NotFound:
            self._answers.no_room(here, entrances)
        else:
            match reply.outcome:
                case "ok":
                    await self._answers.deliver(here, entrances, reply)
                case "closed":
                    await self._answers.closed(here, entrances)
                case "no_room":
                    self._answers.no_room(here, entrances)

    async def _prepare(self, here: RoomHere) -> None:
        """Before the first admission: subscribe to the room's events, and index it for sweeps."""
        if here.state is None:
            await self._bus.subscribe(here.ref.account)
            snapshot = await decided_snapshot(self._rooms, here)
            await self._index.watch([here.ref])
            if snapshot.revision > here.applied:
                here.apply(snapshot.revision, snapshot.state)

    async def _let_leave(self, here: RoomHere, departures: list[Departure]) -> None:
        leaving = [m for d in departures if (m := here.members.get(d.participant))]
        leavers = await self._by_generation(here, leaving)
        await self._rooms.leave(here.ref, leavers, here.seen)
        for member in leaving:
            member.dismiss(CloseCode.LEFT, "left")
        for departure in departures:  # also who had no place yet
            departure.client.close(CloseCode.LEFT, "left")

    async def _by_generation(self, here: RoomHere, members: list[Member]) -> list[tuple[str, int]]:
        """These people with their present generations.

        A reload in a tab on another node began a new one that no event has told.
        """
        sessions = [
            Session(m.participant, m.generation, m.ticket) for m in members if m.ticket is not None
        ]
        answer = await self._rooms.renew(
            here.ref, sessions, here.seen, called_to=here.seen_called_to
        )
        newer = {participant: place.generation for participant, place in answer.news}
        return [(m.participant, newer.get(m.participant, m.generation)) for m in members]

    async def _drop(self, here: RoomHere, partings: list[Parting]) -> None:
        drops = [Drop(p.participant, p.generation, p.after_ms) for p in partings]
        await here.renewals_have_ended()
        await self._rooms.drop(here.ref, drops, here.seen)
