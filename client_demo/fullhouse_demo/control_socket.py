"""The socket on which a demo node asks the demo program: one line of JSON in each direction."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

_TIMEOUT_S = 20.0  # a whole crowd may have to go home first

Act = Literal[
    "look", "send_crowd", "send_home", "stop_node", "start_node", "cut_network", "start_over"
]
NodeState = Literal["starting", "running", "down"]


class Order(msgspec.Struct, frozen=True):
    """The request of a host page, and the number of the node that passes it on."""

    act: Act
    through: int


class CrowdScene(msgspec.Struct, frozen=True):
    """The simulated people. `is_here`: a crowd was sent. `away`: arrived, but not connected."""

    is_here: bool
    people: int
    inside: int
    called: int
    waiting: int
    away: int


class NodeScene(msgspec.Struct, frozen=True):
    """One node, and the number of simulated people connected to it."""

    state: NodeState
    people: int


class Scene(msgspec.Struct, frozen=True):
    """The state of the demo, as the answer to a node."""

    crowd: CrowdScene
    nodes: tuple[NodeScene, ...]
    network_back_ms: int


@contextmanager
def private_socket() -> Iterator[Path]:
    """A path for a socket, short enough, in a directory that only this user can read."""
    with tempfile.TemporaryDirectory(prefix="fullhouse-", dir="/tmp") as private:
        yield Path(private, "control_socket")


@asynccontextmanager
async def listening(
    path: Path, answer: Callable[[Order], Awaitable[Scene]]
) -> AsyncIterator[None]:
    """Answer the requests of nodes at `path` while the block is open."""

    async def converse(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            order = msgspec.json.decode(await reader.readline(), type=Order)
            writer.write(msgspec.json.encode(await answer(order)) + b"\n")
            await writer.drain()
        finally:
            writer.close()

    async with await asyncio.start_unix_server(converse, path):
        yield


async def ask(path: Path, order: Order) -> Scene:
    """The answer of the program that listens at `path`.

    Raises:
        OSError, TimeoutError, msgspec.DecodeError: there is no answer.
    """
    async with asyncio.timeout(_TIMEOUT_S):
        reader, writer = await asyncio.open_unix_connection(path)
        try:
            writer.write(msgspec.json.encode(order) + b"\n")
            return msgspec.json.decode(await reader.readline(), type=Scene)
        finally:
            writer.close()
