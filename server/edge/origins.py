"""Pages of which origins may connect."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

MayEnter = Callable[[str, str], bool]
"""Whether pages of an origin may connect to a host."""


def origins_rule(allowed: tuple[str, ...]) -> MayEnter:
    """Who may come in: pages of the origins `allowed`; where there are none, of this host."""

    def may_enter(origin: str, host: str) -> bool:
        if allowed:
            return origin in allowed
        return _host_of(origin) == host

    return may_enter


def _host_of(origin: str) -> str | None:
    """Host and port as the origin writes them; None where it is no address at all."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # a bracket that is never closed
        return None
