"""Visits every room of this node once a period, the visits spread evenly over it.

Theory of operation. A round lasts one period. It visits the slots of `LocalRooms` in their order,
slot `n` at `n / SLOTS` of the period. The rooms of a slot are visited in batches of at most
`BATCH`, so that the calls of a batch fill one pipeline to the store. At most `IN_FLIGHT` batches
are under way; the next one waits. So a request of a person, which has a pipeline of its own,
waits for no more than these. A round that takes longer than its period is followed by the next
one at once. `behind_s` is the delay of the visits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import inf

from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import SLOTS, LocalRooms

BATCH = 63  # rooms: with one call for all of them, the 64 calls of a pipeline
MOST_BEHIND_S = 2.0  # a lease outlasts two beats and two seconds, a room's clock such a step
IN_FLIGHT = 2  # batches: the store works on one while the answers of the other are read
LOOKS = 16  # a period: finds rooms that were added to a slot that was empty

Visit = Callable[[Sequence[LocalRoom]], Awaitable[None]]


class Rounds:
    """Run its `run` as a loop.

    Args:
        period_s: From one visit of a room to the next.
        rooms: All rooms of this node.
        visit: Called with at most `BATCH` rooms at a time. It returns when the store has answered.
        delayed: Called with the delay in seconds each time that rooms of a slot were visited.
    """

    def __init__(
        self,
        period_s: float,
        rooms: LocalRooms,
        visit: Visit,
        delayed: Callable[[float], None] | None = None,
    ) -> None:
        self._period_s = period_s
        self._rooms = rooms
        self._visit = visit
        self._delayed = delayed
        self._free = asyncio.Semaphore(IN_FLIGHT)
        self._behind_s = 0.0
        self._due_s = inf  # when the visits that wait for a free pipeline were due

    @property
    def behind_s(self) -> float:
        """By how many seconds the newest visit is or was later than due."""
        return max(self._behind_s, asyncio.get_running_loop().time() - self._due_s)

    async def run(self) -> None:
        """Run rounds without end."""
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        while True:
            await self.round(start_s)
            start_s = max(start_s + self._period_s, loop.time())

    async def round(self, start_s: float) -> None:
        """Visit every room once within a period that begins at `start_s` of the loop's clock."""
        slot = 0
        async with asyncio.TaskGroup() as group:
            while slot < SLOTS:
                self._due_s = start_s + slot / SLOTS * self._period_s
                await _until(self._due_s)
                await self._start_batches(group, slot)
                self._behind_s = max(0.0, asyncio.get_running_loop().time() - self._due_s)
                self._due_s = inf
                slot = self._next_look(slot)
        await _until(start_s + self._period_s)

    async def _start_batches(self, group: asyncio.TaskGroup, slot: int) -> None:
        rooms = self._rooms.in_slot(slot)
        due_s = self._due_s
        for first in range(0, len(rooms), BATCH):
            await self._free.acquire()
            group.create_task(self._visit_batch(rooms[first : first + BATCH]))
        if rooms and self._delayed:
            self._delayed(max(0.0, asyncio.get_running_loop().time() - due_s))

    async def _visit_batch(self, rooms: Sequence[LocalRoom]) -> None:
        try:
            await self._visit(rooms)
        finally:
            self._free.release()

    def _next_look(self, slot: int) -> int:
        """The next slot with rooms, or the next one to look at for new rooms."""
        step = SLOTS // LOOKS
        latest = min(SLOTS, slot + step)
        return next((n for n in range(slot + 1, latest) if self._rooms.in_slot(n)), latest)


async def _until(instant_s: float) -> None:
    wait_s = instant_s - asyncio.get_running_loop().time()
    # Even when late, let other tasks run in between.
    await asyncio.sleep(max(0.0, wait_s))  # noqa: TID251  # this spreads the visits
