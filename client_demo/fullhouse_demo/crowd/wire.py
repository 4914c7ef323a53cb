"""The frames of `fullhouse.v1` as an attendee writes and reads them."""

from __future__ import annotations

import msgspec

SUBPROTOCOL = "fullhouse.v1"
CLAIM = '{"type":"claim"}'
LEAVE = '{"type":"leave"}'


class Heard(msgspec.Struct, frozen=True):
    """Any message of the server, with the fields that matter to an attendee.

    Unknown types and fields are let through, as the protocol asks of a client.
    """

    type: str
    epoch: int = 0
    rev: int = 0
    ticket: int | None = None
    called: bool = False
    called_from: int = 0
    called_to: int = 0
    window_ms: float = 0
    reason: str | None = None
    after_ms: float = 0
    next_s: float = 0
    code: str | None = None


class UnreadableFrame(ValueError):
    """The server sent something that is not a message."""


_hello = msgspec.json.Encoder()
_heard = msgspec.json.Decoder(Heard)


def hello(token: str) -> str:
    return _hello.encode({"type": "hello", "token": token}).decode()


def read(frame: str | bytes) -> Heard:
    """The message in `frame`.

    Raises:
        UnreadableFrame: Not JSON, without a type, or with a field of another type than told.
    """
    try:
        return _heard.decode(frame)
    except msgspec.MsgspecError as error:
        raise UnreadableFrame(str(error)) from error
