"""The parser of a parked connection: woken by bytes, let go when nothing is unfinished.

Between messages a person says nothing for minutes; a parser kept for each of ten thousand of
them is most of their memory.
"""

from __future__ import annotations

from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from fullhouse.edge.ws.messages import MAX_CLIENT_FRAME


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
