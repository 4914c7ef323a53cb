"""Creates, replaces, revokes and lists the platform keys of an installation, for an operator."""

from __future__ import annotations

from collections.abc import Callable, Collection
from secrets import token_hex, token_urlsafe
from typing import NamedTuple

from fullhouse.clock import Clock
from fullhouse.domain.api_keys import ID_BYTES, SECRET_BYTES, ApiKey, credential_of, digest_of
from fullhouse.domain.key_changes import (
    KeyChange,
    KeyRefused,
    KeyTerms,
    created,
    new_key,
    revoked,
    rotated,
)
from fullhouse.service.key_ports import ApiKeyStore

ATTEMPTS = 10
VERSION_BYTES = 8


class NewKey(NamedTuple):
    """A key that was just made. Only its maker ever sees the credential."""

    key: ApiKey
    credential: str


class KeyService:
    """Changes of keys. Every node takes them over within two seconds.

    Args:
        store: The stored keys.
        clock: The present instant.
    """

    def __init__(self, store: ApiKeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(self, terms: KeyTerms) -> NewKey:
        """A new key.

        Raises:
            KeyRefused: the name is taken, or there are too many keys.
        """
        id_, credential = _new_credential()
        key = new_key(terms, id_=id_, digest=digest_of(credential), now_ms=self._clock.now_ms())
        await self._change(lambda keys: created(keys, key))
        return NewKey(key, credential)

    async def rotate(self, name: str, *, overlap_ms: int) -> NewKey:
        """A new key with the rights of the present ones, which end after `overlap_ms`.

        Raises:
            KeyRefused: no valid key has the name, or there are too many keys.
        """
        id_, credential = _new_credential()
        digest, now_ms = digest_of(credential), self._clock.now_ms()
        change = await self._change(
            lambda keys: rotated(
                keys, name, id_=id_, digest=digest, now_ms=now_ms, overlap_ms=overlap_ms
            )
        )
        return NewKey(change.saved[-1], credential)

    async def revoke(self, name_or_id: str) -> tuple[ApiKey, ...]:
        """End a key, or all keys of a name. Returns those that were valid until now.

        Raises:
            KeyRefused: there is no such key.
        """
        now_ms = self._clock.now_ms()
        return (await self._change(lambda keys: revoked(keys, name_or_id, now_ms))).saved

    async def _change(self, decide: Callable[[Collection[ApiKey]], KeyChange]) -> KeyChange:
        """Store what `decide` makes of the present keys, however many others change keys too."""
        version = token_hex(VERSION_BYTES)
        for _ in range(ATTEMPTS):
            seen, keys = await self._store.read()
            change = decide(keys)
            if not change.saved or await self._store.save(change, seen=seen, version=version):
                return change
        raise KeyRefused("Others change keys at the same time. Try again.")


def _new_credential() -> tuple[str, str]:
    id_ = token_hex(ID_BYTES)
    return id_, credential_of(id_, token_urlsafe(SECRET_BYTES))
