"""Finds the addresses of a receiver, and refuses those that requests may not go to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from fullhouse.domain.addresses import AllowedAddresses

KEPT_S = 10.0  # as long as the shortest usual time to live of a name; the address stays checked


class RefusedAddress(Exception):
    """The name leads only to addresses that requests may not go to."""


class Resolver:
    """The allowed addresses of one host. The answer of the DNS is kept for a moment.

    Args:
        host: A name or an address.
        port: The port of the receiver.
        allowed: The addresses that requests may go to.
        now_s: A monotonic clock.
    """

    def __init__(
        self, host: str, port: int, allowed: AllowedAddresses, now_s: Callable[[], float]
    ) -> None:
        self._host = host
        self._port = port
        self._allowed = allowed
        self._now_s = now_s
        self._known: list[str] = []
        self._until_s = -KEPT_S
        self._lookup: asyncio.Task[None] | None = None

    async def addresses(self) -> list[str]:
        """The addresses that a request may go to, in the order of the system.

        Raises:
            RefusedAddress: there is an address, but none that requests may go to.
            OSError: the name cannot be resolved.
        """
        if self._now_s() >= self._until_s:
            # A slow DNS holds a thread, so all requests wait for the same answer.
            if self._lookup is None or self._lookup.done():
                self._lookup = asyncio.create_task(self._look_up())
                self._lookup.add_done_callback(_take_error)
            await asyncio.shield(self._lookup)
        if not self._known:
            raise RefusedAddress
        return self._known

    async def _look_up(self) -> None:
        rows = await asyncio.get_running_loop().getaddrinfo(
            self._host, self._port, type=socket.SOCK_STREAM
        )
        found = [str(row[4][0]) for row in rows]
        self._known = [each for each in dict.fromkeys(found) if self._allowed.allow(each)]
        self._until_s = self._now_s() + KEPT_S


def _take_error(lookup: asyncio.Task[None]) -> None:
    """Read the error of a lookup, because those who waited for it may have given up."""
    if not lookup.cancelled():
        lookup.exception()
