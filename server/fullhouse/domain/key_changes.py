"""The rules by which an operator creates, replaces and revokes platform keys.

A change is computed from all stored keys, and the store takes it only if they are still the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from fullhouse.domain.api_keys import CONFIGURED, ApiKey, KeyScope, stricter
from fullhouse.domain.ids import ID_PATTERN

MOST_KEYS = 10_000

KEPT_MS = 90 * 86_400_000
"""How long a key that has ended is kept, so that a list shows it, and a copy cannot revive it."""

_is_name = re.compile(ID_PATTERN).fullmatch


class KeyRefused(Exception):
    """A change of keys that is not possible. The text is one line for the operator."""


@dataclass(frozen=True, slots=True)
class KeyChange:
    """Keys to store, and ids of keys to forget."""

    saved: tuple[ApiKey, ...] = ()
    forgotten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerms:
    """What a new key is for. `lasts_ms` None: the key has no end.

    Raises:
        KeyRefused: the key could not be used, or would have the name of a configured key.
    """

    name: str
    scopes: frozenset[KeyScope]
    account: str | None = None
    lasts_ms: int | None = None

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise KeyRefused(
                "name: 1 to 64 characters, first a letter or digit, then letters, digits, . _ ~ -"
            )
        if self.name.startswith(CONFIGURED):
            raise KeyRefused(f"name: {CONFIGURED}… is for the keys of FULLHOUSE_API_KEYS.")
        if not self.scopes:
            raise KeyRefused("scope: a key without a scope may make no call.")
        if self.account is not None and not _is_name(self.account):
            raise KeyRefused("account: this is no id of an account.")


def new_key(terms: KeyTerms, *, id_: str, digest: str, now_ms: int) -> ApiKey:
    """A key from now on."""
    return ApiKey(
        id=id_,
        name=terms.name,
        scopes=terms.scopes,
        account=terms.account,
        digest=digest,
        created_at_ms=now_ms,
        lasts_ms=terms.lasts_ms,
        ends_at_ms=None if terms.lasts_ms is None else now_ms + terms.lasts_ms,
    )


def created(keys: Collection[ApiKey], key: ApiKey) -> KeyChange:
    """Add a key with a name that no valid key has.

    Raises:
        KeyRefused: the name is taken, or there are too many keys.
    """
    if valid_named(keys, key.name, key.created_at_ms):
        raise KeyRefused(f"There is a key {key.name!r} already. To replace it, rotate it.")
    return _with_new(keys, (), key)


def rotated(
    keys: Collection[ApiKey], name: str, *, id_: str, digest: str, now_ms: int, overlap_ms: int
) -> KeyChange:
    """Add a key with the same rights. The valid keys of that name end after `overlap_ms`.

    The new key is made for as long as the one that it replaces was.

    Raises:
        KeyRefused: no valid key has the name, or there are too many keys.
    """
    old = valid_named(keys, name, now_ms)
    if not old:
        raise KeyRefused(f"There is no valid key {name!r}. fullhouse keys list shows all.")
    latest = max(old, key=lambda each: each.created_at_ms)
    terms = KeyTerms(
        name=name, scopes=latest.scopes, account=latest.account, lasts_ms=latest.lasts_ms
    )
    ended = [_ended(each, now_ms + overlap_ms, now_ms=now_ms) for each in old]
    return _with_new(keys, ended, new_key(terms, id_=id_, digest=digest, now_ms=now_ms))


def revoked(keys: Collection[ApiKey], name_or_id: str, now_ms: int) -> KeyChange:
    """End the key with this id, or all keys with this name. Safe to repeat.

    Raises:
        KeyRefused: there is no such key.
    """
    chosen = [each for each in keys if name_or_id in (each.id, each.name)]
    if not chosen:
        raise KeyRefused(f"There is no key {name_or_id!r}. fullhouse keys list --all shows all.")
    valid = [each for each in chosen if each.is_valid_at(now_ms)]
    return KeyChange(tuple(_ended(each, now_ms, now_ms=now_ms) for each in valid))


def ended_again(keys: Iterable[ApiKey], known: Mapping[str, ApiKey]) -> KeyChange:
    """End keys as they are known to have ended, if the stored ones say otherwise.

    An older copy of the store does not know of later revocations. A node does.

    Args:
        keys: The stored keys.
        known: The strictest known state of each key, by id.
    """
    pairs = ((each, stricter(each, known.get(each.id))) for each in keys)
    return KeyChange(tuple(ended for each, ended in pairs if ended != each))


def valid_named(keys: Iterable[ApiKey], name: str, now_ms: int) -> list[ApiKey]:
    return [each for each in keys if each.name == name and each.is_valid_at(now_ms)]


def _with_new(keys: Collection[ApiKey], ended: Iterable[ApiKey], key: ApiKey) -> KeyChange:
    """The change, which also forgets keys that ended long ago."""
    now_ms = key.created_at_ms
    forgotten = tuple(each.id for each in keys if _is_long_over(each, now_ms))
    if len(keys) - len(forgotten) >= MOST_KEYS:
        raise KeyRefused(
            f"There are {MOST_KEYS} keys. Keys are forgotten 90 days after their end."
        )
    return KeyChange((*ended, key), forgotten)


def _ended(key: ApiKey, at_ms: int, *, now_ms: int) -> ApiKey:
    """The key with an end at that instant. Now or earlier: it does not depend on any clock."""
    return stricter(key, replace(key, ends_at_ms=at_ms, is_revoked=at_ms <= now_ms))


def _is_long_over(key: ApiKey, now_ms: int) -> bool:
    return key.ends_at_ms is not None and key.ends_at_ms + KEPT_MS <= now_ms
