"""Reads where one person is, for the gate of a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.gates import GateAnswer
from fullhouse.store.base_store import BaseRoomStore

if TYPE_CHECKING:
    from fullhouse.domain.rooms import RoomRef


class Gates(BaseRoomStore):
    """The gates of rooms."""

    async def gate(self, ref: RoomRef, participant: str, *, is_host: bool) -> GateAnswer:
        """Where the person is now. A host needs no place."""
        arguments = (self._instant(), participant, "host" if is_host else "")
        return await self._calls.read(GateAnswer, self._scripts.gate, ref, *arguments)
