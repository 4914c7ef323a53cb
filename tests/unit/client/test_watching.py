"""A client says on each connection that its person watches the stream, where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from fullhouse.client import RoomClient
from fullhouse.client.lines import LineClosed, Via
from fullhouse.client.reconnection import Backoff
from fullhouse.edge.ws.client_messages import Hello, Watching
from tests.told import told

if TYPE_CHECKING:
    from fullhouse.client.socket_line import SocketLine
    from fullhouse.edge.ws.client_messages import ClientMessage
    from fullhouse.edge.ws.messages import ServerMessage

STREAM = "https://stream.example/live"
NO_STREAM = told("waiting", 5, 1, watch=None)
WITH_STREAM = told("waiting", 5, 2, watch=STREAM)


@dataclass(slots=True)
class ShortLine:
    """A connection that brings these messages, and then breaks."""

    brings: list[ServerMessage]
    sent: list[ClientMessage] = field(default_factory=list)
    via: Via = "socket"

    async def send(self, message: ClientMessage) -> None:
        self.sent.append(message)

    async def receive(self, _until: float) -> ServerMessage:
        if not self.brings:
            raise LineClosed
        return self.brings.pop(0)

    async def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


async def sent_on(*lines: ShortLine) -> list[list[ClientMessage]]:
    """What a client that watches from the beginning sends on these connections."""
    messages = sum(len(line.brings) for line in lines)
    unopened = iter(lines)

    async def token() -> str:
        return "token"

    async def dial(_url: str) -> SocketLine:
        return cast("SocketLine", next(unopened))

    client = RoomClient("http://127.0.0.1", token, dial=dial, polls=False, backoff=Backoff(0, 0))
    await client.watching(on=True)
    for _ in range(messages):
        await anext(client)
    return [line.sent for line in lines]


async def test_it_is_said_once_on_each_connection() -> None:
    again = told("waiting", 5, 3, watch=STREAM)

    sent = await sent_on(ShortLine([WITH_STREAM, again]), ShortLine([again]))

    assert sent == [[Hello("token"), Watching(on=True)]] * 2


async def test_it_is_said_when_the_room_gets_a_stream() -> None:
    named = told("watch", 5, 3, watch=STREAM)

    for stream in (WITH_STREAM, named):
        (sent,) = await sent_on(ShortLine([NO_STREAM, stream]))
        assert sent == [Hello("token"), Watching(on=True)]


async def test_where_there_is_no_stream_nothing_is_said() -> None:
    sent = await sent_on(ShortLine([NO_STREAM]), ShortLine([told("seated", 5, 3)]))

    assert sent == [[Hello("token")]] * 2
