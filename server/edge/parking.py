"""The parser of a parked connection: woken by bytes, let go when nothing is unfinished.

Between messages a person says nothing for minutes; a parser kept for each of ten thousand of
them is most of their memory.
"""

from __future__ import annotations

from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from server.edge.wire import MAX_CLIENT_FRAME

try:
    from websockets.speedups import apply_mask
except ImportError:  # built without its C part
    from websockets.utils import apply_mask

_EMPTY_PONG = Frame(Opcode.PONG, b"").serialize(mask=True)[:2]
_MASK_BYTES = 4
_TEXT, _MASKED, _SHORT, _LONG = 0x81, 0x80, 125, 126


def woken_parser() -> ServerProtocol:
    """A parser for an open connection at the boundary of two frames."""
    return ServerProtocol(state=State.OPEN, max_size=MAX_CLIENT_FRAME)


def is_at_rest(parser: ServerProtocol) -> bool:
    """Whether a new parser could take its place: no frame, message or goodbye is under way."""
    is_between_messages = parser.current_size is None
    return parser.state is State.OPEN and is_between_messages and _is_between_frames(parser)


def _is_between_frames(parser: ServerProtocol) -> bool:
    """Whether the parser waits for a frame to begin.

    An empty buffer does not tell: what was read of a frame so far is held by the generators that
    read it. Between frames the innermost is `at_eof`. Were that renamed, parsers would be kept
    longer than they need be, and nothing would be lost.
    """
    reading: object = parser.parser
    while (inner := getattr(reading, "gi_yieldfrom", None)) is not None:
        reading = inner
    return getattr(reading, "__name__", "") == StreamReader.at_eof.__name__


def is_plain_pong(data: bytes) -> bool:
    """Whether `data` is one pong to our empty pings: nothing to parse, and all that most send.

    Source: RFC 6455, section 5.5.3: two bytes of header and a mask for no payload.
    """
    return len(data) == len(_EMPTY_PONG) + _MASK_BYTES and data.startswith(_EMPTY_PONG)


def plain_text(data: bytes) -> bytes | None:
    """The text of `data`, if that is one whole message in one frame, valid beyond doubt.

    Nearly all that a person says is that, and a parser takes ten times as long to say so.
    Source: RFC 6455, section 5.2.
    """
    start = _start_of_text(data)
    if start is None or len(data) - start > MAX_CLIENT_FRAME:
        return None
    text = apply_mask(data[start:], data[start - _MASK_BYTES : start])
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    return text


def _start_of_text(data: bytes) -> int | None:
    """Where the payload begins of a masked, final text frame that ends where `data` does."""
    if len(data) < 2 + _MASK_BYTES or data[0] != _TEXT or data[1] < _MASKED:
        return None
    size, start = data[1] - _MASKED, 2
    if size == _LONG:
        size, start = int.from_bytes(data[2:4]), 4
        if size <= _SHORT:
            return None
    elif size > _LONG:
        return None
    start += _MASK_BYTES
    return start if len(data) == start + size else None
