"""Makes up for what people here were not told: events that never came, answers that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Role
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.lease_renewal import LeaseRenewal
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import RealtimeMetrics
from fullhouse.realtime.roster import Member
from fullhouse.realtime.rounds import BATCH

STEP_S = 0.25  # a gap is closed so soon, and a room with many gaps is compared no more often


class Resync:
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
        lease_renewal: LeaseRenewal,
        places: PlaceUpdates,
        hosts: HostUpdates,
        metrics: RealtimeMetrics,
        room: Callable[[], Iterable[LocalRoom]],
        readmit: Callable[[LocalRoom, Member], None],
    ) -> None:
        self._lease_renewal = lease_renewal
        self._places = places
        self._hosts = hosts
        self._metrics = metrics
        self._room = room
        self._readmit = readmit

    async def step(self) -> None:
        """Look at every room once; those in need are helped together, a batch at a time."""
        for batch in batches([room for room in self._room() if room.needs_resync], BATCH):
            await asyncio.gather(*map(self._help, batch))

    async def _help(self, room: LocalRoom) -> None:
        if room.replica.missed:
            await self._mend(room)
        await self._pay_debts(room)
        self._take_in_again(room)

    async def _mend(self, room: LocalRoom) -> None:
        """Compare everybody here with the store and tell them what they missed."""
        room.replica.missed = False  # first: whatever is missed from now on is another gap
        try:
            await self._places.reread(room)
            await self._lease_renewal.renew(room)
        except StoreUnavailable:
            room.replica.missed = True
            return
        self._metrics.gap_mended()
        await self._places.tell(room, list(room.roster.waiting()))
        self._hosts.changed(room)
        for member in list(room.roster.members.values()):
            if member.role is Role.HOST:  # has no lease that would tell of a removal
                self._readmit(room, member)

    async def _pay_debts(self, room: LocalRoom) -> None:
        members = room.roster.members
        owed = [members[name] for name in room.replica.take_owed() if name in members]
        if owed:
            await self._places.tell(room, owed)

    def _take_in_again(self, room: LocalRoom) -> None:
        for member in list(room.roster.members.values()):
            if member.wants_in and not room.under_way[member.participant]:
                self._readmit(room, member)
