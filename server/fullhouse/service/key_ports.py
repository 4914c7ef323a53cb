"""What the use cases of platform keys need of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fullhouse.domain.api_keys import ApiKey
from fullhouse.domain.key_changes import KeyChange


class ApiKeyStore(Protocol):
    """The keys of an installation. Each method is one atomic step."""

    async def version(self) -> str:
        """Names the present keys. Another set of keys has another version."""
        ...

    async def read(self) -> tuple[str, list[ApiKey]]:
        """All keys with their version, those that have ended too."""
        ...

    async def save(self, change: KeyChange, *, seen: str, version: str) -> bool:
        """Store the change on disk if the version is still `seen`. Returns whether it was."""
        ...

    async def note_uses(self, uses_ms: Mapping[str, int]) -> None:
        """Note when keys were used (Unix ms), by id."""
        ...
