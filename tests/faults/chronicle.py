"""All that the store told of a room, replayed: was anything applied or sold twice?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from itertools import chain
from typing import TYPE_CHECKING

from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import Role
from tests.event_probe import Ear, ear_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis


class Chronicle:
    """Who holds which place, from the names in the events alone.

    Attributes:
        inside: Attendees with a seat.
        line: Tickets of those in line.
        events: Everything told so far.
    """

    def __init__(self, ear: Ear) -> None:
        self.inside: set[str] = set()
        self.presenting: set[str] = set()
        self.line: dict[str, int] = {}
        self.events: list[RoomEvent] = []
        self._ear = ear

    async def read(self) -> None:
        """Take in what was told since; every event must make sense after the one before."""
        for event in await self._ear.heard():
            self._follow(event)
            self._check(event)
            self.events.append(event)

    def _follow(self, event: RoomEvent) -> None:
        endings = (event.expired, event.dropped_out, event.left, event.changed_role)
        for name, *_ in chain(*endings, event.removed):
            self._forget(str(name))
        for moved in event.requeued:
            assert self.line[moved.participant] == moved.old_ticket, event
            self.line[moved.participant] = moved.ticket
        for newcomer in event.queued:
            assert newcomer.participant not in self.inside | set(self.line), event
            assert newcomer.ticket > max(self.line.values(), default=0), event
            self.line[newcomer.participant] = newcomer.ticket
        for entered in event.entered:
            self._enter(entered.participant, entered.role)

    def _enter(self, name: str, role: Role) -> None:
        seats = self.presenting if role is Role.PRESENTER else self.inside
        assert name not in seats, f"{name} was seated twice"
        seats.add(name)
        self.line.pop(name, None)

    def _forget(self, name: str) -> None:
        self.inside.discard(name)
        self.presenting.discard(name)
        self.line.pop(name, None)

    def _check(self, event: RoomEvent) -> None:
        state = event.state
        if self.events:
            assert event.rev == self.events[-1].rev + 1, "two changes under one revision"
        assert state.occupied == len(self.inside), event
        assert state.held + state.waiting == len(self.line), event
        taken = state.occupied + state.held
        before = self.events[-1].state if self.events else state
        assert taken <= max(state.capacity, before.occupied + before.held), "sold twice"


@asynccontextmanager
async def chronicle_of(redis: Redis, account: str) -> AsyncIterator[Chronicle]:
    """A chronicle of an account whose one room is not open yet."""
    async with ear_on(redis, account) as ear:
        yield Chronicle(ear)
