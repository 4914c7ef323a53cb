"""A wire between a node and its store that can be made slow, mute or cut: calls apart from events.

It runs in the event loop of the test; the node, in its own process, takes `url` for its store.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator, Callable

_PIECE = 1 << 16
_SUBSCRIBES = b"SSUBSCRIBE"


def at_once() -> float:
    return 0.0


@dataclass(slots=True, eq=False)
class Wire:
    """All connections of one kind: those that make calls, or those that hear events.

    Attributes:
        delay_s: Asked for each piece that comes from the store; pieces keep their order.
        passes: While it is cleared nothing comes from the store, and nothing is refused either.
    """

    delay_s: Callable[[], float] = at_once
    passes: asyncio.Event = field(default_factory=asyncio.Event)
    links: set[_Link] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.passes.set()

    def cut(self) -> None:
        """Break every connection of this kind; new ones are let through."""
        for link in list(self.links):
            link.node_out.transport.abort()


@dataclass(slots=True, eq=False)
class _Link:
    """One connection of the node, carried on to the store."""

    node_in: StreamReader
    node_out: StreamWriter
    store_in: StreamReader
    store_out: StreamWriter
    wire: Wire

    async def carry(self, events: Wire) -> None:
        """Until either end goes. From its first `SSUBSCRIBE` on it is one of `events`."""
        self.wire.links.add(self)
        answers = asyncio.create_task(self._bring_answers())
        try:
            while data := await self.node_in.read(_PIECE):
                if _SUBSCRIBES in data:
                    self._belong_to(events)
                self.store_out.write(data)
                await self.store_out.drain()
        finally:
            answers.cancel()
            self.wire.links.discard(self)
            self.store_out.close()
            self.node_out.close()

    def _belong_to(self, wire: Wire) -> None:
        self.wire.links.discard(self)
        self.wire = wire
        wire.links.add(self)

    async def _bring_answers(self) -> None:
        with suppress(OSError):
            while data := await self.store_in.read(_PIECE):
                await asyncio.sleep(self.wire.delay_s())  # noqa: TID251  # what it is for
                await self.wire.passes.wait()
                self.node_out.write(data)
                await self.node_out.drain()
        self.node_out.close()


class StoreProxy:
    """Stands between one node and the store.

    Attributes:
        calls: The connections that run scripts.
        events: The connections that carry subscriptions.
        url: Where the node finds it.
    """

    def __init__(self, store_path: str, path: Path) -> None:
        self._store_path = store_path
        self.url = f"unix://{path}"
        self.calls = Wire()
        self.events = Wire()

    async def meet(self, node_in: StreamReader, node_out: StreamWriter) -> None:
        """Carry one connection of the node; where there is no store, hang up."""
        try:
            store_in, store_out = await asyncio.open_unix_connection(self._store_path)
        except OSError:
            node_out.close()
            return
        link = _Link(node_in, node_out, store_in, store_out, self.calls)
        with suppress(OSError):
            await link.carry(self.events)


@asynccontextmanager
async def store_proxy(redis_url: str) -> AsyncIterator[StoreProxy]:
    """A proxy in front of the store at `redis_url`, which is a Unix socket."""
    with TemporaryDirectory(prefix="fullhouse-") as directory:  # the path must be short
        path = Path(directory) / "proxy.sock"
        proxy = StoreProxy(urlsplit(redis_url).path, path)
        server = await asyncio.start_unix_server(proxy.meet, path)
        try:
            yield proxy
        finally:
            server.close()
            proxy.calls.cut()
            proxy.events.cut()
