"""One connection over a transport that the test holds in its hands."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from fullhouse.domain.rooms import Role
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws.connection import MOST_UNSENT, Connection
from fullhouse.edge.ws.registry import ConnectionRegistry
from fullhouse.realtime.ports import Topic
from tests import raw
from tests.unit.edge.wires import Hub, Wire


class Line:
    """A connection between a wire and a hub."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.hub = Hub()
        self.registry = ConnectionRegistry(
            self.hub, verify=_claims, drain_s=1.5, metrics=Metrics()
        )
        self.sockets: set[asyncio.Protocol] = set()
        self.connection = Connection(self.registry, self.wire, self.sockets)

    def hears(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            self.connection.data_received(raw.text(json.dumps(message)))

    def says(self, text: str, topic: Topic) -> None:
        frame = Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
        self.connection.send(frame, topic)


def _claims(token: str) -> TokenClaims:
    return TokenClaims("acme", "hall", token, Role.ATTENDEE, expires_at_s=0)


HELLO = {"type": "hello", "token": "ada"}


@pytest.fixture
async def line() -> Line:
    return Line()


async def test_what_a_client_says_is_asked_of_the_hub(line: Line) -> None:
    line.hears(HELLO, {"type": "claim"}, {"type": "position"}, {"type": "leave"})

    assert line.hub.asked == ["enter ada", "enter ada", "position ada", "leave ada"]


async def test_a_message_may_come_byte_by_byte(line: Line) -> None:
    for byte in raw.text(json.dumps(HELLO)):
        line.connection.data_received(bytes([byte]))

    assert line.hub.asked == ["enter ada"]


async def test_bytes_that_look_like_a_pong_are_read_as_what_they_are_part_of(line: Line) -> None:
    """A frame may be cut anywhere, also so that six of its bytes stand alone."""
    payload = json.dumps(HELLO)
    mask = b"\x8a\x80\x00\x00"  # its bytes are those of the header of an empty pong
    masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload.encode()))
    frame = bytes([0x81, 0x80 | len(payload)]) + mask + masked

    line.connection.data_received(frame[:2])
    line.connection.data_received(frame[2:8])
    line.connection.data_received(frame[8:])

    assert line.hub.asked == ["enter ada"]


async def test_a_peer_silent_for_a_whole_turn_is_cut_off(line: Line) -> None:
    line.connection.ping()
    line.connection.data_received(Frame(Opcode.PONG, b"").serialize(mask=True))
    line.connection.ping()
    assert line.wire.end == ""

    line.connection.ping()

    assert line.wire.end == "aborted"


async def test_a_ping_comes_with_word_of_being_alive(line: Line) -> None:
    line.connection.ping()

    assert [opcode for opcode, _ in line.wire.took()] == [Opcode.PING, Opcode.TEXT]


async def test_a_slow_client_gets_the_newest_of_each_topic_when_it_reads_again(
    line: Line,
) -> None:
    line.connection.pause_writing()
    for number in range(3):
        line.says(f"room-{number}", "room")
        line.says(f"change-{number}", "capacity")
    line.connection.ping()
    assert line.wire.took() == []

    line.connection.resume_writing()
    line.says("next", "plain")

    heard = [body.decode() for _, body in line.wire.took()]
    assert heard == ["change-0", "change-1", "room-2", "change-2", "next"]


async def test_a_client_that_takes_nothing_is_given_up_and_read_no_more(line: Line) -> None:
    line.connection.pause_writing()
    line.wire.unsent = MOST_UNSENT - 10

    line.says("short", "room")
    assert line.connection.is_open
    line.says("the last straw", "notice")

    assert line.wire.closed_with() == [4100]
    assert not line.wire.is_read


async def test_nothing_is_said_after_goodbye(line: Line) -> None:
    line.connection.close(4011, "left")
    line.wire.took()

    line.says("too late", "place")
    line.connection.close(4010, "room closed")
    line.connection.resume_writing()

    assert line.wire.took() == []


async def test_what_was_kept_for_a_slow_client_is_said_before_goodbye(line: Line) -> None:
    line.connection.pause_writing()
    line.says("room closed", "place")

    line.connection.close(4010, "room closed")

    assert [opcode for opcode, _ in line.wire.took()] == [Opcode.TEXT, Opcode.CLOSE]


async def test_a_goodbye_after_the_end_of_the_stream_is_not_written(line: Line) -> None:
    line.hears(HELLO)
    line.connection.eof_received()

    line.connection.close(4011, "left")

    assert line.wire.took() == []


async def test_both_goodbyes_end_the_stream(line: Line) -> None:
    line.connection.close(4011, "left")
    line.connection.data_received(raw.close(4011))

    assert line.wire.closed_with() == [4011]
    assert line.wire.end == "closed"


async def test_a_hello_does_not_put_off_the_end_that_was_announced(line: Line) -> None:
    line.connection.send_away(0)
    line.hears(HELLO)
    line.wire.took()

    await asyncio.sleep(0.01)  # noqa: TID251  # the moment that was announced

    assert line.wire.closed_with() == [4101]


async def test_when_the_server_is_told_to_stop_everybody_is_sent_away_once(line: Line) -> None:
    line.connection.shutdown()
    line.connection.shutdown()

    assert line.hub.asked == ["drain 1.5"]
    assert json.loads(line.wire.took()[0][1]) == {"type": "retry", "after_ms": 0}
    assert line.registry.has_guests


async def test_whoever_went_is_forgotten_everywhere(line: Line) -> None:
    line.hears(HELLO)

    line.connection.connection_lost(None)

    assert line.hub.asked == ["enter ada", "gone ada"]
    assert (line.sockets, line.registry.has_guests) == (set(), False)


async def test_whoever_went_without_a_hello_is_nobody_to_the_hub(line: Line) -> None:
    line.connection.connection_lost(None)

    assert line.hub.asked == []


async def test_somebody_who_talks_without_end_is_told_to_back_off(line: Line) -> None:
    line.hears(HELLO, *[{"type": "position"}] * 100)

    assert line.wire.closed_with() == [4102]
