"""Tells members what they missed: events that were not received, answers that failed."""

from __future__ import annotations

import asyncio

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Role
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.lease_renewal import LeaseRenewal
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_endings import PlaceEndings
from fullhouse.realtime.place_updates import PlaceUpdates, batches
from fullhouse.realtime.ports import RealtimeMetrics
from fullhouse.realtime.rounds import BATCH

STEP_S = 0.25  # how soon a gap is closed, and how often at most a room is compared


class Resync:
    """Run its `step` in a loop.

    Args:
        lease_renewal: Compares members with the store.
        places: Reads and tells places.
        hosts: Keeps hosts and presenters up to date.
        endings: Readmits members.
        metrics: Counts closed gaps.
        local_rooms: All rooms of this node.
    """

    def __init__(
        self,
        *,
        lease_renewal: LeaseRenewal,
        places: PlaceUpdates,
        hosts: HostUpdates,
        endings: PlaceEndings,
        metrics: RealtimeMetrics,
        local_rooms: LocalRooms,
    ) -> None:
        self._lease_renewal = lease_renewal
        self._places = places
        self._hosts = hosts
        self._endings = endings
        self._metrics = metrics
        self._local_rooms = local_rooms

    async def step(self) -> None:
        """Look at every room once; those in need are served together, a batch at a time."""
        for batch in batches([room for room in self._local_rooms if room.needs_resync], BATCH):
            await asyncio.gather(*map(self._resync, batch))

    async def _resync(self, room: LocalRoom) -> None:
        if room.replica.missed:
            await self._close_gap(room)
        await self._tell_owed(room)
        for member in room.to_readmit():
            self._endings.readmit(room, member)

    async def _close_gap(self, room: LocalRoom) -> None:
        """Compare all members with the store, and tell them what they missed."""
        # First: whatever is missed from now on is another gap.
        cause, room.replica.missed = room.replica.missed, None
        try:
            await self._places.reread(room)
            await self._lease_renewal.renew(room)
        except StoreUnavailable:
            room.replica.missed = cause
            return
        self._metrics.gap_mended(cause or "gap")
        await self._places.tell(room, list(room.roster.waiting()))
        self._hosts.changed(room)
        for member in list(room.roster.members.values()):
            if member.role is Role.HOST:  # has no lease that would tell of a removal
                self._endings.readmit(room, member)

    async def _tell_owed(self, room: LocalRoom) -> None:
        members = room.roster.members
        owed = [members[name] for name in room.replica.take_owed() if name in members]
        if owed:
            await self._places.tell(room, owed)
