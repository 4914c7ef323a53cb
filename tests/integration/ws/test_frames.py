"""Frames below the messages: what RFC 6455 allows is understood, all else gets its close code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from websockets.frames import Opcode

from tests import raw
from tests.raw import RawSocket, raw_socket
from tests.stopwatch import Stopwatch
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.clients import WsClient
    from tests.integration.ws.event_room import EventRoom

# Frames that end a connection, and the code they end it with.
HOSTILE = {
    "binary": ([raw.binary(b"hello")], 1003),
    "a message above 4 KiB": ([raw.text("x" * 4097)], 1009),
    "a message above 4 KiB in fragments": (
        [raw.text("x" * 3000, fin=False), raw.continuation(b"x" * 3000, fin=True)],
        1009,
    ),
    "bytes that are no UTF-8": ([raw.text(b'{"type":"hello","token":"\xff"}')], 1007),
    "an overlong encoding": ([raw.text(b"\xc0\xaf")], 1007),
    "half a character": ([raw.text(b"\xe2\x82")], 1007),
    "a continuation of nothing": ([raw.continuation(b"x", fin=True)], 1002),
    "a fragment within a fragment": ([raw.text("{", fin=False), raw.text("}")], 1002),
    "a frame without a mask": ([b"\x81\x02{}"], 1002),
    "a reserved bit": ([b"\xf1\x80\x00\x00\x00\x00"], 1002),
    "random bytes": ([bytes(range(7, 255, 8))], 1002),
    "a bad message and a goodbye at once": ([raw.text("{}"), raw.close(1000)], 1000),
    "no UTF-8 and a goodbye at once": ([raw.text(b"\xff"), raw.close(1000)], 1000),
    "two bad messages at once": ([raw.text("{}"), raw.text("{}")], 4000),
    "a bad message, then binary": ([raw.text("{}"), raw.binary(b"")], 4000),
}


@pytest.mark.parametrize(("frames", "code"), HOSTILE.values(), ids=HOSTILE)
async def test_hostile_frames_get_their_close_code(
    event_room: EventRoom, frames: list[bytes], code: int
) -> None:
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(*frames)

        assert (await socket.closing())[0] == code


async def test_a_message_of_4_kib_is_read(event_room: EventRoom) -> None:
    token = event_room.token("ada")
    padding = " " * (4096 - len(json.dumps({"type": "hello", "token": token})))
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(raw.text(json.dumps({"type": "hello", "token": token}) + padding))

        assert (await _message(socket))["type"] == "seated"


async def test_a_message_in_fragments_with_a_ping_between_them_is_one_message(
    event_room: EventRoom,
) -> None:
    """The cut goes through a character: only the whole is UTF-8."""
    message = json.dumps({"type": "hello", "token": "é"}, ensure_ascii=False).encode()
    cut = message.index("é".encode()) + 1
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(raw.text(message[:cut], fin=False), raw.ping(b"?"))
        socket.send(raw.continuation(b"", fin=False), raw.continuation(message[cut:], fin=True))

        assert await socket.frame() == (Opcode.PONG, b"?")
        assert (await socket.closing())[0] == 4001


async def test_a_message_may_come_in_packets_cut_anywhere(event_room: EventRoom) -> None:
    """Some libraries write the header by itself."""
    frame = raw.hello(event_room.token("ada"))
    async with raw_socket(event_room.nodes[0]) as socket:
        for start, end in ((0, 2), (2, 4), (4, 8), (8, 20), (20, len(frame))):
            socket.send(frame[start:end])
            await _is_read(event_room)

        assert (await _message(socket))["type"] == "seated"


async def _is_read(event_room: EventRoom) -> None:
    """A node that has answered somebody else has read what was sent before."""
    other = await event_room.tab("somebody")
    await other.round_trip()


async def test_messages_in_one_piece_are_answered_in_their_order(event_room: EventRoom) -> None:
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(
            raw.hello(event_room.token("ada")), raw.text('{"type":"dismiss","notice":"1-1"}')
        )
        socket.send(raw.text('{"type":"leave"}'))

        assert (await socket.closing())[0] == 4011


async def test_a_place_asked_for_together_with_hello_is_told_after_it(
    event_room: EventRoom,
) -> None:
    await event_room.seated("ada", "bob")
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(raw.hello(event_room.token("cleo")), raw.text('{"type":"position"}'))

        answers = [await _message(socket), await _message(socket)]

    assert [(answer["type"], answer["ahead"]) for answer in answers] == [("waiting", 0)] * 2


async def test_what_follows_a_leave_in_one_piece_seats_nobody(event_room: EventRoom) -> None:
    """The connection is closed by then, so the seat would be nobody's until the grace ends."""
    hello = raw.hello(event_room.token("ada"))
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(hello, raw.text('{"type":"leave"}'), hello, raw.text('{"type":"claim"}'))

        assert (await socket.closing())[0] == 4011

        await _is_read(event_room)
        assert (await event_room.room())["occupied"] == 0


async def test_a_ping_is_answered_and_seats_nobody(event_room: EventRoom) -> None:
    ada = await event_room.tab("ada")

    await ada.round_trip()

    assert ada.heard == []


async def test_whoever_is_connected_hears_now_and_then_that_the_server_is_alive(
    event_room: EventRoom,
) -> None:
    """A browser cannot see pings; the message tells it how long to wait for the next."""
    async with raw_socket(event_room.nodes[0]) as socket:
        socket.send(raw.hello(event_room.token("ada")))
        await _message(socket)

        watch = Stopwatch([event_room.nodes[0].process.pid])
        assert (await socket.frame())[0] is Opcode.PING
        alive = await _message(socket)

    assert watch.passed_s <= 17
    assert alive == {"type": "alive", "next_s": 15.0}


async def test_whoever_does_not_read_is_told_to_come_back(event_room: EventRoom) -> None:
    """Everything that the server would have to keep for them counts, pongs too."""
    bob = await event_room.enter("bob")
    async with raw_socket(event_room.nodes[0], receive_buffer=4096) as socket:
        socket.send(raw.hello(event_room.token("ada")))
        socket.send(raw.ping(b"x" * 125) * 100_000)  # more than all buffers on the way hold
        await wait_until(lambda: _is_read_no_more(socket, bob))

        assert (await socket.closing())[0] == 4100


async def _is_read_no_more(socket: RawSocket, other: WsClient) -> bool:
    """While the node answers somebody else, it takes nothing more from this socket."""
    before = socket.writer.transport.get_write_buffer_size()
    for _ in range(5):
        await other.round_trip()
    return before == socket.writer.transport.get_write_buffer_size()


async def _message(socket: RawSocket) -> dict[str, object]:
    opcode, payload = await socket.frame()
    assert opcode is Opcode.TEXT
    message: dict[str, object] = json.loads(payload)
    return message
