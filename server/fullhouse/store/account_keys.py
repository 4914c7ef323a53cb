"""The keys of an account beside its rooms: their names, their types, and how long they live."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """Keys of one account; the hash tag keeps them, and its rooms, in one slot."""

    account_id: str
    prefix: str = "fh"

    @property
    def record(self) -> str:
        """Hash: doc (JSON), version, plan, seats, presenters, parallel_events.

        It goes when the account is deleted. Ledger, purchases and reversals go only by wish.
        """
        return self._key("account")

    @property
    def deleted_version(self) -> str:
        """String: the last version of a deleted account of that name. Expires after 800 days."""
        return self._key("deleted_version")

    @property
    def live_rooms(self) -> str:
        """Set: names of the open rooms. Goes with the last one."""
        return self._key("live_rooms")

    @property
    def closed_rooms(self) -> str:
        """Sorted set: name of a closed room -> when it was closed. Goes with the last one."""
        return self._key("closed")

    @property
    def closed_rooms_unsorted(self) -> str:
        """Set: names of rooms that an earlier version closed. Emptied into the sorted set."""
        return self._key("closed_rooms")

    @property
    def deleted_epoch(self) -> str:
        """String: the last epoch of any deleted room. Expires 30 days after the last deletion.

        Until then a clock that was set back cannot give a room an epoch that it had before.
        """
        return self._key("deleted_epoch")

    @property
    def ledger(self) -> str:
        """List: one JSON document a charge, oldest first. Permanent."""
        return self._key("ledger")

    @property
    def purchases(self) -> str:
        """Hash: purchase id -> JSON. Permanent, like the charges that it explains."""
        return self._key("purchases")

    @property
    def purchase_times(self) -> str:
        """Sorted set: purchase id -> when it was begun (Unix ms). Permanent, as they are."""
        return self._key("purchase_times")

    @property
    def reversals(self) -> str:
        """Hash: id of a charge -> JSON of what went back to the payer. Permanent."""
        return self._key("reversals")

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
        return f"{self.prefix}:{{{self.account_id}}}:{part}"
