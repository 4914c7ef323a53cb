"""Replies of the scripts for the platform's calls, and the errors that they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fullhouse.domain.errors import (
    LimitReached,
    NotFound,
    ParallelEventsExceeded,
    RoomClosed,
)
from fullhouse.domain.rooms import Revision, RoomRef, RoomState, Snapshot

_DELETE_ONE = "Delete one (DELETE /v1/accounts/{account}/rooms/{room}), or open one of them again."


@dataclass(frozen=True, slots=True)
class RoomReply:
    """The room's state after a call of the platform, or the reason why there is none."""

    outcome: Literal[
        "ok",
        "no_room",
        "closed",
        "no_account",
        "too_many",
        "too_many_closed",
        "unknown_notice",
    ]
    epoch: int
    rev: int
    state: RoomState | None = None
    opened: bool = False
    erased: bool = False
    live: int = 0
    seats: int = 0
    in_doubt: bool = False
    forgotten_at: int | None = None


def check_room(ref: RoomRef, outcome: str) -> None:
    """Refuse the outcomes of a room that is not open.

    Raises:
        NotFound: there is no such room.
        RoomClosed: the room is closed.
    """
    if outcome == "no_room":
        raise NotFound("room", ref.room)
    if outcome == "closed":
        raise RoomClosed(ref.room)


def checked_snapshot(ref: RoomRef, reply: RoomReply) -> Snapshot:
    """The snapshot in the reply.

    Raises:
        NotFound: there is no such room, or no such account.
        RoomClosed: the room is closed.
        ParallelEventsExceeded: the account already runs as many live rooms as it may.
        LimitReached: the account keeps as many closed rooms as it may.
    """
    check_room(ref, reply.outcome)
    match reply.outcome:
        case "no_account":
            raise NotFound("account", ref.account)
        case "too_many":
            raise ParallelEventsExceeded(reply.live)
        case "too_many_closed":
            raise LimitReached("account_closed_rooms", _DELETE_ONE)
    revision = Revision(reply.epoch, reply.rev)
    return Snapshot(revision, reply.state, in_doubt=reply.in_doubt)  # type: ignore[arg-type]
