"""How a node of the demo asks the program that started it: a line of JSON there, one back."""

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

_TIMEOUT_S = 5.0

Act = Literal["look", "send_crowd", "send_home", "stop_node", "start_node", "cut_network"]
NodeState = Literal["starting", "running", "down"]


class Order(msgspec.Struct, frozen=True):
    """What a host page asks for, and through which node."""

    act: Act
    through: int


class CrowdScene(msgspec.Struct, frozen=True):
    """The simulated people. `away`: here, but not connected; `is_here`: any are, or will be."""

    is_here: bool
    people: int
    inside: int
    called: int
    waiting: int
    away: int


class NodeScene(msgspec.Struct, frozen=True):
    """One node, and how many simulated people are connected to it."""

    state: NodeState
    people: int


class Scene(msgspec.Struct, frozen=True):
    """What the demo tells a node of itself."""

    crowd: CrowdScene
    nodes: tuple[NodeScene, ...]
    network_back_ms: int


@contextmanager
def private_socket() -> Iterator[Path]:
    """A path for a socket, short enough for one, in a directory that is this user's alone."""
    with tempfile.TemporaryDirectory(prefix="fullhouse-", dir="/tmp") as private:
        yield Path(private, "control_socket")


@asynccontextmanager
async def listening(
    path: Path, answer: Callable[[Order], Awaitable[Scene]]
) -> AsyncIterator[None]:
    """Nodes that ask at `path` are answered while the block is open."""

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
        OSError, TimeoutError, msgspec.DecodeError: nobody answers.
    """
    async with asyncio.timeout(_TIMEOUT_S):
        reader, writer = await asyncio.open_unix_connection(path)
        try:
            writer.write(msgspec.json.encode(order) + b"\n")
            return msgspec.json.decode(await reader.readline(), type=Scene)
        finally:
            writer.close()
