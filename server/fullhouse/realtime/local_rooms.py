"""The rooms with members on this node, each in one of a fixed number of slots of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from fullhouse.domain.rooms import HoldingKind, RoomRef
from fullhouse.realtime.local_room import LocalRoom

SLOTS = 64


@dataclass(frozen=True, slots=True)
class RoomCounts:
    """What is on this node.

    Attributes:
        rooms: Rooms with people who are connected to this node.
        people: How many of these people have a place of each kind. Hosts have none.
        above_capacity: How many seats are taken that these rooms do not have, on all nodes.
    """

    rooms: int
    people: Mapping[HoldingKind, int]
    above_capacity: int


class LocalRooms:
    """Looks rooms up by name, and by slot.

    A room keeps its slot until it is removed. So visits that follow the slots reach each room at
    even intervals, whatever other rooms are added and removed meanwhile.
    """

    def __init__(self) -> None:
        self._rooms: dict[RoomRef, LocalRoom] = {}
        self._slots: list[dict[RoomRef, LocalRoom]] = [{} for _ in range(SLOTS)]
        self._accounts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[LocalRoom]:
        return iter(self._rooms.values())

    def find(self, ref: RoomRef) -> LocalRoom | None:
        return self._rooms.get(ref)

    def obtain(self, ref: RoomRef) -> LocalRoom:
        """The room of that name; a new one if there is none."""
        room = self._rooms.get(ref)
        if room is None:
            room = LocalRoom(ref)
            self.add(room)
        return room

    def add(self, room: LocalRoom) -> None:
        """Add a room that is not there yet."""
        self._rooms[room.ref] = self._slots[slot_of(room.ref)][room.ref] = room
        self._accounts[room.ref.account] += 1

    def remove(self, ref: RoomRef) -> None:
        del self._rooms[ref]
        del self._slots[slot_of(ref)][ref]
        self._accounts[ref.account] -= 1
        if not self._accounts[ref.account]:
            del self._accounts[ref.account]

    def has_account(self, account: str) -> bool:
        """Whether a room of that account is on this node."""
        return account in self._accounts

    def counts(self) -> RoomCounts:
        """Count the rooms and people of this node now, in a time that grows with both."""
        occupied = [room for room in self if room.roster.members]
        people = Counter(
            member.holding.kind
            for room in occupied
            for member in room.roster.members.values()
            if member.holding
        )
        states = (room.replica.state for room in occupied)
        above_capacity = sum(state.above_capacity for state in states if state)
        return RoomCounts(len(occupied), people, above_capacity)

    def in_slot(self, slot: int) -> list[LocalRoom]:
        """Slots count from 0 to `SLOTS` - 1."""
        return list(self._slots[slot].values())


def slot_of(ref: RoomRef) -> int:
    """Evenly spread, even if one account has all rooms, or all accounts use one name."""
    return crc32(f"{ref.account}:{ref.room}".encode()) % SLOTS
