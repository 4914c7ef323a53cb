"""Keeps the people here in their places: renews leases, and acts on what the store answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Place, Renewals, Revision, Role
from fullhouse.realtime.member import Member
from fullhouse.realtime.people import RoomHere, named
from fullhouse.realtime.places import Places, batches
from fullhouse.realtime.ports import Rooms, Tally
from fullhouse.realtime.relay import Relay
from fullhouse.realtime.rounds import BATCH
from fullhouse.supervise import Chores

log = logging.getLogger(__name__)

RENEWED_AT_ONCE = 1000  # people a call: the store is held for two to three milliseconds

Act = Callable[[Coroutine[Any, Any, None]], Awaitable[None]]
"""Does what an answer asks for, now or later."""


class Keeper:
    """Vouches for everybody connected here.

    Args:
        rooms: The store.
        places: Reads and tells places.
        relay: Tells people what became of them.
        tally: Counts renewals.
        here: All rooms of this node.
        chores: Runs what a visit leaves to be done.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        places: Places,
        relay: Relay,
        tally: Tally,
        here: Callable[[], Iterable[RoomHere]],
        chores: Chores,
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._relay = relay
        self._tally = tally
        self._here = here
        self._chores = chores

    async def beat(self) -> None:
        """Renew everybody here now."""
        for batch in batches(list(self._here()), BATCH):
            await self.visit(batch)

    async def visit(self, rooms: Sequence[RoomHere]) -> None:
        """Renew everybody in these rooms, in one pipeline.

        Returns when the store has answered; what it says of people is acted on meanwhile, so
        that a room which waits for its events keeps no other room waiting.
        """
        small: list[RoomHere] = []
        large: list[RoomHere] = []
        for here in rooms:
            (small if len(here.members) <= RENEWED_AT_ONCE else large).append(here)
        await asyncio.gather(
            self._renew_together(small), *(self._vouch(here, self._act_later) for here in large)
        )

    async def _renew_together(self, rooms: Sequence[RoomHere]) -> None:
        asked = [
            (here, here.seen, sessions)
            for here in rooms
            if (sessions := here.sessions()) or here.must_vouch
        ]
        with ExitStack() as under_way:
            for here, _, _ in asked:
                under_way.enter_context(here.renewal())
            answers = await self._rooms.renew_rooms(
                [(here.ref, who, seen, here.seen_called_to) for here, seen, who in asked]
            )
        for (here, seen, sessions), answer in zip(asked, answers, strict=True):
            if not isinstance(answer, StoreUnavailable):  # else the next beat, as below
                await self._take_in(here, answer, seen, len(sessions))

    async def _take_in(
        self, here: RoomHere, answer: Renewals, seen: Revision, people: int
    ) -> None:
        if answer.outcome == "closed":
            self._relay.end_earlier(here)
        if answer.outcome != "ok":
            return
        self._tally.renewed(people)
        if answer.news:
            await self._act_later(self._take_news(here, answer))
        if answer.epoch != seen.epoch:
            await self._act_later(self._begin_epoch(here, answer.revision))

    async def vouch(self, here: RoomHere) -> None:
        """Renew everybody in a room; if the store is away, the next beat does."""
        await self._vouch(here, self._act)

    async def renew(self, here: RoomHere) -> None:
        """Lengthen the leases of everybody here and act on what the store says of them.

        Raises:
            StoreUnavailable: not all of them were renewed.
        """
        await self._renew(here, self._act)

    async def _vouch(self, here: RoomHere, act: Act) -> None:
        try:
            await self._renew(here, act)
        except StoreUnavailable:
            return  # nothing lapses before every node has had time to renew: the truce

    async def _renew(self, here: RoomHere, act: Act) -> None:
        seen, called_to = here.seen, here.seen_called_to
        answer: Renewals | None = None
        with here.renewal():
            for chunk in batches(here.sessions(), RENEWED_AT_ONCE) or [()] * here.must_vouch:
                answer = await self._rooms.renew(here.ref, chunk, seen, called_to=called_to)
                if answer.outcome == "closed":
                    self._relay.end_earlier(here)
                if answer.outcome != "ok":
                    return
                self._tally.renewed(len(chunk))
                if answer.news:
                    await act(self._take_news(here, answer))
        if answer and answer.epoch != seen.epoch:
            await act(self._begin_epoch(here, answer.revision))

    async def _act(self, what: Coroutine[Any, Any, None]) -> None:
        await what

    async def _act_later(self, what: Coroutine[Any, Any, None]) -> None:
        self._chores.spawn(what)

    async def _take_news(self, here: RoomHere, answer: Renewals) -> None:
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
                member.dismiss(CloseCode.LEFT, "left")
            case "removed":
                self._relay.remove(here, member)
            case "lost" | "none":
                self._relay.lose(here, member)
            case _ if (place.kind == "presenting") != (member.role is Role.PRESENTER):
                member.dismiss(CloseCode.LEFT, "entered in another role")
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
