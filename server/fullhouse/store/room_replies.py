"""Replies of the scripts behind the platform's calls, and the errors that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fullhouse.domain.errors import NotFound, ParallelEventsExceeded, RoomClosed
from fullhouse.domain.rooms import Revision, RoomRef, RoomState, Snapshot


@dataclass(frozen=True, slots=True)
class RoomReply:
    """The room's state after a call of the platform, or why there is none."""

    outcome: Literal["ok", "no_room", "closed", "no_account", "too_many", "unknown_notice"]
    epoch: int
    rev: int
    state: RoomState | None = None
    opened: bool = False
    live: int = 0
    seats: int = 0
    in_doubt: bool = False
    forgotten_at: int | None = None


def checked_snapshot(ref: RoomRef, reply: RoomReply) -> Snapshot:
    """The room as the reply has it.

    Raises:
        NotFound: there is no such room, or no such account.
        RoomClosed: it is closed.
        ParallelEventsExceeded: as many rooms are live as the account may run.
    """
    match reply.outcome:
        case "no_room":
            raise NotFound("room", ref.room)
        case "no_account":
            raise NotFound("account", ref.account)
        case "closed":
            raise RoomClosed(ref.room)
        case "too_many":
            raise ParallelEventsExceeded(reply.live)
    revision = Revision(reply.epoch, reply.rev)
    return Snapshot(revision, reply.state, in_doubt=reply.in_doubt)  # type: ignore[arg-type]
