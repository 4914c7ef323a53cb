"""What is read without a parser is what a parser would read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import cast

import pytest
from websockets.frames import Frame, Opcode

from fullhouse.edge.ws.parking import is_at_rest, woken_parser
from fullhouse.edge.ws.plain_frames import is_plain_pong, plain_text

MASK = b"\0\1\2\3"


def masked(opcode: Opcode, data: bytes = b"", *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


WHOLE = masked(Opcode.TEXT, b'{"type":"claim"}')
LONG = masked(Opcode.TEXT, b" " * 200)  # with two bytes more of length


def numbered(value: object) -> str | None:
    """Frames are masked at random: by their bytes no two runs would name a test alike."""
    return "frame" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (masked(Opcode.PONG), True),
        (masked(Opcode.PONG, b"x"), False),
        (masked(Opcode.PING), False),
        (masked(Opcode.PONG) + WHOLE, False),
        (masked(Opcode.PONG)[:5], False),
        (b"", False),
    ],
    ids=numbered,
)
def test_only_one_empty_pong_needs_no_parser(data: bytes, *, plain: bool) -> None:
    assert is_plain_pong(data) is plain


def test_a_whole_message_needs_no_parser() -> None:
    assert plain_text(WHOLE) == b'{"type":"claim"}'
    assert plain_text(LONG) == b" " * 200


def read(data: bytes) -> list[tuple[Opcode, bytes, bool]]:
    """What a parser makes of the bytes, if it is at rest after them."""
    parser = woken_parser()
    parser.receive_data(data)
    frames = cast("list[Frame]", parser.events_received())
    return [(f.opcode, bytes(f.data), f.fin) for f in frames] if is_at_rest(parser) else []


ODD_FRAMES = [
    b"",
    b"\x81",
    Frame(Opcode.TEXT, b"not masked").serialize(mask=False),
    b"\xc1\x83" + MASK + b"abc",  # compressed
    b"\x81\xfe\0\3" + MASK + b"abc",  # lengths that are written too long
    b"\x81\xff" + (119).to_bytes(8, "big") + MASK + b"x" * 119,
    masked(Opcode.TEXT, b"\xff\xfe"),
    masked(Opcode.PING),
    masked(Opcode.PONG),
    masked(Opcode.CLOSE),
]


def packets() -> Iterator[bytes]:
    """Whatever a client could send at once, near to what nearly all send."""
    opcodes, sizes = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT), (0, 1, 125, 126, 127, 4096, 4097)
    frames = [
        masked(opcode, b"x" * size, fin=fin)
        for opcode, size, fin in product(opcodes, sizes, (True, False))
    ]
    for frame, behind, cut in product(
        [*frames, *ODD_FRAMES], [b"", masked(Opcode.PING), WHOLE], [None, -1, -4]
    ):
        yield (frame + behind)[:cut]


def test_what_needs_no_parser_is_what_a_parser_would_read() -> None:
    plain = [(data, text) for data in packets() if (text := plain_text(data)) is not None]
    assert len(plain) > 5  # else nothing was compared

    for data, text in plain:
        assert read(data) == [(Opcode.TEXT, text, True)], data
        text.decode()
