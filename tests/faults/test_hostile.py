"""Bytes that nobody sane sends, by the thousand: a right close code, no traceback, no leak."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests import raw
from tests.clients import room_token
from tests.faults.event_room import EventRoom
from tests.raw import raw_socket

if TYPE_CHECKING:
    from tests.nodes import Node

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

HERE, THERE = 0, 1
CODES = {1000, 1002, 1003, 1007, 1009, 4000, 4001, 4102}
MOST_GROWTH = 24 << 20  # bytes; a leak of what is sent here would be several times that


@pytest.mark.parametrize("seed", range(6))
async def test_random_frames_get_a_close_code_and_hurt_nobody_else(
    event_room: EventRoom, seed: int
) -> None:
    random = Random(seed)
    await event_room.open(seats=2)
    a = await event_room.visit("a", first=HERE)
    token = room_token(event_room.account, "b")

    codes = [await code_after(event_room.nodes[HERE], nonsense(random, token)) for _ in range(40)]
    assert set(codes) - {None} <= CODES
    assert len([code for code in codes if code]) > len(codes) / 2

    await event_room.visit("c", first=HERE)
    await event_room.converges()
    assert len(a.pages) == 1


async def code_after(node: Node, frames: list[bytes]) -> int | None:
    """The code of the close frame; None if half a frame left nothing to answer."""
    async with raw_socket(node) as socket:
        socket.send(*frames)
        socket.writer.write_eof()
        try:
            return (await socket.closing())[0]
        except (asyncio.IncompleteReadError, OSError):
            return None


def nonsense(random: Random, token: str) -> list[bytes]:
    """Frames of which the last ends any connection, if none before it did."""
    makers = [
        lambda: random.randbytes(random.randrange(1, 200)),
        lambda: raw.text(random.randbytes(random.randrange(300))),
        lambda: raw.text(mangled(random, f'{{"type":"hello","token":"{token}"}}')),
        lambda: raw.text("[" * random.randrange(1, 4000)),
        lambda: raw.text('{"type":"position"}'),
        lambda: raw.text("", fin=False) + raw.continuation(b"", fin=False) * 50,
        lambda: raw.binary(random.randbytes(20)),
    ]
    return [*(random.choice(makers)() for _ in range(random.randrange(1, 6))), raw.binary(b"end")]


def mangled(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice(['"', "\\", "\0", "é", "{", ""]) + text[at + 1 :]


async def test_a_flood_of_pings_by_somebody_who_does_not_read_takes_no_memory(
    event_room: EventRoom,
) -> None:
    node = event_room.nodes[HERE]
    await event_room.open(seats=2)
    await event_room.visit("a", first=HERE)
    before = resident_bytes(node)

    await asyncio.gather(*(flood(node, raw.ping(b"x" * 125) * 500) for _ in range(20)))

    assert resident_bytes(node) - before < MOST_GROWTH
    await event_room.visit("b", first=HERE)
    await event_room.converges()


async def test_a_message_without_end_takes_no_memory(event_room: EventRoom) -> None:
    """Empty fragments never reach the limit of a message by their length."""
    node = event_room.nodes[HERE]
    await event_room.open(seats=2)
    before = resident_bytes(node)
    endless = raw.continuation(b"", fin=False) * 5000

    await asyncio.gather(*(flood(node, endless, first=raw.text("", fin=False)) for _ in range(10)))

    assert resident_bytes(node) - before < MOST_GROWTH


async def flood(node: Node, piece: bytes, *, first: bytes = b"", pieces: int = 100) -> None:
    """Write as long as the node takes it, and read nothing."""
    async with raw_socket(node, receive_buffer=1024) as socket:
        socket.send(first)
        with suppress(OSError):  # the node hung up, or takes no more
            for _ in range(pieces):
                socket.send(piece)
                async with asyncio.timeout(0.5):
                    await socket.writer.drain()


def resident_bytes(node: Node) -> int:
    pages = int(Path(f"/proc/{node.process.pid}/statm").read_text().split()[1])
    return pages * 4096
