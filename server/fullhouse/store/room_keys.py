"""The keys of a room: names, types and meanings."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import DEFAULT_PREFIX, AccountKeys, last_keys

GLOSSARY = {
    "room": "hash: fields of server/fullhouse/store/lua/include; until the room is deleted",
    "seats": "zset: participant -> lease end (house clock ms)",
    "presenters": "zset: participant -> lease end",
    "line": "zset: participant -> ticket",
    "present": "zset: participant in line or away -> end of the lease, or of the time away",
    "waves": "zset: claim end (house clock ms) -> last ticket of the wave",
    "generations": "hash: participant -> generation, negative while dropped",
    "misses": "hash: participant -> calls missed in a row, or 0: the ticket expired; and "
    "`:participant` in line or away -> their wait, and whether they watch; and `@participant` -> "
    "the name in the token (include/waits.lua). "
    "And `!refused` -> who was refused in this hour (include/trail.lua)",
    "left": "zset: participant -> until when the leave is remembered",
    "left_generations": "hash: participant -> generation that left",
    "removed": "set: participants refused until the platform closes the room",
    "epochs": "hash of this opening: ended epoch -> 'replaced'; history (include/history.lua) and "
    "counts (include/report.lua)",
    "away": "zset: participant who is away -> first ticket, their order in the line",
    "away_tickets": "zset: ticket -> itself; the n-th is for the n-th participant of `away`",
    "origins": "hash: participant who was away -> first ticket, if it is another now",
}
"""Key part -> type and meaning, in the order in which scripts take them (include/room.lua).

All keys except `room` and `epochs` are deleted when the room closes, or when they are empty. No
key expires by itself, because only the sweep enforces deadlines.
"""


@dataclass(frozen=True, slots=True)
class RoomKeys:
    """The keys of one room."""

    ref: RoomRef
    prefix: str = DEFAULT_PREFIX

    @property
    def room(self) -> str:
        """Hash: the room's fields."""
        return self._key("room")

    @property
    def last_keys(self) -> list[str]:
        """The last keys of every script that changes the room: those of its account."""
        return last_keys(AccountKeys(self.ref.account, self.prefix))

    @property
    def seats(self) -> str:
        """Sorted set: people with a seat."""
        return self._key("seats")

    @property
    def removed(self) -> str:
        """Set: people whom the platform has removed."""
        return self._key("removed")

    def all(self) -> list[str]:
        """All keys of the room, in the order of `GLOSSARY`."""
        return [self._key(part) for part in GLOSSARY]

    def _key(self, part: str) -> str:
        return f"{self.prefix}:{{{self.ref.account}}}:room:{self.ref.room}:{part}"
