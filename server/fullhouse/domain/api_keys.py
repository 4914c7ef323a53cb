"""Platform keys that are kept in the store: what a key may do, and until when.

A credential is `fh_<id>_<secret>`. The id finds the key. The secret has 256 random bits, and only
the SHA-256 digest of the whole credential is kept. A slow hash for passwords would protect nothing
here: nobody can try 2^256 secrets, and each call would pay for it.
Source: docs/decisions/0057-keys-and-secrets.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

ID_BYTES = 6
SECRET_BYTES = 32

CONFIGURED = "configured-"
"""Begins the names of the keys of FULLHOUSE_API_KEYS, which end with their place in the list."""

_is_credential = re.compile(r"fh_([0-9a-f]{12})_[A-Za-z0-9_-]{43}").fullmatch


class KeyScope(StrEnum):
    """What a key may do. No scope contains another one."""

    PLATFORM = "platform"
    """Open, change, close and delete accounts and rooms; sign tokens; ask the gate; see who waits,
    call a person next, remove people, delete their data."""

    BILLING = "billing"
    """Ask for quotes, buy, collect, and request, approve or decline a smaller plan."""

    READ = "read"
    """Read accounts, rooms, histories, reports, offers, purchases and invoices."""

    OPS = "ops"
    """Audit rooms, read trails."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key.

    Attributes:
        id: A part of the credential that is no secret.
        name: The operator's name for it. A key and its replacement have the same name.
        scopes: The calls that it may make.
        account: The only account that it is for. None: all accounts.
        digest: Of the credential, in hexadecimal digits.
        created_at_ms: Unix ms.
        lasts_ms: How long it was made for, in ms. None: without an end.
        ends_at_ms: From when on it is refused, in Unix ms. None: it does not end. The end of a key
            only ever moves to an earlier instant.
        is_revoked: Whether it is refused whatever the clocks say. It stays so.
    """

    id: str
    name: str
    scopes: frozenset[KeyScope]
    account: str | None
    digest: str = field(repr=False)
    created_at_ms: int
    lasts_ms: int | None = None
    ends_at_ms: int | None = None
    is_revoked: bool = False

    def is_valid_at(self, now_ms: int) -> bool:
        return not self.is_revoked and (self.ends_at_ms is None or now_ms < self.ends_at_ms)

    def is_of(self, credential: str) -> bool:
        """Whether this is the key of the credential. Takes the same time for every guess."""
        return compare_digest(digest_of(credential), self.digest)

    def allows(self, scope: KeyScope | None) -> bool:
        """Whether it may make a call that needs this scope. None: only configured keys may."""
        return scope in self.scopes

    def is_for(self, account: str | None) -> bool:
        """Whether it may make a call about this account. None: about no single account."""
        return self.account is None or self.account == account


def credential_of(id_: str, secret: str) -> str:
    """The text that a caller sends."""
    return f"fh_{id_}_{secret}"


def id_in(credential: str) -> str | None:
    """The id of a key in a credential. None: it has not the form of a stored key."""
    match = _is_credential(credential)
    return match[1] if match else None


def digest_of(credential: str) -> str:
    return sha256(credential.encode(errors="replace")).hexdigest()


def stricter(one: ApiKey, other: ApiKey | None) -> ApiKey:
    """One key, with the earlier end of two states of it. Revoked if it is so in one of them."""
    if other is None:
        return one
    ends_ms = [end for end in (one.ends_at_ms, other.ends_at_ms) if end is not None]
    return replace(
        one,
        ends_at_ms=min(ends_ms, default=None),
        is_revoked=one.is_revoked or other.is_revoked,
    )
