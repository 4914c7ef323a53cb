"""Tells the platform whether a person is inside, so that another door can open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.gates import Entitlement, entitlement

if TYPE_CHECKING:
    from fullhouse.domain.gates import GateAnswer
    from fullhouse.domain.rooms import RoomRef


class GateStore(Protocol):
    """Knows where people are."""

    async def gate(self, ref: RoomRef, participant: str, *, is_host: bool) -> GateAnswer:
        """Where the person is now, in one atomic step that changes nothing."""
        ...


class GateService:
    """The gates of rooms.

    A call reads the room only. It renews no account: a thousand called people may ask at once, and
    no change of the account sends anybody out.

    Args:
        store: Knows where people are.
    """

    def __init__(self, store: GateStore) -> None:
        self._store = store

    async def ask(self, ref: RoomRef, participant: str, *, is_host: bool) -> Entitlement:
        """The right of this person to be inside.

        Raises:
            NotFound: there is no such room.
            RoomClosed: the room is closed.
            NotInside: the person has no right to be inside.
            Unavailable: this cannot be known now.
        """
        answer = await self._store.gate(ref, participant, is_host=is_host)
        return entitlement(ref, answer)
