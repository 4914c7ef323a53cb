"""The host's message to everybody in the line of a room."""

from __future__ import annotations

from fullhouse.domain.rooms import NOTHING_SEEN, RoomRef, Snapshot
from fullhouse.store.base_store import BaseRoomStore
from fullhouse.store.room_replies import RoomReply, checked_snapshot


class HostMessages(BaseRoomStore):
    """Writes the message. It is a part of the room's state, which every snapshot and event has."""

    async def set_message(self, ref: RoomRef, change: str, text: str | None) -> Snapshot:
        """Replace the message, or withdraw it with None. Returns the room after it.

        Args:
            ref: The room.
            change: The id of this change. The same id a second time changes nothing.
            text: The message, not empty.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        script = self._scripts.set_message
        reply = await self._calls.run(RoomReply, script, ref, NOTHING_SEEN, change, text or "")
        return checked_snapshot(ref, reply)
