"""The parser of a parked connection: woken by bytes, let go when nothing is unfinished.

Between messages a person says nothing for minutes; a parser kept for each of ten thousand of
them is most of their memory.
"""

from __future__ import annotations

from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from server.edge.wire import MAX_CLIENT_FRAME

_EMPTY_PONG = Frame(Opcode.PONG, b"").serialize(mask=True)[:2]
_MASK_BYTES = 4


def woken_parser() -> ServerProtocol:
    """A parser for an open connection at the boundary of two frames."""
    return ServerProtocol(state=State.OPEN, max_size=MAX_CLIENT_FRAME)


def is_at_rest(parser: ServerProtocol) -> bool:
    """Whether a new parser could take its place: no frame, message or goodbye is under way."""
    half_read = parser.reader.buffer or parser.current_size is not None
    return parser.state is State.OPEN and not half_read


def is_plain_pong(data: bytes) -> bool:
    """Whether `data` is one pong to our empty pings: nothing to parse, and all that most send.

    Source: RFC 6455, section 5.5.3: two bytes of header and a mask for no payload.
    """
    return len(data) == len(_EMPTY_PONG) + _MASK_BYTES and data.startswith(_EMPTY_PONG)
