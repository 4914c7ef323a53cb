"""TLS to the store: connections with the same options share what was read of certificates.

The client of Redis reads the certificates of the system again for each connection. This takes
50 ms, in which the event loop stands still: a hundred connections after an outage would take 5 s.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from redis.asyncio.connection import RedisSSLContext, SSLConnection

_OPTIONS = tuple(name for name in RedisSSLContext.__slots__ if name != "context")
_FILES = ("keyfile", "certfile", "ca_certs", "ca_path")

_KEPT = 4  # sets of options; older ones belong to certificates that were renewed since


class SharedTls(SSLConnection):
    """Reads certificates only if no connection with these options and files has read them."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # redis-py's
        super().__init__(**options)
        own = self.ssl_context
        given = tuple((name, getattr(own, name)) for name in _OPTIONS)
        changed = tuple(_changed_ns(getattr(own, name)) for name in _FILES)
        self.ssl_context = _shared(given, changed)


@lru_cache(maxsize=_KEPT)
def _shared(
    given: tuple[tuple[str, Any], ...], _changed: tuple[int | None, ...]
) -> RedisSSLContext:
    """The context for those options, as long as none of their files changes."""
    return RedisSSLContext(**dict(given))


def _changed_ns(path: str | None) -> int | None:
    """When the file was written. None: there is none, which connecting will report."""
    try:
        return Path(path).stat().st_mtime_ns if path else None
    except OSError:
        return None
