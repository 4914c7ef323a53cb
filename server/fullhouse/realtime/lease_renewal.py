"""Renews the leases of the members of this node, and acts on what the store answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Place, Renewals, Revision, Role
from fullhouse.realtime.local_room import LocalRoom, named, renewal_of
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_endings import PlaceEndings
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import RealtimeMetrics, Rooms
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import BATCH
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)

RENEWED_AT_ONCE = 1000  # people a call: the store is held for two to three milliseconds

Act = Callable[[Coroutine[Any, Any, None]], Awaitable[None]]
"""Runs what follows from an answer, now or later."""


class LeaseRenewal:
    """Renews everybody who is connected.

    Args:
        rooms: The store.
        places: Reads and tells places.
        endings: Ends places that the store has ended.
        metrics: Counts renewals.
        local_rooms: All rooms of this node.
        background_tasks: Runs what follows from the answers of a visit.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        places: PlaceUpdates,
        endings: PlaceEndings,
        metrics: RealtimeMetrics,
        local_rooms: LocalRooms,
        background_tasks: BackgroundTasks,
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._endings = endings
        self._metrics = metrics
        self._local_rooms = local_rooms
        self._background_tasks = background_tasks

    async def renew_all(self) -> None:
        """Renew everybody on this node now."""
        for batch in batches(list(self._local_rooms), BATCH):
            await self.visit(batch)

    async def visit(self, rooms: Sequence[LocalRoom]) -> None:
        """Renew everybody in these rooms, in one pipeline.

        Returns when the store has answered. What follows from the answers runs meanwhile, so a
        room that waits for its events delays no other room.
        """
        small: list[LocalRoom] = []
        large: list[LocalRoom] = []
        for room in rooms:
            (small if len(room.roster.members) <= RENEWED_AT_ONCE else large).append(room)
        await asyncio.gather(
            self._renew_together(small),
            *(self._report_members(room, self._act_later) for room in large),
        )

    def report_members_soon(self, room: LocalRoom) -> None:
        """Renew everybody in a room; if the store is away, the next round does."""
        self._background_tasks.spawn(self._report_members(room, self._act))

    async def renew(self, room: LocalRoom) -> None:
        """Renew everybody in a room, and act on what the store answers.

        Raises:
            StoreUnavailable: not all of them were renewed.
        """
        await self._renew(room, self._act)

    async def _renew_together(self, rooms: Sequence[LocalRoom]) -> None:
        asked = [
            (room, room.replica.seen, sessions)
            for room in rooms
            if (sessions := room.roster.sessions()) or room.replica.must_report_members
        ]
        with renewal_of([room for room, _, _ in asked]):
            answers = await self._rooms.renew_rooms(
                [
                    (room.ref, sessions, seen, room.replica.seen_called_to)
                    for room, seen, sessions in asked
                ]
            )
        for (room, seen, sessions), answer in zip(asked, answers, strict=True):
            if isinstance(answer, StoreUnavailable):
                continue  # until the next round, as below
            if self._is_renewed(room, answer, len(sessions)):
                await self._tell_news(room, answer, self._act_later)
                await self._check_epoch(room, answer, seen, self._act_later)

    async def _report_members(self, room: LocalRoom, act: Act) -> None:
        try:
            await self._renew(room, act)
        except StoreUnavailable:
            return  # nothing expires before every node has had time to renew: the truce

    async def _renew(self, room: LocalRoom, act: Act) -> None:
        seen, called_to = room.replica.seen, room.replica.seen_called_to
        answer: Renewals | None = None
        with renewal_of([room]):
            chunks = batches(room.roster.sessions(), RENEWED_AT_ONCE)
            if not chunks and room.replica.must_report_members:
                chunks = [()]  # hosts have no lease, but the store waits for this node's report
            for chunk in chunks:
                answer = await self._rooms.renew(room.ref, chunk, seen, called_to=called_to)
                if not self._is_renewed(room, answer, len(chunk)):
                    return
                await self._tell_news(room, answer, act)
        if answer:
            await self._check_epoch(room, answer, seen, act)

    def _is_renewed(self, room: LocalRoom, answer: Renewals, people: int) -> bool:
        if answer.outcome == "closed":
            self._endings.close_earlier_opening(room)
        if answer.outcome == "ok":
            self._metrics.renewed(people)
        return answer.outcome == "ok"

    async def _tell_news(self, room: LocalRoom, answer: Renewals, act: Act) -> None:
        if answer.news:
            await act(self._take_news(room, answer))

    async def _check_epoch(
        self, room: LocalRoom, answer: Renewals, seen: Revision, act: Act
    ) -> None:
        """In a new epoch the store has now heard of all members of this node."""
        if answer.epoch != seen.epoch:
            await act(self._enter_epoch(room, answer.revision))

    async def _act(self, work: Coroutine[Any, Any, None]) -> None:
        await work

    async def _act_later(self, work: Coroutine[Any, Any, None]) -> None:
        self._background_tasks.spawn(work)

    async def _take_news(self, room: LocalRoom, answer: Renewals) -> None:
        await self._places.catch_up(room, answer.revision)
        for member, place in room.to_correct(answer.news, answer.revision):
            self._correct(room, member, place)

    def _correct(self, room: LocalRoom, member: Member, place: Place) -> None:
        match place.kind:
            case "left":
                self._endings.leave(member)
            case "removed":
                self._endings.remove(room, member)
            case "lost" | "none":
                self._endings.expire(room, member)
            case _ if (place.kind == "presenting") != (member.role is Role.PRESENTER):
                self._endings.change_role(member)
            case _:
                self._places.correct(room, member, place)

    async def _enter_epoch(self, room: LocalRoom, revision: Revision) -> None:
        """Name the new epoch as seen from now on, and tell all members their places."""
        await self._places.catch_up(room, revision)
        room.replica.note_seen(room.replica.applied, room.replica.snapshot.state.called_to)
        above = room.replica.snapshot.state.above_capacity
        facts = {"epoch": revision.epoch, "above_capacity": above}
        log.warning("epoch.begun", extra={**named(room.ref), **facts})
        await self._places.tell(room, list(room.roster.members.values()))
