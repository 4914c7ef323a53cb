"""The parts that faults hit: a store that breaks, and nodes with a network of their own each."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.breakable import BreakableStore, breakable_store
from tests.faults.proxy import StoreProxy, store_proxy
from tests.nodes import Node, running_nodes
from tests.servers import short_directory
from tests.stopwatch import Stopwatch
from tests.stores import patient_url
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator


class Rig:
    """Two nodes or more on one store.

    Attributes:
        lines: Each node's network to the store; none where nodes reach it directly.
        nodes: The servers, by number.
    """

    def __init__(
        self,
        directory: Path,
        store: BreakableStore,
        running: AsyncExitStack,
        *,
        direct: bool = False,
    ) -> None:
        self.store = store
        self.lines: list[StoreProxy] = []
        self.nodes: list[Node] = []
        self._directory = directory
        self._running = running
        self._direct = direct
        self._urls: list[str] = []
        self._settings: dict[str, object] = {}
        self._files: int | None = None

    async def start(self, count: int, *, files: int | None = None, **settings: object) -> None:
        """Nodes with a network of their own each; returns when all are ready."""
        self._files, self._settings = files, settings
        self._urls = [await self._way_to_store() for _ in range(count)]
        self.nodes += await asyncio.gather(*map(self._node_on, self._urls))

    async def replace(self, number: int) -> None:
        """A new server on the network of one that is gone."""
        self.nodes[number] = await self._node_on(self._urls[number])

    async def restart(self, number: int, **settings: object) -> None:
        """A new server at the address of one that is gone, with these settings changed."""
        port = self.nodes[number].port
        self.nodes[number] = await self._node_on(self._urls[number], port=port, **settings)

    async def is_ready(self, number: int) -> bool:
        return await asyncio.to_thread(self.nodes[number].is_ready)

    async def all_ready(self) -> bool:
        return all([await self.is_ready(number) for number in range(len(self.nodes))])

    def stopwatch(self) -> Stopwatch:
        """For what the store and the nodes promise to do in time."""
        return Stopwatch([self.store.pid, *(node.process.pid for node in self.nodes)])

    async def within(
        self, promised_s: float, predicate: Callable[[], object | Awaitable[object]]
    ) -> None:
        """Wait until `predicate` holds; as `Stopwatch.within`."""
        await self.stopwatch().within(promised_s, predicate)

    async def mend(self) -> None:
        """Whatever the last test broke is whole again."""
        await self.store.mend()
        for line in self.lines:
            line.heal()
        for number, node in enumerate(self.nodes):
            if node.process.poll() is None:
                node.thaw()
            else:
                await self.replace(number)
        await wait_until(self.all_ready)

    async def _way_to_store(self) -> str:
        """The URL for one more node."""
        if self._direct:
            return patient_url(self.store.url)
        path = self._directory / f"line-{len(self.lines)}.sock"
        line = await self._running.enter_async_context(store_proxy(path, self.store.socket))
        self.lines.append(line)
        return line.url

    async def _node_on(self, url: str, **settings: object) -> Node:
        # In a thread: the node's way to the store may lead through this loop.
        starting = running_nodes(url, 1, files=self._files, **{**self._settings, **settings})
        (node,) = await asyncio.to_thread(starting.__enter__)
        self._running.push_async_callback(asyncio.to_thread, starting.__exit__, None, None, None)
        return node


@asynccontextmanager
async def running_rig(
    nodes: int = 2, *, files: int | None = None, direct: bool = False, **settings: object
) -> AsyncIterator[Rig]:
    """Nodes as `tests.nodes.running_nodes` starts them, on a store that breaks.

    Args:
        direct: Past the proxies, whose loop is that of the test, and so that of its clients.
    """
    async with AsyncExitStack() as running:
        # Not tmp_path: the path of a socket must be short.
        directory = running.enter_context(short_directory())
        store = await running.enter_async_context(breakable_store(directory))
        rig = Rig(directory, store, running, direct=direct)
        await rig.start(nodes, files=files, **settings)
        yield rig


def is_at_rest(node: Node) -> bool:
    """Whether of all sockets that people could hold only the listening one is left."""
    return len(_tcp_sockets(node.process.pid)) == 1


def _open_files(pid: int) -> Iterator[str]:
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield str(entry.readlink())


def _tcp_sockets(pid: int) -> set[str]:
    """The sockets of a process that lead to people; those to the store are Unix sockets."""
    table = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    inodes = {f"socket:[{line.split()[9]}]" for line in table}
    return inodes & set(_open_files(pid))
