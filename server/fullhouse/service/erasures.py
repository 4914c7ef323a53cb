"""Deletes what an account has of one person, when the person asks for it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.erasures import Erasure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from fullhouse.domain.rooms import RoomRef
    from fullhouse.service.room_ports import Accounts, ClosedRooms

log = logging.getLogger(__name__)

ROOMS_AT_ONCE = 64


class Rooms(Protocol):
    """The rooms of accounts. Each method is one atomic step, safe to repeat."""

    async def open_rooms(self, account: str) -> list[RoomRef]: ...

    async def erase_participant(self, ref: RoomRef, participant: str) -> bool:
        """End the person's place, and delete what the room has of the person.

        The room may be closed, or deleted.

        Returns:
            Whether the room had anything.
        """
        ...


class Trails(Protocol):
    """The trails of accounts."""

    async def erase(self, account_id: str, *, participant: str) -> int:
        """Delete a person from all entries. Returns how many entries named the person."""
        ...


class GivenUp(Protocol):
    """Messages for the platform that could not be delivered."""

    async def erase(self, account_id: str, participant: str) -> int:
        """Delete the messages about a person. Returns how many."""
        ...


class ErasureService:
    """Deletes what an account has of one person, in many short steps.

    Args:
        accounts: Reads accounts and renews them.
        rooms: The open rooms, and what a room has of people.
        closed: Lists the closed rooms.
        trails: The trails of accounts.
        given_up: Messages that could not be delivered.
    """

    def __init__(
        self,
        accounts: Accounts,
        rooms: Rooms,
        closed: ClosedRooms,
        trails: Trails,
        given_up: GivenUp,
    ) -> None:
        self._accounts = accounts
        self._rooms = rooms
        self._closed = closed
        self._trails = trails
        self._given_up = given_up

    async def erase(self, account_id: str, participant: str) -> Erasure:
        """Delete the person. Safe to repeat: the second time nothing is left.

        The person's places end first, and each end is an event of its own. So the trail and the
        messages come last.

        Raises:
            NotFound: there is no such account.
        """
        await self._accounts.current(account_id)
        rooms = 0
        async for refs in self._all_rooms(account_id):
            rooms += await self._erase_from(refs, participant)
        events = await self._trails.erase(account_id, participant=participant)
        webhooks = await self._given_up.erase(account_id, participant)
        found = {"rooms": rooms, "events": events, "webhooks": webhooks}
        log.info("participant.erased", extra={"account": account_id, **found})
        return Erasure(**found)

    async def _erase_from(self, refs: Sequence[RoomRef], participant: str) -> int:
        erased = (self._rooms.erase_participant(ref, participant) for ref in refs)
        return sum(await asyncio.gather(*erased))

    async def _all_rooms(self, account_id: str) -> AsyncIterator[Sequence[RoomRef]]:
        """The open rooms, then the closed ones: a room that closes meanwhile is in the second."""
        open_rooms = await self._rooms.open_rooms(account_id)
        for first in range(0, len(open_rooms), ROOMS_AT_ONCE):
            yield open_rooms[first : first + ROOMS_AT_ONCE]
        after = None
        while rows := await self._closed.page(account_id, after=after, count=ROOMS_AT_ONCE):
            yield [ref for ref, _ in rows]
            last, ms = rows[-1]
            after = (ms, last.room)
