"""The platform keys that a node knows, so that no call has to ask the store.

Theory of operation. A node reads the version of the keys every second, and the keys only if the
version has changed. So a change is known everywhere within two seconds, and no event can be
missed. A key that is not known causes one more read, which calls that come meanwhile share: a new
key works from its first call on, and guesses cost the store no more than a few reads a second.

If the store does not answer, known keys are accepted for `TRUSTED_S` and then nobody is, because a
key may have been revoked meanwhile. A key that is not known is not refused then, because it may be
new: the caller is told to come back (503).

An end of a key that the node has seen stays. If the stored keys say otherwise, an older copy of
the store was restored, and the node writes the ends again.
Source: docs/decisions/0057-keys-and-secrets.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import ApiKey, id_in
from fullhouse.domain.errors import StoreUnavailable, Unauthenticated, Unavailable
from fullhouse.domain.key_changes import KeyChange, ended_again

if TYPE_CHECKING:
    from fullhouse.clock import Clock
    from fullhouse.service.key_ports import ApiKeyStore
    from fullhouse.service.ports import IdSource

log = logging.getLogger(__name__)

TRUSTED_S = 300.0
NOTED_MS = 60_000
PAUSE_S = 0.2  # between two reads that unknown keys cause


class KnownKeys:
    """Finds the key of a credential.

    Args:
        store: The stored keys.
        clock: Decides which keys have ended.
        now_s: A monotonic clock.
        new_id: Makes versions of the keys.
        pause_s: The least time between the beginnings of two reads.
    """

    def __init__(
        self,
        store: ApiKeyStore,
        clock: Clock,
        now_s: Callable[[], float],
        *,
        new_id: IdSource,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._store = store
        self._clock = clock
        self._now_s = now_s
        self._new_id = new_id
        self._pause_s = pause_s
        self._keys: dict[str, ApiKey] = {}
        # The strictest known state of each key, also of lost ones.
        self._seen: dict[str, ApiKey] = {}
        self._version: str | None = None  # None: the keys were never read
        self._lock = asyncio.Lock()
        self._reads = 0  # begun
        self._newest = 0  # the number of the newest read that the store answered
        self._began_s = self._confirmed_s = -TRUSTED_S
        self._uses_ms: dict[str, int] = {}  # not noted in the store yet
        self._noted_ms: dict[str, int] = {}

    async def find(self, credential: str) -> ApiKey | None:
        """The valid key of this credential. None: there is none.

        Raises:
            Unauthenticated: the credential is that of a key that has ended.
            StoreUnavailable: this cannot be known now.
        """
        id_ = id_in(credential)
        if id_ is None:
            return None
        if id_ not in self._keys:
            await self._read_after(self._reads)
        key = self._keys.get(id_)
        if key is None or not key.is_of(credential):
            return None
        self._check_current(key)
        self._note_use(key)
        return key

    async def step(self) -> None:
        """Read the keys if they have changed, and note the uses. Call this every second.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        async with self._lock:
            await self._read()
        if self._uses_ms:
            await self._write_uses()

    async def _write_uses(self) -> None:
        uses_ms, self._uses_ms = self._uses_ms, {}
        try:
            await self._store.note_uses(uses_ms)
        except BaseException:
            self._uses_ms = uses_ms | self._uses_ms
            raise

    async def _read_after(self, begun: int) -> None:
        """Read, unless another caller has begun a read after the first `begun` ones."""
        async with self._lock:
            if self._reads == begun:
                await asyncio.sleep(self._began_s + self._pause_s - self._now_s())  # noqa: TID251  # the least time between two reads
                await self._read()
        if self._newest <= begun:
            raise StoreUnavailable  # the read that this call has shared has failed

    async def _read(self) -> None:
        self._reads += 1
        number, self._began_s = self._reads, self._now_s()
        if await self._store.version() != self._version:
            await self._load()
        self._newest, self._confirmed_s = number, self._began_s

    async def _load(self) -> None:
        version, keys = await self._store.read()
        again = ended_again(keys, self._seen)
        self._keys = {key.id: key for key in (*keys, *again.saved)}
        self._seen |= self._keys
        self._version = version
        if again.saved:
            await self._end_again(again, version)

    async def _end_again(self, again: KeyChange, seen: str) -> None:
        """Write ends that an older copy of the store does not have."""
        self._version = None  # so the next step reads again, and repeats this if it has failed
        with suppress(Unavailable):
            if await self._store.save(again, seen=seen, version=self._new_id()):
                names = [key.name for key in again.saved]
                log.warning("api_keys.ended_again", extra={"keys": names})

    def _check_current(self, key: ApiKey) -> None:
        if not key.is_valid_at(self._clock.now_ms()):
            raise Unauthenticated("key: it has expired or was revoked.", "key_ended")
        if self._now_s() - self._confirmed_s > TRUSTED_S:
            raise StoreUnavailable

    def _note_use(self, key: ApiKey) -> None:
        now_ms = self._clock.now_ms()
        if now_ms - self._noted_ms.get(key.id, -NOTED_MS) >= NOTED_MS:
            self._noted_ms[key.id] = self._uses_ms[key.id] = now_ms
