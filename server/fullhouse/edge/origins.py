"""The rule for origins: which pages may connect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from fullhouse.domain.origins import Origin


class MayEnter(Protocol):
    def __call__(self, origin: str, host: str, scheme: str | None = None) -> bool:
        """Whether pages of an origin may connect to a host.

        Args:
            origin: The `Origin` header.
            host: The `Host` header.
            scheme: `http` or `https`, as the browser sees it. None: no trusted proxy says it.
        """
        ...


def origins_rule(allowed: Iterable[str]) -> MayEnter:
    """The rule: pages of the `allowed` origins may connect, or pages of this host if none is."""
    named = frozenset(filter(None, map(Origin.parse, allowed)))

    def may_enter(origin: str, host: str, scheme: str | None = None) -> bool:
        page = Origin.parse(origin)
        if page is None:
            return False
        if named:
            return page in named
        # A proxy in front may end TLS, so the scheme of this request proves nothing.
        return page == Origin.of_host(scheme or page.scheme, host)

    return may_enter
