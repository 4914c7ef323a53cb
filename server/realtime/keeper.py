"""Keeps the people here in their places: renews leases, lets time pass, mends what was missed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from server.domain.errors import NotFound, StoreUnavailable
from server.domain.rooms import Place, Renewals, Revision, RoomRef
from server.realtime.people import Member, RoomHere
from server.realtime.places import Places, batches
from server.realtime.ports import Rooms, Strays
from server.realtime.relay import LEFT, REMOVED, Relay

log = logging.getLogger(__name__)

IDLE_MS = 1500  # a live room that nobody has swept for so long is taken over


class Keeper:
    """The regular work of a node for its rooms.

    Args:
        rooms: The store.
        strays: Where rooms are found that nobody sweeps.
        places: Reads and tells places.
        relay: Tells people what became of them.
        here: All rooms of this node.
        readmit: Takes somebody in again.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        strays: Strays,
        places: Places,
        relay: Relay,
        here: Callable[[], Iterable[RoomHere]],
        readmit: Callable[[RoomHere, Member], None],
    ) -> None:
        self._rooms = rooms
        self._unswept = strays
        self._places = places
        self._relay = relay
        self._here = here
        self._readmit = readmit

    async def beat(self) -> None:
        """Renew everybody here, once a beat."""
        for here in list(self._here()):
            await self.renew(here)

    async def tick(self) -> None:
        """Let time pass in every room here, once a second."""
        for here in list(self._here()):
            here.forget_names()
            await self._sweep(here)
            for member in list(here.members.values()):
                if member.wants_in and not here.asking[member.participant]:
                    self._readmit(here, member)

    async def take_over(self) -> None:
        """Let time pass where nobody does: rooms of a node that died, rooms just left."""
        try:
            known = {here.ref for here in self._here()}
            for ref in await self._unswept.unswept_rooms(IDLE_MS):
                if ref not in known:
                    await self._sweep_stray(ref)
        except StoreUnavailable:
            log.warning("takeover.failed")

    async def mend(self, here: RoomHere) -> None:
        """Compare everybody here with the store and tell them what they missed."""
        await self._places.reread(here)
        await self.renew(here)
        await self._places.tell(here, list(here.waiting()))

    async def renew(self, here: RoomHere) -> None:
        """Lengthen the leases of everybody here and act on what the store says of them."""
        seen, called_to = here.seen, here.seen_called_to
        answer: Renewals | None = None
        for chunk in batches(here.sessions()) or [()] * here.must_vouch:
            try:
                answer = await self._rooms.renew(here.ref, chunk, seen, called_to=called_to)
            except StoreUnavailable:
                return  # nothing lapses before every node has had time to renew: the truce
            if answer.outcome == "closed":
                self._relay.end_earlier(here)
            if answer.outcome != "ok":
                return
            await self._take_news(here, answer)
        if answer and answer.epoch != seen.epoch:
            await self._begin_epoch(here, answer.revision)

    async def _take_news(self, here: RoomHere, answer: Renewals) -> None:
        if answer.news:
            await self._places.catch_up(here, answer.revision)
        for participant, place in answer.news:
            member = here.members.get(participant)
            if member and not here.named_after(participant, answer.revision):
                self._correct(here, member, place)

    def _correct(self, here: RoomHere, member: Member, place: Place) -> None:
        match place.kind:
            case "left":
                member.dismiss(LEFT, "left")
            case "removed":
                member.dismiss(REMOVED, "removed")
            case "lost" | "none":
                self._relay.lose(here, member)
            case _:
                moved = member.differs(place)
                member.take(place)
                if moved:
                    self._places.tell_one(here, member, place)

    async def _begin_epoch(self, here: RoomHere, revision: Revision) -> None:
        """The store knows who is here: speak of the new epoch, and tell everyone their place."""
        await self._places.catch_up(here, revision)
        here.witness(here.applied, here.now.state.called_to)
        log.warning("epoch.begun", extra={"room": here.ref.room, "epoch": revision.epoch})
        await self._places.tell(here, list(here.members.values()))

    async def _sweep(self, here: RoomHere) -> None:
        more = True
        while more:
            try:
                answer = await self._rooms.sweep_room(here.ref, here.seen)
            except StoreUnavailable:
                return
            if answer.outcome == "closed" and here.members:
                self._relay.close(here)
            if answer.outcome != "ok":
                return
            more = answer.more
            await self._compare(here, answer.revision)

    async def _compare(self, here: RoomHere, revision: Revision) -> None:
        """An event that did not come is noticed by the revision of the next answer."""
        if here.state is None or await here.caught_up(revision, 0.1):
            return
        log.info("event.missed", extra={"room": here.ref.room, "rev": revision.rev})
        await self.mend(here)

    async def _sweep_stray(self, ref: RoomRef) -> None:
        more = True
        while more:
            answer = await self._rooms.sweep_room(ref, Revision())
            more = answer.more
            if answer.forgotten:
                log.warning("room.forgotten", extra={"account": ref.account, "room": ref.room})
                await self._close(ref)

    async def _close(self, ref: RoomRef) -> None:
        try:
            await self._rooms.close_room(ref)
        except NotFound:
            return
