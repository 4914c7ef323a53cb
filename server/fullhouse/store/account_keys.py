"""The keys of an account, except those of its rooms: names, types and lifetimes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullhouse.domain.trail import TrailLog

DEFAULT_PREFIX = "fh"


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """The keys of one account. The hash tag keeps them and the account's rooms in one slot."""

    account_id: str
    prefix: str = DEFAULT_PREFIX

    @property
    def record(self) -> str:
        """Hash: doc (JSON), version, plan, seats, presenters, parallel_events.

        Deleted with the account. Ledger, purchases and reversals are deleted only on request.
        """
        return self._key("account")

    @property
    def deleted_version(self) -> str:
        """String: the last version of a deleted account of that name. Expires after 800 days."""
        return self._key("deleted_version")

    @property
    def live_rooms(self) -> str:
        """Set: names of the open rooms. Deleted with its last entry."""
        return self._key("live_rooms")

    @property
    def closed_rooms(self) -> str:
        """Sorted set: name of a closed room -> when it was closed. Deleted with its last entry."""
        return self._key("closed")

    @property
    def closed_rooms_unsorted(self) -> str:
        """Set: names of rooms that an earlier version closed. Moved into the sorted set."""
        return self._key("closed_rooms")

    @property
    def deleted_epoch(self) -> str:
        """String: the last epoch of any deleted room. Expires 30 days after the last deletion.

        Until then, even a clock that was set back cannot give a room one of its earlier epochs.
        """
        return self._key("deleted_epoch")

    @property
    def ledger(self) -> str:
        """List: one JSON document per charge, oldest first. Permanent."""
        return self._key("ledger")

    @property
    def purchases(self) -> str:
        """Hash: purchase id -> JSON. Permanent, like the charges of the purchases."""
        return self._key("purchases")

    @property
    def purchase_times(self) -> str:
        """Sorted set: purchase id -> when it began (Unix ms). Permanent, like the purchases."""
        return self._key("purchase_times")

    @property
    def reversals(self) -> str:
        """Hash: id of a charge -> JSON of its refunds and disputes. Permanent."""
        return self._key("reversals")

    @property
    def under_way(self) -> str:
        """Hash: purchase (id), step. Deleted with the last step of that purchase."""
        return self._key("under_way")

    @property
    def outbox(self) -> str:
        """Hash: the messages for the platform (include/outbox.lua). Deleted with the account.

        The last key of every script that changes rooms.
        """
        return self._key("outbox")

    def trail(self, log: TrailLog) -> str:
        """Hash: entries of the trail (include/trail.lua). Deleted with the account.

        That of `people` is the last key but one of every script that changes rooms.
        """
        return self._key(f"trail:{log}")

    @property
    def given_up(self) -> str:
        """List: messages that could not be delivered. Expires 30 days after the last one."""
        return self._key("given_up")

    def quote(self, quote_id: str) -> str:
        """String: JSON. Expires a day after the price of the quote."""
        return self._key(f"quote:{quote_id}")

    @property
    def open_quotes(self) -> str:
        """Sorted set: quote id -> end of its price (Unix ms). Expires with the last one."""
        return self._key("open_quotes")

    @property
    def kept_quotes(self) -> str:
        """Sorted set: quote id -> when it expires (Unix ms). Expires with the last one."""
        return self._key("kept_quotes")

    def quotes_of(self, person: str) -> str:
        """Sorted set: the open quotes of one person, as `open_quotes`. `person` may be empty."""
        return self._key(f"quotes_of:{person}")

    def order(self, idempotency_key: str) -> str:
        """Hash: fingerprint, purchase (id). Expires 30 days after its last use.

        The key contains a digest, because a caller's idempotency key may be long and have braces.
        """
        return self._key(f"order:{sha256(idempotency_key.encode()).hexdigest()}")

    def _key(self, part: str) -> str:
        return f"{self.prefix}:{{{self.account_id}}}:{part}"


def last_keys(account: AccountKeys) -> list[str]:
    """The last keys of every script that changes rooms of the account."""
    return [account.trail("people"), account.outbox]
