"""The other end of a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


def peer_of(transport: asyncio.BaseTransport | None) -> str:
    """The address of the other end. Empty if there is none, as on a Unix socket."""
    peer = transport.get_extra_info("peername") if transport else None
    return str(peer[0]) if isinstance(peer, tuple) else ""
