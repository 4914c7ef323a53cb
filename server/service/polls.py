"""Polls: the same house for people whose network lets no WebSocket through."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.errors import NotFound
from server.domain.rooms import Admissions, Newcomer, Outcome, Place, RoomRef, Snapshot

if TYPE_CHECKING:
    from server.service.room_ports import PolledRooms

POLL_AFTER_S = 5
LEASE_MS = 3 * POLL_AFTER_S * 1000  # of three polls one may be lost and one may be late


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands, and the room around them. `place` is None in a closed room."""

    now: Snapshot
    place: Place | None

    def is_coherent(self, answer: Admissions) -> bool:
        """Whether the room of the snapshot is the one that gave the place."""
        if self.place is None:
            return self.now.state.status == "closed"
        if answer.epoch != self.now.revision.epoch:
            return False
        is_called = self.place.ticket <= self.now.state.called_to
        return self.place.kind != "waiting" or self.place.called == is_called


class PollService:
    """Admits, renews and lets go whoever polls. Raises `StoreUnavailable` as the store does."""

    def __init__(self, store: PolledRooms) -> None:
        self._store = store

    async def poll(self, ref: RoomRef, person: Newcomer, *, claims: bool) -> Standing | None:
        """What a hello would tell now; None while there is no such room.

        Args:
            ref: Which room.
            person: Who polls: admitted if new, else renewed.
            claims: Whether a called person takes the seat with this.
        """
        while True:
            if claims:
                await self._store.admit(ref, [person])
            # Asked at the same time, they travel together.
            answer, now = await asyncio.gather(
                self._store.poll(ref, person, lease_ms=LEASE_MS), self._now(ref)
            )
            if now is None or answer.outcome == "no_room":
                return None
            standing = Standing(now, answer.places[0] if answer.places else None)
            # Two looks, a moment apart: a room that changed in between is looked at again.
            if standing.is_coherent(answer):
                return standing

    async def _now(self, ref: RoomRef) -> Snapshot | None:
        try:
            return await self._store.snapshot(ref)
        except NotFound:
            return None

    async def leave(self, ref: RoomRef, participant: str) -> Outcome:
        """Give up the seat or ticket at once, whichever session it is of."""
        answer = await self._store.leave(ref, [(participant, 0)])
        return answer.outcome
