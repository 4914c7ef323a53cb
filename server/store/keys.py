"""The keys of a room: their names, their types, and how long they live.

All keys of an account carry the hash tag `{account}`, so one script may touch them all in one
slot of a cluster. The account's own keys stand in `account_keys`.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.rooms import RoomRef

GLOSSARY = {
    "room": "hash: fields of server/store/lua/prelude; lives as long as the account",
    "seats": "zset: participant -> lease end (house clock ms)",
    "presenters": "zset: participant -> lease end",
    "line": "zset: participant -> ticket",
    "present": "zset: waiting participant -> lease end",
    "waves": "zset: claim end (house clock ms) -> last ticket of the wave",
    "generations": "hash: participant -> generation, negative while dropped",
    "misses": "hash: participant -> calls missed in a row",
    "left": "zset: participant -> until when the leave is remembered",
    "left_generations": "hash: participant -> generation that left",
    "removed": "set: participants refused until the room closes",
    "epochs": "hash: ended epoch -> 'closed' or 'replaced'; lives as long as the account",
}
"""Key part -> type and meaning, in the order in which scripts take them (prelude/room.lua).

All but `room` and `epochs` go when the room is closed or empty; none expires by itself, since
a deadline is enforced by the sweep and only by it.
"""


@dataclass(frozen=True, slots=True)
class RoomKeys:
    """The twelve keys of one room."""

    ref: RoomRef

    @property
    def room(self) -> str:
        """Hash: the room's fields."""
        return self._key("room")

    def all(self) -> list[str]:
        """In the order of `GLOSSARY`."""
        return [self._key(part) for part in GLOSSARY]

    def _key(self, part: str) -> str:
        return f"fh:{{{self.ref.account}}}:room:{self.ref.room}:{part}"


def live_rooms(account: str) -> str:
    """Set: names of the open rooms."""
    return f"fh:{{{account}}}:live_rooms"


def closed_rooms(account: str) -> str:
    """Set: names of the closed rooms."""
    return f"fh:{{{account}}}:closed_rooms"


def account_record(account: str) -> str:
    """Hash: the account; scripts need plan, seats, presenters and parallel_events of it."""
    return f"fh:{{{account}}}:account"


def events_channel(account: str) -> str:
    """Sharded channel of the account's room events (prelude/settle.lua)."""
    return f"fh:{{{account}}}:events"
