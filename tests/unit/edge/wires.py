"""What a connection stands between: a transport that the test holds in its hands, and a hub."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from websockets.frames import Close, Opcode

if TYPE_CHECKING:
    from fullhouse.domain.rooms import Visitor
    from fullhouse.realtime.ports import Client


class Wire(asyncio.Transport):
    """Keeps what is written, and says how much of it the peer has not taken."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.unsent = 0
        self.is_read = True
        self.end = ""
        self.protocol: asyncio.BaseProtocol | None = None
        self.facts: dict[str, object] = {}

    def get_extra_info(self, name: str, default: object = None) -> Any:  # noqa: ANN401  # its interface
        return self.facts.get(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        assert self.protocol
        return self.protocol

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.written += bytes(data)

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def pause_reading(self) -> None:
        self.is_read = False

    def close(self) -> None:
        self.end = self.end or "closed"

    def abort(self) -> None:
        self.end = "aborted"

    def is_closing(self) -> bool:
        return self.end != ""

    def took(self) -> list[tuple[Opcode, bytes]]:
        """The frames written since the last call."""
        frames, data = [], self.written
        while data:
            start = 4 if data[1] == 126 else 2
            size = int.from_bytes(data[2:4]) if data[1] == 126 else data[1]
            frames.append((Opcode(data[0] & 0x0F), data[start : start + size]))
            data = data[start + size :]
        self.written = b""
        return frames

    def closed_with(self) -> list[int]:
        """The codes of the close frames written since the last call."""
        return [Close.parse(body).code for opcode, body in self.took() if opcode is Opcode.CLOSE]


class Hub:
    """Notes who asked for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def enter(self, visitor: Visitor, client: Client) -> None:
        self.asked.append(f"enter {visitor.participant}")

    def leave(self, visitor: Visitor, client: Client) -> None:
        self.asked.append(f"leave {visitor.participant}")

    def position(self, visitor: Visitor, client: Client) -> None:
        self.asked.append(f"position {visitor.participant}")

    def watch(self, visitor: Visitor, client: Client, *, watches: bool) -> None:
        self.asked.append(f"watch {visitor.participant} {watches}")

    def dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        self.asked.append(f"dismiss {notice} {rest}")

    def gone(self, visitor: Visitor, client: Client) -> None:
        self.asked.append(f"gone {visitor.participant}")

    def drain(self, window_s: float) -> None:
        self.asked.append(f"drain {window_s}")
