"""The names under which one installation keeps things in Redis, and under which it is heard.

All keys of an account carry the hash tag `{account}`, so one script may touch them all in one
slot of a cluster. Every key begins with the prefix of the installation. A channel carries the
number of the database as well: pub/sub of Redis does not tell databases apart.
Source: docs/decisions/0016-installations-never-meet.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import AccountKeys

DEFAULT_PREFIX = "fh"
INDEX_SETS = 64

GLOSSARY = {
    "room": "hash: fields of server/fullhouse/store/lua/include; until the room is deleted",
    "seats": "zset: participant -> lease end (house clock ms)",
    "presenters": "zset: participant -> lease end",
    "line": "zset: participant -> ticket",
    "present": "zset: waiting participant -> lease end",
    "waves": "zset: claim end (house clock ms) -> last ticket of the wave",
    "generations": "hash: participant -> generation, negative while dropped",
    "misses": "hash: participant -> calls missed in a row",
    "left": "zset: participant -> until when the leave is remembered",
    "left_generations": "hash: participant -> generation that left",
    "removed": "set: participants refused until the platform closes the room",
    "epochs": "hash: ended epoch of this opening -> 'replaced'",
}
"""Key part -> type and meaning, in the order in which scripts take them (include/room.lua).

All but `room` go when the platform closes the room, or when they are empty; none expires by
itself, since a deadline is enforced by the sweep and only by it.
"""


@dataclass(frozen=True, slots=True)
class RoomKeys:
    """The twelve keys of one room."""

    ref: RoomRef
    prefix: str = DEFAULT_PREFIX

    @property
    def room(self) -> str:
        """Hash: the room's fields."""
        return self._key("room")

    @property
    def seats(self) -> str:
        """Sorted set: who has a seat."""
        return self._key("seats")

    def all(self) -> list[str]:
        """In the order of `GLOSSARY`."""
        return [self._key(part) for part in GLOSSARY]

    def _key(self, part: str) -> str:
        return f"{self.prefix}:{{{self.ref.account}}}:room:{self.ref.room}:{part}"


@dataclass(frozen=True, slots=True)
class KeySpace:
    """Every key and channel of one installation.

    Attributes:
        prefix: What every key and every channel begins with.
        database: The number of the database that the keys are in.
    """

    prefix: str = DEFAULT_PREFIX
    database: int = 0

    def room(self, ref: RoomRef) -> RoomKeys:
        return RoomKeys(ref, self.prefix)

    def account(self, account_id: str) -> AccountKeys:
        return AccountKeys(account_id, self.prefix)

    def index(self, number: int) -> str:
        """Set: names of accounts, the part of that number, from 0. Permanent.

        It stands outside the account's slot and is written before the account: a name without
        an account is harmless, an account without a name would be forgotten by the timers.
        """
        return f"{self.prefix}:accounts:{number}"

    def index_of(self, account_id: str) -> str:
        """The part of the index in which the name of that account stands."""
        return self.index(part_of(account_id))

    @property
    def account_names(self) -> str:
        """Sorted set: names of accounts, all with the score 0: in the order of their names.

        Written with the index. A name that it lacks is put there by the walk of retention.
        """
        return f"{self.prefix}:account_names"

    def sweeps(self, part: int) -> str:
        """Sorted set: `account:room` -> when to sweep it (Unix ms of the store's clock).

        Written before a room's first admission, postponed by the node that sweeps it, removed once
        nothing in the room has a deadline. Like the index of accounts it stands outside their
        slots, one part for each part of that index.
        """
        return f"{self.prefix}:sweeps:{part}"

    @property
    def idle_rooms(self) -> str:
        """Sorted set: `account:room` -> when to check whether it is forgotten (Unix ms).

        Open rooms in which nobody has a place; like the sweep index outside their slots. A room
        that it lacks is found by the walk.
        """
        return f"{self.prefix}:idle_rooms"

    @property
    def due_accounts(self) -> str:
        """Sorted set: account -> when to renew it or to ask it to pay (Unix ms). Permanent.

        Like the index of accounts it stands outside their slots. An account that it lacks is found
        by the walk.
        """
        return f"{self.prefix}:due_accounts"

    @property
    def accounts_walk(self) -> str:
        """Sorted set: part of the index of accounts -> when to walk its accounts. Permanent."""
        return f"{self.prefix}:walk:accounts"

    @property
    def rooms_walk(self) -> str:
        """Sorted set: part of the index of accounts -> when to walk it for rooms. Permanent."""
        return f"{self.prefix}:walk:rooms"

    @property
    def retention_walk(self) -> str:
        """Sorted set: part of the index of accounts -> when to look for old rooms. Permanent."""
        return f"{self.prefix}:walk:retention"

    @property
    def watched(self) -> str:
        """Sorted set: purchase under way, of any account -> when to look after it.

        Deleted with its last entry. Like the index of accounts it stands outside their slots and
        is written before the purchase.
        """
        return f"{self.prefix}:watched"

    @property
    def checked_catalogue(self) -> str:
        """String: currency of the catalogue at the last start. Permanent.

        While it is there, every account that was stored before knows the prices at which it
        bought its plan.
        """
        return f"{self.prefix}:catalogue"

    def message_rate(self, ref: RoomRef, participant: str) -> str:
        """Hash: when the recent messages of a person no longer count (Unix ms). Expires then."""
        return f"{self.prefix}:{{{ref.account}}}:rate:{ref.room}:{participant}"

    @property
    def probe(self) -> str:
        """Hash: when a node last wrote as a transition does. Expires."""
        return f"{self.prefix}:probe"

    @property
    def trials(self) -> list[str]:
        """A hash, sorted set, set, list and string: a start tries commands on them."""
        return [
            f"{self.prefix}:trial:{kind}" for kind in ("hash", "zset", "set", "list", "string")
        ]

    @property
    def probe_channel(self) -> str:
        """Sharded channel to which nobody listens."""
        return f"{self.prefix}:{self.database}:probe"

    @property
    def installation(self) -> str:
        """String: the id of this installation. Permanent."""
        return f"{self.prefix}:installation"

    def events_channel(self, account_id: str) -> str:
        """Sharded channel of the account's room events (include/settle.lua)."""
        return f"{self.prefix}:{self.database}:{{{account_id}}}:events"

    def canary_channel(self, node: str) -> str:
        """Sharded channel on which a node hears itself."""
        return f"{self.prefix}:{self.database}:canary:{node}"


DEFAULT_KEYS = KeySpace()


def part_of(account_id: str) -> int:
    """The part of all indexes in which an account and what belongs to it stand."""
    return crc32(account_id.encode()) % INDEX_SETS


def index_name(ref: RoomRef) -> str:
    """A room in an index that stands outside its slot. Ids have no colons."""
    return f"{ref.account}:{ref.room}"


def room_of(name: bytes) -> RoomRef:
    """The room of that name in such an index."""
    account, room = name.decode().split(":")
    return RoomRef(account, room)
