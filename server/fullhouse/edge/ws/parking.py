"""When a connection needs a parser: from the first bytes of a frame until the message is complete.

A client sends nothing for minutes between messages. A parser for each of ten thousand idle
connections would take most of their memory.
"""

from __future__ import annotations

from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from fullhouse.edge.ws.client_messages import MAX_CLIENT_FRAME


def woken_parser() -> ServerProtocol:
    """A parser for an open connection at the boundary of two frames."""
    return ServerProtocol(state=State.OPEN, max_size=MAX_CLIENT_FRAME)


def is_at_rest(parser: ServerProtocol) -> bool:
    """Whether a new parser could take its place: no frame, message or close is incomplete."""
    is_between_messages = parser.current_size is None
    return parser.state is State.OPEN and is_between_messages and _is_between_frames(parser)


def _is_between_frames(parser: ServerProtocol) -> bool:
    """Whether the parser waits for a frame to begin.

    An empty buffer is no proof: the generators of the parser hold the part of a frame that they
    have read. Between frames the innermost generator is `at_eof`. If `websockets` renames it,
    parsers are kept longer than necessary, and nothing else changes.
    """
    reading: object = parser.parser
    while (inner := getattr(reading, "gi_yieldfrom", None)) is not None:
        reading = inner
    return getattr(reading, "__name__", "") == StreamReader.at_eof.__name__
