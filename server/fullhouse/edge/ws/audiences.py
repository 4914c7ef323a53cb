"""Which role may send which message, and which role gets which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from fullhouse.domain.rooms import Role
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.client_messages import (
    Claim,
    ClientMessage,
    Dismiss,
    Hello,
    Leave,
    PositionRequest,
    Watching,
)

_ALL = frozenset(Role)
_ATTENDEES = frozenset({Role.ATTENDEE})
_WATCHERS = _ALL - _ATTENDEES

SENDERS: Mapping[type[ClientMessage], frozenset[Role]] = {
    Hello: _ALL,
    Claim: _ATTENDEES,
    PositionRequest: _ATTENDEES,
    Watching: _ATTENDEES,
    Leave: _ALL - {Role.HOST},
    Dismiss: _WATCHERS,
}
"""The roles that may send a message. Other roles are refused with `not_allowed`."""

RECEIVERS: Mapping[type[messages.ServerMessage], frozenset[Role]] = {
    **dict.fromkeys(get_args(messages.ToAttendees), _ATTENDEES),
    **dict.fromkeys(get_args(messages.ToWatchers), _WATCHERS),
    **dict.fromkeys(get_args(messages.ToAll), _ALL),
}
"""The roles that get a message. Attendees learn only their own place."""


def word_of(message: type[ClientMessage | messages.ServerMessage]) -> str:
    """The `type` of such messages."""
    return str(message.__struct_config__.tag)
