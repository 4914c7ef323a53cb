"""The network between one node and the store, faults included, in our own hands.

Connections are told apart by what they say: one that subscribes carries events, all others carry
calls. Each kind can be delayed, held, robbed of what passes, or cut after so many bytes, in
each direction by itself.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.priority import prioritized

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

CHUNK = 64 * 1024
SUBSCRIBES = b"SSUBSCRIBE"


def at_once() -> float:
    return 0.0


@dataclass(slots=True)
class Way:
    """One direction of one kind of connection.

    Attributes:
        delay_s: Asked for each chunk.
        swallows: What passes is lost. Do it only while whole messages pass one by one.
        swallowed: How many bytes were lost so.
        bytes_left: The connection is cut when so many more have passed; None: never.
        is_open: Cleared, everything waits, as on a line that turned silent.
    """

    delay_s: Callable[[], float] = at_once
    swallows: bool = False
    swallowed: int = 0
    bytes_left: int | None = None
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.is_open.set()

    def heal(self) -> None:
        self.delay_s, self.bytes_left = at_once, None
        self.swallows, self.swallowed = False, 0
        self.is_open.set()

    async def let_pass(self, data: bytes) -> tuple[bytes, bool]:
        """What arrives of `data`, and whether the connection lives on."""
        await asyncio.sleep(self.delay_s())  # noqa: TID251  # the latency of the line
        await self.is_open.wait()
        if self.swallows:
            self.swallowed += len(data)
            return b"", True
        if self.bytes_left is None:
            return data, True
        passed = data[: self.bytes_left]
        self.bytes_left -= len(passed)
        if self.bytes_left > 0:
            return passed, True
        self.bytes_left = None  # one cut, and the next connection is whole
        return passed, False


@dataclass(slots=True)
class Kind:
    """Both directions of all connections of one kind."""

    to_store: Way = field(default_factory=Way)
    to_node: Way = field(default_factory=Way)

    def hold(self) -> None:
        self.to_store.is_open.clear()
        self.to_node.is_open.clear()

    def heal(self) -> None:
        self.to_store.heal()
        self.to_node.heal()


@dataclass(slots=True, eq=False)
class _Link:
    """One connection through the proxy."""

    kind: Kind
    near: tuple[StreamReader, StreamWriter]
    far: tuple[StreamReader, StreamWriter]
    is_stranded: bool = False

    def cut(self) -> None:
        for _, writer in (self.near, self.far):
            writer.transport.abort()


class StoreProxy:
    """A Unix socket that leads to the store's.

    Attributes:
        store: Where new connections lead; those that stand stay where they are.
    """

    def __init__(self, socket: Path, store: Path) -> None:
        self.calls = Kind()
        self.events = Kind()
        self._socket = socket
        self.store = store
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def kinds(self) -> tuple[Kind, Kind]:
        return self.calls, self.events

    def heal(self) -> None:
        for kind in self.kinds:
            kind.heal()

    def hold(self) -> None:
        """The whole line turns silent."""
        for kind in self.kinds:
            kind.hold()

    def cut(self, kind: Kind) -> None:
        """Reset every connection of a kind."""
        for link in list(self._links):
            if link.kind is kind:
                link.cut()

    def strand(self, kind: Kind) -> None:
        """What the present connections of a kind say is lost from now on; new ones are whole."""
        for link in self._links:
            link.is_stranded |= link.kind is kind

    async def serve(self) -> None:
        server = await asyncio.start_unix_server(self._accept, self._socket)
        try:
            await asyncio.Event().wait()
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)  # noqa: TID251  # aborted transports close in the next turn

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            far = await asyncio.open_unix_connection(self.store)
        except OSError:
            writer.transport.abort()
            return
        link = _Link(self.calls, (reader, writer), far)
        self._links.add(link)
        try:
            await asyncio.gather(self._to_store(link), self._to_node(link))
        except asyncio.CancelledError:
            return  # the test is over; asyncio would print this as a failure of the server
        finally:
            self._links.discard(link)
            link.cut()

    async def _to_store(self, link: _Link) -> None:
        with suppress(OSError):
            while data := await link.near[0].read(CHUNK):
                if SUBSCRIBES in data:
                    link.kind = self.events
                if not await _pass_on(link, link.kind.to_store, data, link.far[1]):
                    break
        link.cut()

    async def _to_node(self, link: _Link) -> None:
        with suppress(OSError):
            while data := await link.far[0].read(CHUNK):
                if not await _pass_on(link, link.kind.to_node, data, link.near[1]):
                    break
        link.cut()


async def _pass_on(link: _Link, way: Way, data: bytes, writer: StreamWriter) -> bool:
    if link.is_stranded:
        return True
    passed, lives = await way.let_pass(data)
    writer.write(passed)
    await writer.drain()
    return lives


@asynccontextmanager
async def store_proxy(socket: Path, store: Path) -> AsyncIterator[StoreProxy]:
    """A proxy at `socket` to the store at `store`."""
    proxy = StoreProxy(socket, store)
    with prioritized():
        serving = asyncio.create_task(proxy.serve())
        try:
            yield proxy
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
