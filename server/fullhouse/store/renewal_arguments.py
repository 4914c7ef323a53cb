"""Packs the sessions of a renewal into one argument of the script `renew`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from fullhouse.domain.rooms import HoldingKind, Session

RENEWED_TOGETHER = 2000  # people: Lua passes fewer than 8,000 values to a command, two per person


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
