"""What a poll takes and answers."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from fullhouse.domain.polls import POLL_AFTER_S
from fullhouse.edge.ws import messages

PollMessage: TypeAlias = (
    messages.Seated
    | messages.Waiting
    | messages.HostMessage
    | messages.SeatLost
    | messages.RoomClosed
    | messages.RoomMessage
    | messages.NoticeGiven
    | messages.Retry
    | messages.Refused
)


class PollBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`claim`: take the called seat, as a reloaded page does. Other polls only ask.

    `watching`: whether you watch the stream from now on, where `waiting` has named one.
    """

    claim: bool = False
    leave: bool = False
    watching: bool | None = None


class PollObject(Struct, frozen=True):
    """Poll again after `poll_after_s` seconds. A seat or ticket is kept three times as long."""

    messages: tuple[PollMessage, ...]
    poll_after_s: int = POLL_AFTER_S
