"""Keeps the people here in their places: renews leases, and acts on what the store answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from server.domain.errors import StoreUnavailable
from server.domain.rooms import Place, Renewals, Revision, Role
from server.realtime.member import Member
from server.realtime.people import RoomHere, named
from server.realtime.places import Places, batches
from server.realtime.ports import Rooms, Tally
from server.realtime.relay import LEFT, Relay

log = logging.getLogger(__name__)

RENEWED_AT_ONCE = 1000  # people a call: the store is held for two to three milliseconds


class Keeper:
    """Vouches for everybody connected here.

    Args:
        rooms: The store.
        places: Reads and tells places.
        relay: Tells people what became of them.
        tally: Counts renewals.
        here: All rooms of this node.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        places: Places,
        relay: Relay,
        tally: Tally,
        here: Callable[[], Iterable[RoomHere]],
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._relay = relay
        self._tally = tally
        self._here = here

    async def beat(self) -> None:
        """Renew everybody here, once a beat."""
        for here in list(self._here()):
            await self.vouch(here)

    async def vouch(self, here: RoomHere) -> None:
        """Renew everybody in a room; if the store is away, the next beat does."""
        try:
            await self.renew(here)
        except StoreUnavailable:
            return  # nothing lapses before every node has had time to renew: the truce

    async def renew(self, here: RoomHere) -> None:
        """Lengthen the leases of everybody here and act on what the store says of them.

        Raises:
            StoreUnavailable: not all of them were renewed.
        """
        seen, called_to = here.seen, here.seen_called_to
        answer: Renewals | None = None
        for chunk in batches(here.sessions(), RENEWED_AT_ONCE) or [()] * here.must_vouch:
            answer = await self._rooms.renew(here.ref, chunk, seen, called_to=called_to)
            if answer.outcome == "closed":
                self._relay.end_earlier(here)
            if answer.outcome != "ok":
                return
            self._tally.renewed(len(chunk))
            await self._take_news(here, answer)
        if answer and answer.epoch != seen.epoch:
            await self._begin_epoch(here, answer.revision)

    async def _take_news(self, here: RoomHere, answer: Renewals) -> None:
        if answer.news:
            await self._places.catch_up(here, answer.revision)
        for participant, place in answer.news:
            member = here.members.get(participant)
            if member is None or here.named_after(participant, answer.revision):
                continue
            if member.generation <= place.generation:  # they have not come anew meanwhile
                self._correct(here, member, place)

    def _correct(self, here: RoomHere, member: Member, place: Place) -> None:
        match place.kind:
            case "left":
                member.dismiss(LEFT, "left")
            case "removed":
                self._relay.remove(here, member)
            case "lost" | "none":
                self._relay.lose(here, member)
            case _ if (place.kind == "presenting") != (member.role is Role.PRESENTER):
                member.dismiss(LEFT, "entered in another role")
            case _:
                moved = member.differs(place)
                member.take(place)
                if moved:
                    self._places.tell_one(here, member, place)

    async def _begin_epoch(self, here: RoomHere, revision: Revision) -> None:
        """The store knows who is here: speak of the new epoch, and tell everyone their place."""
        await self._places.catch_up(here, revision)
        here.witness(here.applied, here.now.state.called_to)
        log.warning("epoch.begun", extra={**named(here.ref), "epoch": revision.epoch})
        await self._places.tell(here, list(here.members.values()))
