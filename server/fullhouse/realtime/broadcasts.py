"""Runs a broadcast to many members in steps, so that other tasks run in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from fullhouse.realtime.local_room import LocalRoom
from fullhouse.supervise import BackgroundTasks


class BroadcastScheduler:
    """Runs the broadcasts of a room one after another; those of different rooms interleave.

    A broadcast is an iterator: each step of it sends one chunk. If a step raises, the members who
    were not told are compared with the store (`Replica.missed`).
    """

    def __init__(self, background_tasks: BackgroundTasks) -> None:
        self._background_tasks = background_tasks

    def start(self, room: LocalRoom, steps: Iterator[None]) -> None:
        """Run the first step now, unless another broadcast of the room is in progress."""
        if room.is_broadcasting:
            room.next_broadcasts.append(steps)
        elif _has_more(steps):
            room.begin_broadcast()
            self._background_tasks.spawn(self._continue(room, steps))

    async def _continue(self, room: LocalRoom, steps: Iterator[None]) -> None:
        """Run one step in each turn of the event loop, then the broadcasts that wait."""
        is_complete = False
        try:
            while not is_complete:
                await asyncio.sleep(0)  # noqa: TID251  # a turn for other tasks
                if not _has_more(steps):
                    is_complete = not room.next_broadcasts
                    steps = room.next_broadcasts.popleft() if room.next_broadcasts else steps
        finally:
            if not is_complete:
                room.replica.missed = "broadcast"
            room.next_broadcasts.clear()
            room.end_broadcast()


def _has_more(steps: Iterator[None]) -> bool:
    """Run one step. Returns whether there may be another."""
    for _ in steps:
        return True
    return False
