"""Notes who of the people in line watches the stream of the room."""

from __future__ import annotations

from collections.abc import Iterable

from fullhouse.domain.rooms import NOTHING_SEEN, Answer, RoomRef
from fullhouse.store.base_store import BaseRoomStore


class Watching(BaseRoomStore):
    """Writes who watches. The number of them is a part of the room's state."""

    async def note_watching(self, ref: RoomRef, watchers: Iterable[tuple[str, bool]]) -> Answer:
        """Note whether each of these people watches from now on, in this order.

        Nothing is noted of people who are not in line, and in a room that is not open.
        """
        script = self._scripts.note_watching
        told = [part for name, watches in watchers for part in (name, int(watches))]
        return await self._calls.run(Answer, script, ref, NOTHING_SEEN, *told)
