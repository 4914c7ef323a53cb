"""What people without a connection ask of a room: polls and leaves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import Place, Role, Snapshot

BATCH = 256  # people a script call takes


class Standing(NamedTuple):
    """Where a person stands, and the room around them. `place` is None in a closed room."""

    now: Snapshot
    place: Place | None


@dataclass(slots=True, eq=False)
class PollRequest:
    """A poll, or a leave where there is no `poll`.

    The answer to a poll is None where there is no such room; the answer to a leave is always None.
    """

    participant: str
    poll: Poll | None
    answer: asyncio.Future[Standing | None]

    @property
    def kind(self) -> str:
        return "poll" if self.poll else "leave"

    @property
    def role(self) -> Role | None:
        return self.poll.role if self.poll else None

    @property
    def is_awaited(self) -> bool:
        """False once the client of the poll has gone."""
        return not self.answer.done()
