"""Limits the connections of one person to a room, from all devices and to all nodes together.

The oldest connections are closed, never the newest: a phone that lost its network comes back with
a new connection while the old one still seems open.

A node reports to the store only people with more than `UNREPORTED` connections to this node. Such
people are rare, so a normal hello needs no extra call to the store.
Source: docs/decisions/0060-limits.md.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import RoomRef
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks

UNREPORTED = 4  # tabs and devices that many people have

REPORT_S = 10.0
KEEP_MS = 30_000  # of three reports one may be lost and one may be late


class ConnectionCounts(Protocol):
    """The reports of all nodes (`store.connection_counts.ConnectionCounts`)."""

    async def count_connections(
        self, ref: RoomRef, participant: str, count: int, *, most: int, least: int, keep_ms: int
    ) -> int:
        """Report `count` connections. Returns how many of them to close."""
        ...


class ConnectionLimit:
    """Closes the oldest connections of people who have too many.

    Args:
        counts: The reports of all nodes.
        local_rooms: All rooms of this node.
        background_tasks: Runs reports that no connection waits for.
        most: How many connections a person may have. 0: no limit.
    """

    def __init__(
        self,
        counts: ConnectionCounts,
        local_rooms: LocalRooms,
        background_tasks: BackgroundTasks,
        *,
        most: int,
    ) -> None:
        self._counts = counts
        self._local_rooms = local_rooms
        self._background_tasks = background_tasks
        self._most = most
        self._unreported = min(UNREPORTED, most)
        self._reported: dict[tuple[RoomRef, str], None] = {}

    def joined(self, room: LocalRoom, member: Member) -> None:
        """The member has one more connection."""
        if not self._most:
            return
        _close_oldest(member, len(member.clients) - self._most)
        if len(member.clients) > self._unreported:
            self._reported[room.ref, member.participant] = None
            self._background_tasks.spawn(self._report(room.ref, member.participant))

    async def step(self) -> None:
        """Report again who has many connections here, and who had. Run it every `REPORT_S`."""
        for ref, participant in list(self._reported):
            await self._report(ref, participant)

    async def _report(self, ref: RoomRef, participant: str) -> None:
        member = self._member(ref, participant)
        count = len(member.clients) if member else 0
        if count <= self._unreported:
            count = 0
            self._reported.pop((ref, participant), None)
        with suppress(StoreUnavailable):  # then this node counts for itself
            closing = await self._counts.count_connections(
                ref,
                participant,
                count,
                most=self._most,
                least=self._unreported,
                keep_ms=KEEP_MS,
            )
            if member:
                _close_oldest(member, min(closing, len(member.clients) - self._unreported))

    def _member(self, ref: RoomRef, participant: str) -> Member | None:
        room = self._local_rooms.find(ref)
        return room.roster.member(participant) if room else None


def _close_oldest(member: Member, count: int) -> None:
    for client in member.clients[: max(0, count)]:
        member.discard(client)
        client.close(
            CloseCode.TOO_MANY_MESSAGES, "too many connections, back off", "person_connections"
        )
