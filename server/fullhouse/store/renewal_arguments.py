"""The sessions of a renewal as one argument of the script `renew`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from fullhouse.domain.rooms import PRESENTING, SEATED, Session

RENEWED_TOGETHER = 2000  # people: Lua hands less than 8,000 values to a command, each makes two

_KINDS = {SEATED: "seats", PRESENTING: "presenters"}


def packed_sessions(sessions: Sequence[Session]) -> bytes:
    """Runs of neighbours with one kind of place, as msgpack.

    One argument for all: three arguments for each of a thousand people would take longer to send
    than the renewal takes.
    """
    runs = [list(run) for _, run in groupby(sessions, _kind_of_place)]
    return msgspec.msgpack.encode(
        [
            _run_of(run[first : first + RENEWED_TOGETHER])
            for run in runs
            for first in range(0, len(run), RENEWED_TOGETHER)
        ]
    )


def _run_of(sessions: Sequence[Session]) -> dict[str, str | list[str]]:
    """Neighbours with one kind of place."""
    return {
        "kind": _kind_of_place(sessions[0]),
        "participants": [session.participant for session in sessions],
        "generations": " ".join([str(session.generation) for session in sessions]),
        "tickets": " ".join([str(session.ticket) for session in sessions]),
    }


def _kind_of_place(session: Session) -> str:
    return _KINDS.get(session.ticket, "line")
