"""What hosts and presenters see: the room and its notice, at most four times a second."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from fullhouse.domain.errors import CallerError
from fullhouse.realtime.member import Client, Member
from fullhouse.realtime.people import RoomHere
from fullhouse.realtime.ports import Offers, Tally, Wording
from fullhouse.supervise import Chores

if TYPE_CHECKING:
    from fullhouse.domain.offers import Offer

INTERVAL_S = 0.25


class HostNews:
    """Sends the newest state to those who see the room; a burst of changes is sent once.

    Offers are priced at the moment of sending, so figures and prices are those of one moment.
    """

    def __init__(self, wording: Wording, offers: Offers, chores: Chores, tally: Tally) -> None:
        self._wording = wording
        self._offers = offers
        self._chores = chores
        self._tally = tally
        self._pending: set[RoomHere] = set()
        self._not_before: dict[RoomHere, float] = {}
        self._told_notice: dict[RoomHere, str] = {}
        self._last_offers: dict[RoomHere, tuple[Offer, ...]] = {}

    def changed(self, here: RoomHere) -> None:
        """The room has changed; tell it soon."""
        if here not in self._pending and any(here.watchers()):
            self._pending.add(here)
            self._chores.spawn(self._tell(here))

    async def greet(self, here: RoomHere, client: Client) -> None:
        """Tell one connection the room, and the notice while it stands."""
        offers = await self._priced(here)
        now, can_buy = here.now, client.may_buy
        client.send(self._wording.room(here.ref, now, offers, can_buy=can_buy), "room")
        if now.state.notice:
            frame = self._wording.notice(here.ref, now, offers, can_buy=can_buy)
            client.send(frame, "notice")

    def tell_end(self, here: RoomHere, member: Member) -> None:
        """The last state of a room: closed, without a notice."""
        member.tell(self._wording.room(here.ref, here.now, (), can_buy=False), "room")

    def forget(self, here: RoomHere) -> None:
        for kept in (self._not_before, self._told_notice, self._last_offers):
            kept.pop(here, None)

    async def _tell(self, here: RoomHere) -> None:
        await self._rest(here)
        self._pending.discard(here)
        self._not_before[here] = asyncio.get_running_loop().time() + INTERVAL_S
        offers = await self._priced(here)
        # From here on without an await: all hear one state.
        notice = here.now.state.notice
        is_new = notice is not None and notice.id != self._told_notice.get(here)
        for can_buy in (True, False):
            self._send(here, offers, can_buy=can_buy, notice=is_new)
        if notice and is_new:
            self._tally.noticed(notice.level)
        self._told_notice[here] = notice.id if notice else ""

    async def _rest(self, here: RoomHere) -> None:
        now = asyncio.get_running_loop().time()
        wait_s = self._not_before.get(here, now) - now
        if wait_s > 0:
            await asyncio.sleep(wait_s)  # noqa: TID251  # the pause between two tellings

    def _send(
        self, here: RoomHere, offers: tuple[Offer, ...], *, can_buy: bool, notice: bool
    ) -> None:
        clients = [c for m in here.watchers() for c in m.clients if c.may_buy is can_buy]
        if not clients:
            return
        room = self._wording.room(here.ref, here.now, offers, can_buy=can_buy)
        for client in clients:
            client.send(room, "room")
        if notice:
            frame = self._wording.notice(here.ref, here.now, offers, can_buy=can_buy)
            for client in clients:
                client.send(frame, "notice")

    async def _priced(self, here: RoomHere) -> tuple[Offer, ...]:
        state = here.now.state
        if state.notice is None or state.limited:
            return ()
        people = state.occupied + state.held + state.waiting
        with suppress(CallerError):  # the store is away for a moment; the last prices will do
            self._last_offers[here] = await self._offers(here.ref.account, people=people)
        return self._last_offers.get(here, ())
