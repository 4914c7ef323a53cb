"""Closes open rooms that have been empty for long, so that the account may open others."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import NOTHING_SEEN, RoomRef, Sweep
from fullhouse.realtime.local_room import named
from fullhouse.realtime.place_updates import batches
from fullhouse.realtime.ports import IdleRooms, Rooms
from fullhouse.realtime.rounds import BATCH

log = logging.getLogger(__name__)

LOOK_S = 1.0
TAKEN_AT_ONCE = 4 * BATCH


class ForgottenRooms:
    """Closes a room that has been empty for as long as its settings keep it open.

    Source: docs/decisions/0018-forgotten-rooms.md.

    Args:
        rooms: The store.
        idle: Names the empty rooms, and when each is due.
    """

    def __init__(self, rooms: Rooms, idle: IdleRooms) -> None:
        self._rooms = rooms
        self._idle = idle

    async def step(self) -> None:
        """Look at the rooms that are due."""
        with suppress(StoreUnavailable):  # the taken rooms are due again in a minute
            while taken := await self._idle.take(TAKEN_AT_ONCE):
                for batch in batches(list(taken), BATCH):
                    await self._look_at(batch)

    async def consider(self, swept: Sequence[tuple[RoomRef, Sweep]]) -> None:
        """Close forgotten rooms, and note when the other empty rooms will be forgotten.

        Raises:
            StoreUnavailable: nothing is lost; the next sweep of each room tells the same.
        """
        await self._idle.note(
            {ref: answer.forgotten_at for ref, answer in swept if answer.forgotten_at}
        )
        for ref, answer in swept:
            if answer.forgotten:
                await self._close(ref)

    async def _look_at(self, refs: Sequence[RoomRef]) -> None:
        answers = await self._rooms.sweep_rooms([(ref, NOTHING_SEEN, False) for ref in refs])
        swept = [
            (ref, answer)
            for ref, answer in zip(refs, answers, strict=True)
            if not isinstance(answer, StoreUnavailable)
        ]
        await self.consider(swept)
        await self._idle.drop(ref for ref, answer in swept if not answer.forgotten_at)

    async def _close(self, ref: RoomRef) -> None:
        if await self._rooms.close_forgotten(ref):
            log.info("room.closed", extra={**named(ref), "reason": "forgotten"})
