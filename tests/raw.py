"""A WebSocket spoken byte by byte: what no well-behaved library would send, or leave unread."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from websockets.frames import Close, Frame, Opcode

from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator

    from tests.nodes import Node

HANDSHAKE = (
    "GET /v1/connect HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: fullhouse.v1\r\n\r\n"
)


def text(payload: str | bytes, *, fin: bool = True) -> bytes:
    data = payload.encode() if isinstance(payload, str) else payload
    return Frame(Opcode.TEXT, data, fin).serialize(mask=True)


def continuation(payload: bytes, *, fin: bool) -> bytes:
    return Frame(Opcode.CONT, payload, fin).serialize(mask=True)


def ping(payload: bytes) -> bytes:
    return Frame(Opcode.PING, payload).serialize(mask=True)


def binary(payload: bytes) -> bytes:
    return Frame(Opcode.BINARY, payload).serialize(mask=True)


def close(code: int) -> bytes:
    return Frame(Opcode.CLOSE, Close(code, "").serialize()).serialize(mask=True)


def hello(token: str) -> bytes:
    return text(json.dumps({"type": "hello", "token": token}))


@dataclass(frozen=True, slots=True)
class RawSocket:
    """One connection after its handshake; frames are read only when asked for."""

    reader: StreamReader
    writer: StreamWriter

    def send(self, *frames: bytes) -> None:
        """All in one piece."""
        self.writer.write(b"".join(frames))

    async def frame(self) -> tuple[Opcode, bytes]:
        """The next frame of the server: unmasked, without extensions."""
        first, size = await self.reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2))
        return Opcode(first & 0x0F), await self.reader.readexactly(size)

    async def closing(self) -> tuple[int, str]:
        """Read on up to the close frame. Returns its code and reason."""
        async with asyncio.timeout(PATIENCE_S):
            opcode, payload = await self.frame()
            while opcode is not Opcode.CLOSE:
                opcode, payload = await self.frame()
        parsed = Close.parse(payload)
        return parsed.code, parsed.reason


@asynccontextmanager
async def raw_socket(node: Node, *, receive_buffer: int | None = None) -> AsyncIterator[RawSocket]:
    """Shake hands with a node; with a `receive_buffer` of few bytes it soon must hold back."""
    raw = socket.socket()
    if receive_buffer is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", node.port))
    reader, writer = await asyncio.open_connection(sock=raw)
    writer.write(HANDSHAKE.format(host=f"127.0.0.1:{node.port}").encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 "), head
    try:
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
