"""The keys of an account beside its rooms: their names, their types, and how long they live."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from server.store.keys import account_record, live_rooms

INDEX_SETS = 64

CHECKED_CATALOGUE = "fh:catalogue"
"""String: currency of the catalogue at the last start. While it is there, every account that was
stored before knows the prices at which it bought its plan. Permanent.
"""

WATCHED = "fh:watched"
"""Sorted set: purchase under way, of any account -> when to look after it. Goes with the last.

Like the index of accounts it stands outside their slots and is written before the purchase.
"""


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """Keys of one account; the hash tag keeps them, and its rooms, in one slot."""

    account_id: str

    @property
    def record(self) -> str:
        """Hash: doc (JSON), version, plan, seats, presenters, parallel_events. Permanent."""
        return account_record(self.account_id)

    @property
    def live_rooms(self) -> str:
        """Set: names of the open rooms. Goes with the last one."""
        return live_rooms(self.account_id)

    @property
    def ledger(self) -> str:
        """List: one JSON document a charge, oldest first. Permanent."""
        return self._key("ledger")

    @property
    def purchases(self) -> str:
        """Hash: purchase id -> JSON. Permanent, like the charges that it explains."""
        return self._key("purchases")

    @property
    def under_way(self) -> str:
        """Hash: purchase (id), step. Goes with the last step of that purchase."""
        return self._key("under_way")

    def quote(self, quote_id: str) -> str:
        """String: JSON. Expires a day after its price."""
        return self._key(f"quote:{quote_id}")

    def order(self, idempotency_key: str) -> str:
        """Hash: fingerprint, purchase (id). Expires 30 days after it was last asked for.

        The caller chose the idempotency key: its digest has a known length and no braces.
        """
        return self._key(f"order:{sha256(idempotency_key.encode()).hexdigest()}")

    def _key(self, part: str) -> str:
        return f"fh:{{{self.account_id}}}:{part}"


def index_of(account_id: str) -> str:
    """Set: names of accounts, one of 64 such sets. Permanent.

    It stands outside the account's slot and is written before the account: a name without
    an account is harmless, an account without a name would be forgotten by the timers.
    """
    return index_key(crc32(account_id.encode()) % INDEX_SETS)


def index_key(number: int) -> str:
    """The index set of that number, from 0."""
    return f"fh:accounts:{number}"
