"""Keeps the people here in their places: renews leases, and acts on what the store answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Place, Renewals, Revision, Role
from fullhouse.realtime.event_fanout import EventFanout
from fullhouse.realtime.local_room import LocalRoom, named
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import RealtimeMetrics, Rooms
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import BATCH
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)

RENEWED_AT_ONCE = 1000  # people a call: the store is held for two to three milliseconds

Act = Callable[[Coroutine[Any, Any, None]], Awaitable[None]]
"""Does what an answer asks for, now or later."""


class LeaseRenewal:
    """Vouches for everybody connected here.

    Args:
        rooms: The store.
        places: Reads and tells places.
        relay: Tells people what became of them.
        tally: Counts renewals.
        here: All rooms of this node.
        chores: Runs what a visit leaves to be done.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        places: PlaceUpdates,
        event_fanout: EventFanout,
        metrics: RealtimeMetrics,
        room: Callable[[], Iterable[LocalRoom]],
        background_tasks: BackgroundTasks,
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._event_fanout = event_fanout
        self._metrics = metrics
        self._room = room
        self._background_tasks = background_tasks

    async def beat(self) -> None:
        """Renew everybody here now."""
        for batch in batches(list(self._room()), BATCH):
            await self.visit(batch)

    async def visit(self, rooms: Sequence[LocalRoom]) -> None:
        """Renew everybody in these rooms, in one pipeline.

        Returns when the store has answered; what it says of people is acted on meanwhile, so
        that a room which waits for its events keeps no other room waiting.
        """
        small: list[LocalRoom] = []
        large: list[LocalRoom] = []
        for room in rooms:
            (small if len(room.roster.members) <= RENEWED_AT_ONCE else large).append(room)
        await asyncio.gather(
            self._renew_together(small),
            *(self._report_members(room, self._act_later) for room in large),
        )

    async def _renew_together(self, rooms: Sequence[LocalRoom]) -> None:
        asked = [
            (room, room.replica.seen, sessions)
            for room in rooms
            if (sessions := room.roster.sessions()) or room.replica.must_report_members
        ]
        with ExitStack() as under_way:
            for room, _, _ in asked:
                under_way.enter_context(room.renewal())
            answers = await self._rooms.renew_rooms(
                [(room.ref, who, seen, room.replica.seen_called_to) for room, seen, who in asked]
            )
        for (room, seen, sessions), answer in zip(asked, answers, strict=True):
            if not isinstance(answer, StoreUnavailable):  # else the next beat, as below
                await self._take_in(room, answer, seen, len(sessions))

    async def _take_in(
        self, room: LocalRoom, answer: Renewals, seen: Revision, people: int
    ) -> None:
        if answer.outcome == "closed":
            self._event_fanout.end_earlier(room)
        if answer.outcome != "ok":
            return
        self._metrics.renewed(people)
        if answer.news:
            await self._act_later(self._take_news(room, answer))
        if answer.epoch != seen.epoch:
            await self._act_later(self._begin_epoch(room, answer.revision))

    async def report_members(self, room: LocalRoom) -> None:
        """Renew everybody in a room; if the store is away, the next beat does."""
        await self._report_members(room, self._act)

    async def renew(self, room: LocalRoom) -> None:
        """Lengthen the leases of everybody here and act on what the store says of them.

        Raises:
            StoreUnavailable: not all of them were renewed.
        """
        await self._renew(room, self._act)

    async def _report_members(self, room: LocalRoom, act: Act) -> None:
        try:
            await self._renew(room, act)
        except StoreUnavailable:
            return  # nothing lapses before every node has had time to renew: the truce

    async def _renew(self, room: LocalRoom, act: Act) -> None:
        seen, called_to = room.replica.seen, room.replica.seen_called_to
        answer: Renewals | None = None
        with room.renewal():
            for chunk in (
                batches(room.roster.sessions(), RENEWED_AT_ONCE)
                or [()] * room.replica.must_report_members
            ):
                answer = await self._rooms.renew(room.ref, chunk, seen, called_to=called_to)
                if answer.outcome == "closed":
                    self._event_fanout.end_earlier(room)
                if answer.outcome != "ok":
                    return
                self._metrics.renewed(len(chunk))
                if answer.news:
                    await act(self._take_news(room, answer))
        if answer and answer.epoch != seen.epoch:
            await act(self._begin_epoch(room, answer.revision))

    async def _act(self, what: Coroutine[Any, Any, None]) -> None:
        await what

    async def _act_later(self, what: Coroutine[Any, Any, None]) -> None:
        self._background_tasks.spawn(what)

    async def _take_news(self, room: LocalRoom, answer: Renewals) -> None:
        await self._places.catch_up(room, answer.revision)
        for participant, place in answer.news:
            member = room.roster.members.get(participant)
            if member is None or room.replica.named_after(participant, answer.revision):
                continue
            if member.generation <= place.generation:  # they have not come anew meanwhile
                self._correct(room, member, place)

    def _correct(self, room: LocalRoom, member: Member, place: Place) -> None:
        match place.kind:
            case "left":
                member.close(CloseCode.LEFT, "left")
            case "removed":
                self._event_fanout.remove(room, member)
            case "lost" | "none":
                self._event_fanout.lose(room, member)
            case _ if (place.kind == "presenting") != (member.role is Role.PRESENTER):
                member.close(CloseCode.LEFT, "entered in another role")
            case _:
                moved = member.differs(place)
                member.take(place)
                if moved:
                    self._places.tell_one(room, member, place)

    async def _begin_epoch(self, room: LocalRoom, revision: Revision) -> None:
        """The store knows who is here: speak of the new epoch, and tell everyone their place."""
        await self._places.catch_up(room, revision)
        room.replica.note_seen(room.replica.applied, room.replica.snapshot.state.called_to)
        log.warning("epoch.begun", extra={**named(room.ref), "epoch": revision.epoch})
        await self._places.tell(room, list(room.roster.members.values()))
