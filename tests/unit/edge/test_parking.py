"""A parser may be let go only where a new one would read on just the same."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from server.edge.parking import is_at_rest, is_plain_pong, plain_text, woken_parser


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


sizes = st.one_of(st.integers(0, 130), st.sampled_from([4_096, 4_097]))
pieces = st.one_of(
    st.binary(max_size=20),
    st.builds(
        lambda opcode, size, fin: masked(opcode, b"x" * size, fin=fin),
        st.sampled_from([Opcode.TEXT, Opcode.TEXT, Opcode.BINARY, Opcode.CONT]),
        sizes,
        fin=st.booleans(),
    ),
    st.binary(max_size=8).map(lambda text: masked(Opcode.TEXT, text)),  # also no UTF-8
    st.sampled_from([masked(Opcode.PING), masked(Opcode.PONG), masked(Opcode.CLOSE)]),
    st.just(Frame(Opcode.TEXT, b"not masked").serialize(mask=False)),
    st.just(b"\x81\xfe\x00\x03\x00\x00\x00\x00abc"),  # a length that is written too long
    st.just(b"\xc1\x83\x00\x00\x00\x00abc"),  # compressed
)


@given(st.lists(pieces, max_size=2).map(b"".join), st.one_of(st.none(), st.integers(-4, -1)))
def test_what_needs_no_parser_is_what_a_parser_would_read(data: bytes, cut: int | None) -> None:
    data = data[:cut]
    text = plain_text(data)

    if text is not None:
        assert read(data) == [(Opcode.TEXT, text, True)]
        text.decode()
