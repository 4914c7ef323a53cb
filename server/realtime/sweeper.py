"""Lets time pass in rooms, and notices by their revisions that events did not come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from server.domain.errors import NotFound, StoreUnavailable
from server.domain.rooms import NOTHING_SEEN, Revision, RoomRef, Sweep
from server.realtime.people import RoomHere, named
from server.realtime.places import EVENT_WAIT_S, Places
from server.realtime.ports import Rooms, Strays
from server.realtime.relay import Relay

log = logging.getLogger(__name__)

IDLE_MS = 900
"""A live room that nobody has swept for so long is swept by whoever looks, once a second.

Less than the time from look to look, so that a room which nobody has people in is swept at every
one. Together with it less than the longest step of the house clock: a step that is cut opens a
truce, and the ghosts of a dead node would stay a lease longer. The price: one healthy room in ten
is swept twice. Source: docs/decisions/0009-strays.md.
"""


class Sweeper:
    """Sweeps every room with people here, and those that nobody else sweeps.

    Args:
        rooms: The store.
        strays: Where rooms are found that nobody sweeps.
        places: Rereads a room.
        relay: Tells people that the event is over.
        here: All rooms of this node.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        strays: Strays,
        places: Places,
        relay: Relay,
        here: Callable[[], Iterable[RoomHere]],
    ) -> None:
        self._rooms = rooms
        self._strays = strays
        self._places = places
        self._relay = relay
        self._here = here

    async def tick(self) -> None:
        """Let time pass in every room here, once a second."""
        rooms = list(self._here())
        revisions = [await self._sweep(here) for here in rooms]
        # All at once: on a node that has turned deaf every room is behind.
        await asyncio.gather(*map(self._notice_gap, rooms, revisions))

    async def take_over(self) -> None:
        """Let time pass where nobody does: rooms of a node that died, rooms just left."""
        known = {here.ref for here in self._here()}
        try:
            for ref in await self._strays.unswept_rooms(IDLE_MS):
                if ref not in known:
                    await self._sweep_stray(ref)
        except StoreUnavailable:
            log.warning("takeover.failed")

    async def _sweep(self, here: RoomHere) -> Revision:
        """Returns the revision after it; nothing seen if the room could not be swept."""
        here.forget_names()
        try:
            answer = await self._sweep_all(here.ref, here.seen)
        except StoreUnavailable:
            return NOTHING_SEEN
        if answer.outcome == "closed" and here.members:
            await self._end(here)
        return answer.revision

    async def _sweep_all(self, ref: RoomRef, seen: Revision) -> Sweep:
        answer = await self._rooms.sweep_room(ref, seen)
        while answer.more:
            answer = await self._rooms.sweep_room(ref, seen)
        return answer

    async def _end(self, here: RoomHere) -> None:
        """The event that told the end did not come."""
        try:
            await self._places.reread(here)
        except StoreUnavailable:
            return  # the next sweep finds the room closed still
        self._relay.close(here)

    async def _notice_gap(self, here: RoomHere, revision: Revision) -> None:
        if here.state is None or await here.caught_up(revision, EVENT_WAIT_S):
            return
        log.info("event.missed", extra={**named(here.ref), "rev": revision.rev})
        here.missed = True

    async def _sweep_stray(self, ref: RoomRef) -> None:
        answer = await self._sweep_all(ref, NOTHING_SEEN)
        if answer.forgotten:
            log.warning("room.forgotten", extra=named(ref))
            await self._close(ref)

    async def _close(self, ref: RoomRef) -> None:
        try:
            await self._rooms.close_room(ref)
        except NotFound:
            return
