"""Platform keys in Redis: one hash for all keys of an installation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.api_keys import ApiKey
from fullhouse.domain.key_changes import KeyChange
from fullhouse.store.base_store import BaseStore
from fullhouse.store.durability import DurableScripts
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

_USED = "used:"
_VERSION = "version"


class ApiKeyStore(BaseStore):
    """The keys of an installation. Each method is one atomic step, safe to repeat.

    Each call raises `StoreUnavailable` when Redis cannot serve.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        waits_for_disk: Whether the store has WAITAOF (`durability_of`).
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        waits_for_disk: bool,
        observe: Observe = unobserved,
    ) -> None:
        super().__init__(redis, keys, observe=observe)
        self._key = keys.api_keys
        self._durable = DurableScripts(redis, waits=waits_for_disk)

    async def version(self) -> str:
        """Names the present keys. Another set of keys has another version. Empty: no keys yet."""
        with store_faults():
            version = cast("bytes | None", await self._redis.hget(self._key, _VERSION))
        return (version or b"").decode()

    async def read(self) -> tuple[str, list[ApiKey]]:
        """All keys with their version, those that have ended too."""
        fields = await self._fields()
        version = fields.pop(_VERSION, b"").decode()
        rows = ((id_, text) for id_, text in fields.items() if not id_.startswith(_USED))
        return version, [key for id_, text in rows if (key := _read(id_, text))]

    async def uses(self) -> Mapping[str, int]:
        """When keys were last used (Unix ms), by id. A node notes a use once a minute."""
        fields = await self._fields()
        return {
            name.removeprefix(_USED): int(at_ms)
            for name, at_ms in fields.items()
            if name.startswith(_USED)
        }

    async def save(self, change: KeyChange, *, seen: str, version: str) -> bool:
        """Store the change on disk if the version is still `seen`.

        Args:
            change: The keys to store and to forget.
            seen: The version that the change was computed from.
            version: The next one. Random, so that no older copy of the store has it.

        Returns:
            Whether it was stored.
        """
        rows = [text for key in change.saved for text in (key.id, msgspec.json.encode(key))]
        return bool(
            await self._durable.call(
                self._scripts.save_api_keys,
                keys=[self._key],
                args=[seen, version, len(change.saved), *rows, *change.forgotten],
            )
        )

    async def note_uses(self, uses_ms: Mapping[str, int]) -> None:
        """Note when keys were used (Unix ms), by id."""
        pairs = [text for id_, at_ms in uses_ms.items() for text in (id_, at_ms)]
        with store_faults():
            await self._scripts.note_key_uses(keys=[self._key], args=pairs)

    async def _fields(self) -> dict[str, bytes]:
        with store_faults():
            fields = cast("dict[bytes, bytes]", await self._redis.hgetall(self._key))
        return {name.decode(): value for name, value in fields.items()}


def _read(id_: str, text: bytes) -> ApiKey | None:
    """One key. None: a later version of the server wrote it. It is refused here."""
    try:
        return msgspec.json.decode(text, type=ApiKey)
    except msgspec.MsgspecError as error:
        log.warning("api_key.unreadable", extra={"key": id_, "reason": str(error)})
        return None
