"""Packs the sessions of a renewal into one argument of the script `renew`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from fullhouse.domain.rooms import HoldingKind, RoomRef, Session

ROOMS_KEPT = 50_000
MOST_KEPT = 100  # people a room: their sessions are kept too, to be compared
RENEWED_TOGETHER = 2000  # people: Lua passes fewer than 8,000 values to a command, two per person


class SessionPacker:
    """Packs the sessions of rooms, and keeps them until they change.

    Most renewals of a room name the people of the one before. To compare thirty sessions takes a
    twentieth of the time that it takes to pack them.
    """

    def __init__(self) -> None:
        self._last: dict[RoomRef, tuple[Sequence[Session], bytes]] = {}

    def packed(self, ref: RoomRef, sessions: Sequence[Session]) -> bytes:
        """What `packed_sessions` returns for these sessions of a room."""
        last = self._last.get(ref)
        if last and last[0] == sessions:
            return last[1]
        packed = packed_sessions(sessions)
        if len(self._last) >= ROOMS_KEPT:
            self._last.clear()  # most are of rooms that are not here any more
        if len(sessions) <= MOST_KEPT:
            self._last[ref] = sessions, packed
        return packed


def packed_sessions(sessions: Sequence[Session]) -> bytes:
    """Runs of adjacent sessions with the same kind of place, as MessagePack.

    All sessions share one argument. Three arguments for each of a thousand people would take
    longer to send than the renewal itself.
    """
    runs = [list(run) for _, run in groupby(sessions, _kind_of)]
    return msgspec.msgpack.encode(
        [
            _run_of(run[first : first + RENEWED_TOGETHER])
            for run in runs
            for first in range(0, len(run), RENEWED_TOGETHER)
        ]
    )


def _run_of(sessions: Sequence[Session]) -> dict[str, str | list[str]]:
    """One run of adjacent sessions with the same kind of place."""
    kind = _kind_of(sessions[0])
    tickets = [str(session.holding.ticket) for session in sessions] if kind == "waiting" else []
    return {
        "kind": kind,
        "participants": [session.participant for session in sessions],
        "generations": " ".join([str(session.generation) for session in sessions]),
        "tickets": " ".join(tickets),
    }


def _kind_of(session: Session) -> HoldingKind:
    return session.holding.kind
