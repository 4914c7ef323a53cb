"""The messages of `fullhouse.v1` that an attendee sends and receives."""

from __future__ import annotations

import msgspec

SUBPROTOCOL = "fullhouse.v1"
CLAIM = '{"type":"claim"}'
LEAVE = '{"type":"leave"}'


class Heard(msgspec.Struct, frozen=True):
    """Any message of the server, with the fields that matter to an attendee.

    Unknown types and fields are accepted, as the protocol requires of clients.
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
        UnreadableFrame: The frame is not JSON, has no type, or has a field of a wrong type.
    """
    try:
        return _heard.decode(frame)
    except msgspec.MsgspecError as error:
        raise UnreadableFrame(str(error)) from error
