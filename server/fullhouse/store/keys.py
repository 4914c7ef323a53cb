"""The names of the keys and channels of one installation in Redis.

All keys of an account have the hash tag `{account}`. So they are in one slot of a cluster, and one
script may use them all. In a cluster the indexes outside the accounts have hash tags too. Every
key begins with the prefix of the installation. A channel also has the number of the database,
because pub/sub in Redis is not separated by database.
Source: docs/decisions/0016-installations-never-meet.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import DEFAULT_PREFIX, AccountKeys
from fullhouse.store.cluster_slots import SLOTS, slot_of, tag_in
from fullhouse.store.room_keys import RoomKeys

INDEX_SETS = 64
SLOTS_OF_PART = SLOTS // INDEX_SETS


@dataclass(frozen=True, slots=True)
class KeySpace:
    """Every key and channel of one installation.

    Attributes:
        prefix: The beginning of every key and every channel.
        database: The number of the database with the keys.
        in_cluster: Whether the keys are in a Redis Cluster. There each index has a key for each
            part of the slots, near the accounts of that part. So a master that is away stops
            only its own accounts. Source: docs/decisions/0041-clients-of-masters.md.
    """

    prefix: str = DEFAULT_PREFIX
    database: int = 0
    in_cluster: bool = False

    def room(self, ref: RoomRef) -> RoomKeys:
        return RoomKeys(ref, self.prefix)

    def account(self, account_id: str) -> AccountKeys:
        return AccountKeys(account_id, self.prefix)

    def part_of(self, account_id: str) -> int:
        """The part of the indexes that contains an account and its rooms."""
        if self.in_cluster:
            return slot_of(account_id) // SLOTS_OF_PART
        return part_of(account_id)

    def index(self, number: int) -> str:
        """Set: names of accounts, the part with that number, from 0. Permanent.

        The set is outside the account's slot and is written before the account. A name without an
        account is harmless. Background tasks would never find an account without a name.
        """
        return self._in_part("accounts", number)

    def index_of(self, account_id: str) -> str:
        """The part of the index that contains the name of that account."""
        return self.index(self.part_of(account_id))

    @property
    def account_names(self) -> Index:
        """Sorted set: names of accounts, all with score 0, so they sort by name.

        Written with the index. The walk of retention adds missing names.
        """
        return Index(self, "account_names")

    def sweeps(self, part: int) -> str:
        """Sorted set: `account:room` -> when to sweep it (Unix ms of the store's clock).

        An entry is written before a room's first admission and postponed by the node that sweeps
        the room. It is removed when nothing in the room has a deadline. The set is outside the
        slots of the accounts. It has one part for each part of the index of accounts.
        """
        return self._in_part("sweeps", part)

    @property
    def idle_rooms(self) -> Index:
        """Sorted set: `account:room` -> when to check whether it is forgotten (Unix ms).

        Contains open rooms in which no person has a place. The set is outside the slots of the
        accounts. The walk adds missing rooms.
        """
        return Index(self, "idle_rooms")

    @property
    def due_accounts(self) -> Index:
        """Sorted set: account -> when to renew it or to ask it to pay (Unix ms). Permanent.

        The set is outside the slots of the accounts. The walk adds missing accounts.
        """
        return Index(self, "due_accounts")

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
    def webhooks_walk(self) -> str:
        """Sorted set: part of the index of accounts -> when to walk it for messages. Permanent."""
        return f"{self.prefix}:walk:webhooks"

    @property
    def webhooks(self) -> Index:
        """Sorted set: account with messages for the platform -> when to deliver them (Unix ms).

        The set is outside the slots of the accounts. The walk adds missing accounts.
        """
        return Index(self, "webhooks")

    @property
    def watched(self) -> Index:
        """Sorted set: unsettled purchase of any account -> when to follow it up.

        Deleted with its last entry. The set is outside the slots of the accounts and is written
        before the purchase.
        """
        return Index(self, "watched")

    @property
    def checked_catalogue(self) -> str:
        """String: currency of the catalogue at the last start. Permanent.

        If the key exists, all accounts stored before it have the prices of their bought plan.
        """
        return f"{self.prefix}:catalogue"

    def message_rate(self, ref: RoomRef, participant: str, counted: str = "rate") -> str:
        """Hash: when a person's recent messages stop counting (Unix ms). Expires then.

        Args:
            ref: The room.
            participant: The person.
            counted: Which messages, as a part of the name.
        """
        return f"{self.prefix}:{{{ref.account}}}:{counted}:{ref.room}:{participant}"

    def connections(self, ref: RoomRef, participant: str) -> str:
        """Hash: node -> connections of a person who has many, and until when. Expires then."""
        return f"{self.prefix}:{{{ref.account}}}:connections:{ref.room}:{participant}"

    def call_rate(self, limit: str, who: str) -> str:
        """Hash: when the recent calls of a caller stop counting (Unix ms). Expires then.

        Args:
            limit: The name of the limit.
            who: The caller: a fingerprint of a key, an account, a person or an address.
        """
        return f"{self.prefix}:calls:{limit}:{who}"

    def probe(self, tag: str = "") -> str:
        """Hash: the time of the last probe, which writes as a transition does. Expires.

        Args:
            tag: In a cluster a hash tag, which leads to the probed master.
        """
        return self._tagged(tag, "probe")

    def trials(self, tag: str = "") -> list[str]:
        """A hash, sorted set, set, list and string for the trial of commands at a start."""
        kinds = ("hash", "zset", "set", "list", "string")
        return [self._tagged(tag, f"trial:{kind}") for kind in kinds]

    def probe_channel(self, tag: str = "") -> str:
        """Sharded channel without subscribers."""
        return self._channel(tag, "probe")

    @property
    def installation(self) -> str:
        """String: the id of this installation. Permanent."""
        return f"{self.prefix}:installation"

    @property
    def api_keys(self) -> str:
        """Hash: the platform keys (lua/save_api_keys.lua). Permanent, in one slot of a cluster."""
        return f"{self.prefix}:api_keys"

    def events_channel(self, account_id: str) -> str:
        """Sharded channel of the account's room events (include/settle.lua)."""
        return f"{self.prefix}:{self.database}:{{{account_id}}}:events"

    def canary_channel(self, node: str, tag: str = "") -> str:
        """Sharded channel on which a node receives its own canary, from each master another."""
        return self._channel(tag, f"canary:{node}")

    def _in_part(self, name: str, part: int) -> str:
        if not self.in_cluster:
            return f"{self.prefix}:{name}:{part}"
        slots = range(part * SLOTS_OF_PART, (part + 1) * SLOTS_OF_PART)
        return self._tagged(tag_in(slots), f"{name}:{part}")

    def _tagged(self, tag: str, name: str) -> str:
        return f"{self.prefix}:{{{tag}}}:{name}" if tag else f"{self.prefix}:{name}"

    def _channel(self, tag: str, name: str) -> str:
        head = f"{self.prefix}:{self.database}"
        return f"{head}:{{{tag}}}:{name}" if tag else f"{head}:{name}"


@dataclass(frozen=True, slots=True)
class Index:
    """A sorted set outside the slots of the accounts: one key, or in a cluster one for each part.

    Attributes:
        keys: The names of the installation.
        name: The last part of the key.
    """

    keys: KeySpace
    name: str

    def of(self, account_id: str) -> str:
        """The key with the entries of this account."""
        return self._key(self.keys.part_of(account_id))

    def all(self) -> list[str]:
        """The keys with all entries."""
        if not self.keys.in_cluster:
            return [self._key(0)]
        return [self._key(part) for part in range(INDEX_SETS)]

    def _key(self, part: int) -> str:
        if self.keys.in_cluster:
            return self.keys._in_part(self.name, part)  # noqa: SLF001  # of the same module
        return f"{self.keys.prefix}:{self.name}"


DEFAULT_KEYS = KeySpace()


def part_of(account_id: str) -> int:
    """The part of the indexes of a single store that contains an account and its rooms."""
    return crc32(account_id.encode()) % INDEX_SETS


def index_name(ref: RoomRef) -> str:
    """The name of a room in an index outside its slot. Ids have no colons."""
    return f"{ref.account}:{ref.room}"


def room_of(name: bytes) -> RoomRef:
    """The room with a name of `index_name`."""
    account, room = name.decode().split(":")
    return RoomRef(account, room)
