"""What a client may send when, and the step that follows: a state machine without sockets.

Text frames go in, steps come out. The connection carries the steps out. There is neither a
transport nor a clock here, so the rules are tested with plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.errors import CallerError, Forbidden, InvalidRequest
from fullhouse.domain.rooms import Visitor
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws import client_messages, messages
from fullhouse.edge.ws.audiences import SENDERS, word_of

_REASON_BYTES = 123  # of a close frame, besides its code. Source: RFC 6455, section 5.5


@dataclass(frozen=True, slots=True)
class Enter:
    """Run admission for the visitor: a hello or a claim."""

    visitor: Visitor


@dataclass(frozen=True, slots=True)
class LeaveRoom:
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class TellPosition:
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class NoteWatching:
    visitor: Visitor
    watches: bool


@dataclass(frozen=True, slots=True)
class DismissNotice:
    visitor: Visitor
    notice: str
    rest: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """Send `message` on this connection."""

    message: messages.Refused


@dataclass(frozen=True, slots=True)
class CloseWith:
    """Close with a code that tells the client whether to come back.

    Attributes:
        cause: The reason as one word for logs; empty if the code says enough.
    """

    code: int
    reason: str
    cause: str = field(default="", compare=False)


Step: TypeAlias = (
    Enter | LeaveRoom | TellPosition | NoteWatching | DismissNotice | Reply | CloseWith
)


class Conversation:
    """One connection's side of the protocol. The first message is `hello`.

    Args:
        verify: What a token says; raises `Unauthenticated` or `Forbidden`.

    Attributes:
        visitor: The person; None until a hello was accepted.
    """

    __slots__ = ("_verify", "visitor")

    def __init__(self, verify: Callable[[str], TokenClaims]) -> None:
        self._verify = verify
        self.visitor: Visitor | None = None

    def receive(self, frame: bytes) -> Step:
        """The step that follows one text frame."""
        try:
            message = client_messages.decode(frame)
        except InvalidRequest as error:
            return _close_with(CloseCode.BAD_MESSAGE, error)
        if isinstance(message, client_messages.Hello):
            return self._greet(message)
        if self.visitor is None:
            reason = "message: the first one is hello, with a token"
            return CloseWith(CloseCode.BAD_MESSAGE, reason, "no_hello")
        return _step(self.visitor, message)

    def _greet(self, hello: client_messages.Hello) -> Step:
        try:
            claims = self._verify(hello.token)
        except Forbidden as error:
            return _close_with(CloseCode.ROLE_NOT_ALLOWED, error)
        except CallerError as error:
            return _close_with(CloseCode.NOT_AUTHENTICATED, error)
        visitor = Visitor(
            claims.ref, claims.participant, claims.role, claims.may_buy, claims.name_in_line
        )
        if self.visitor and not _is_same_person(self.visitor, visitor):
            reason = "token: a second hello names the same person and room"
            return CloseWith(CloseCode.BAD_MESSAGE, reason, "another_person")
        self.visitor = visitor
        return Enter(visitor)


def _step(visitor: Visitor, message: client_messages.Request) -> Step:
    if visitor.role not in SENDERS[type(message)]:
        word = word_of(type(message))
        reason = f"{word} is not for the role {visitor.role}."
        return Reply(messages.Refused("not_allowed", reason))
    match message:
        case client_messages.Claim():
            return Enter(visitor)
        case client_messages.PositionRequest():
            return TellPosition(visitor)
        case client_messages.Watching(on=watches):
            return NoteWatching(visitor, watches)
        case client_messages.Leave():
            return LeaveRoom(visitor)
        case client_messages.Dismiss(notice=notice, rest=rest):
            return DismissNotice(visitor, notice, rest)


def _is_same_person(one: Visitor, other: Visitor) -> bool:
    return (one.ref, one.participant) == (other.ref, other.participant)


def _close_with(code: int, error: CallerError) -> CloseWith:
    text = str(error).encode()[:_REASON_BYTES]
    return CloseWith(code, text.decode(errors="ignore"), error.cause)
