"""Pages of which origins may connect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from fullhouse.domain.origins import Origin


class MayEnter(Protocol):
    def __call__(self, origin: str, host: str, scheme: str | None = None) -> bool:
        """Whether pages of an origin may connect to a host, both as their headers write them.

        Args:
            scheme: `http` or `https`, as the browser sees it; None if no trusted proxy tells.
        """
        ...


def origins_rule(allowed: Iterable[str]) -> MayEnter:
    """Who may come in: pages of the origins `allowed`; where there are none, of this host."""
    named = frozenset(filter(None, map(Origin.parse, allowed)))

    def may_enter(origin: str, host: str, scheme: str | None = None) -> bool:
        page = Origin.parse(origin)
        if page is None:
            return False
        if named:
            return page in named
        # A proxy in front may end TLS: what scheme this server is asked by says nothing.
        return page == Origin.of_host(scheme or page.scheme, host)

    return may_enter
