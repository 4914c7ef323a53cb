"""Makes up for what people here were not told: events that never came, answers that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Role
from fullhouse.realtime.hosts import HostNews
from fullhouse.realtime.keeper import Keeper
from fullhouse.realtime.member import Member
from fullhouse.realtime.people import RoomHere
from fullhouse.realtime.places import Places, batches
from fullhouse.realtime.ports import Tally
from fullhouse.realtime.rounds import BATCH

STEP_S = 0.25  # a gap is closed so soon, and a room with many gaps is compared no more often


class Mender:
    """Run its `step` in a loop.

    Args:
        keeper: Compares the people here with the store.
        places: Reads and tells places.
        hosts: Keeps hosts and presenters up to date.
        tally: Counts what was mended.
        here: All rooms of this node.
        readmit: Takes somebody in again.
    """

    def __init__(
        self,
        *,
        keeper: Keeper,
        places: Places,
        hosts: HostNews,
        tally: Tally,
        here: Callable[[], Iterable[RoomHere]],
        readmit: Callable[[RoomHere, Member], None],
    ) -> None:
        self._keeper = keeper
        self._places = places
        self._hosts = hosts
        self._tally = tally
        self._here = here
        self._readmit = readmit

    async def step(self) -> None:
        """Look at every room once; those in need are helped together, a batch at a time."""
        for batch in batches([here for here in self._here() if _is_in_need(here)], BATCH):
            await asyncio.gather(*map(self._help, batch))

    async def _help(self, here: RoomHere) -> None:
        if here.missed:
            await self._mend(here)
        await self._pay_debts(here)
        self._take_in_again(here)

    async def _mend(self, here: RoomHere) -> None:
        """Compare everybody here with the store and tell them what they missed."""
        here.missed = False  # first: whatever is missed from now on is another gap
        try:
            await self._places.reread(here)
            await self._keeper.renew(here)
        except StoreUnavailable:
            here.missed = True
            return
        self._tally.gap_mended()
        await self._places.tell(here, list(here.waiting()))
        self._hosts.changed(here)
        for member in list(here.members.values()):
            if member.role is Role.HOST:  # has no lease that would tell of a removal
                self._readmit(here, member)

    async def _pay_debts(self, here: RoomHere) -> None:
        if here.owed:
            owed = [here.members[name] for name in here.owed if name in here.members]
            here.owed.clear()
            await self._places.tell(here, owed)

    def _take_in_again(self, here: RoomHere) -> None:
        for member in list(here.members.values()):
            if member.wants_in and not here.asking[member.participant]:
                self._readmit(here, member)


def _is_in_need(here: RoomHere) -> bool:
    if here.missed or here.owed:
        return True
    return any(member.wants_in for member in here.members.values())
