"""A parser may be let go only where a new one would read on just the same."""

from __future__ import annotations

import pytest
from websockets.frames import Frame, Opcode

from fullhouse.edge.ws.parking import is_at_rest, woken_parser


def masked(opcode: Opcode, data: bytes = b"", *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


WHOLE = masked(Opcode.TEXT, b'{"type":"claim"}')


LONG = masked(Opcode.TEXT, b" " * 200)  # with two bytes more of length


def numbered(value: object) -> str | None:
    """Frames are masked at random: by their bytes no two runs would name a test alike."""
    return "frame" if isinstance(value, bytes) else None


@pytest.mark.parametrize("frame", [WHOLE, LONG], ids=numbered)
def test_a_parser_rests_nowhere_within_a_frame(frame: bytes) -> None:
    """Also where its buffer is empty, because it has taken in what came so far."""
    parser = woken_parser()
    rests = []
    for byte in frame:
        parser.receive_data(bytes([byte]))
        rests.append(is_at_rest(parser))

    assert rests == [False] * (len(frame) - 1) + [True]


@pytest.mark.parametrize(
    ("received", "at_rest"),
    [
        (b"", True),
        (WHOLE, True),
        (WHOLE + WHOLE, True),
        (masked(Opcode.PING), True),
        (WHOLE[:1], False),
        (WHOLE[:-1], False),
        (WHOLE + WHOLE[:3], False),
        (masked(Opcode.TEXT, b"{", fin=False), False),
        (masked(Opcode.TEXT, b"{", fin=False) + masked(Opcode.PING), False),
        (masked(Opcode.CLOSE), False),
    ],
    ids=numbered,
)
def test_a_parser_rests_only_between_whole_messages(received: bytes, *, at_rest: bool) -> None:
    parser = woken_parser()

    parser.receive_data(received)

    assert is_at_rest(parser) is at_rest
