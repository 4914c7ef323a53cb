"""The public keys of room tokens, read again when their file has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from pathlib import Path

from fullhouse.edge.public_keys import InvalidJwks, NoUsableKey, PublicKey, read_jwks

log = logging.getLogger(__name__)

_State = tuple[int, int, int]  # when the file was changed, its size, and its number on the disk


class JwksFile:
    """Keeps the keys of a file up to date.

    A file that cannot be used changes nothing, because it may be half written. A file whose keys
    are all gone or unusable is taken at its word: no token that names a public key is valid then.

    Attributes:
        keys: The present keys by their `kid`. Replaced in place.

    Args:
        path: The file.
        secrets: Names of secrets, which no key may have.
    """

    def __init__(self, path: Path, secrets: Collection[str] = ()) -> None:
        self.keys: dict[str, PublicKey] = {}
        self._path = path
        self._secrets = secrets
        self._seen: _State | None = None

    def load(self) -> None:
        """Read the file for the first time.

        Raises:
            InvalidJwks: the file cannot be used, or a key has the name of a secret.
        """
        self._seen = self._state()
        self._replace(self._read())

    async def step(self) -> None:
        """Read the file again if it has changed. Call this every second."""
        state = await asyncio.to_thread(self._state)
        if state == self._seen:
            return
        self._seen = state
        try:
            keys = await asyncio.to_thread(self._read)
        except NoUsableKey as error:
            log.error("token_keys.none_left", extra={"reason": str(error)})  # noqa: TRY400  # the reason says all
            self._replace({})
        except InvalidJwks as error:
            log.error("token_keys.kept", extra={"reason": str(error)})  # noqa: TRY400  # as above
        else:
            self._replace(keys)
            log.info("token_keys.read", extra={"kids": sorted(keys)})

    def _read(self) -> dict[str, PublicKey]:
        keys, skipped = read_jwks(self._path)
        for line in skipped:
            log.warning("token_key.skipped", extra={"reason": line})
        for kid in keys:
            if kid in self._secrets:
                raise InvalidJwks(f"{self._path}: {kid!r} is also the name of a secret")
        return dict(keys)

    def _replace(self, keys: dict[str, PublicKey]) -> None:
        self.keys.clear()
        self.keys.update(keys)

    def _state(self) -> _State | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
