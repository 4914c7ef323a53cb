"""What people without a connection ask of a room, in order of arrival: looks and leaves."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import Place, Snapshot

BATCH = 256  # people a script call takes


class Standing(NamedTuple):
    """Where a person stands, and the room around them. `place` is None in a closed room."""

    now: Snapshot
    place: Place | None


@dataclass(slots=True, eq=False)
class Request:
    """A look, or a leave where there is no `poll`.

    The answer to a look is None where there is no such room, that to a leave always.
    """

    participant: str
    poll: Poll | None
    answer: asyncio.Future[Standing | None]

    @property
    def is_leave(self) -> bool:
        return self.poll is None

    @property
    def kind(self) -> str:
        """A batch answers with the last word on each person: nobody is in one in two roles."""
        return self.poll.role if self.poll else "leave"

    def settle(self, answer: Standing | None) -> None:
        if not self.answer.done():  # else whoever asked has gone
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Requests:
    """A queue that is served in batches of one kind.

    One person's requests keep their order. Those of others they may pass, where they are of
    another kind: a few leaves shall not cut many looks into small batches.
    """

    def __init__(self) -> None:
        self._queue: deque[Request] = deque()

    def put(self, request: Request) -> None:
        self._queue.append(request)

    def next_batch(self) -> Sequence[Request]:
        """The head and what may go with it, at most `BATCH`. Whoever has gone is left out."""
        batch: list[Request] = []
        passed: list[Request] = []
        names_passed: set[str] = set()
        for request in self._awaited():
            if request.participant not in names_passed and _may_join(batch, request):
                batch.append(request)
            else:
                passed.append(request)
                names_passed.add(request.participant)
            if len(batch) == BATCH:
                break
        self._queue.extendleft(reversed(passed))
        return batch

    def take_all(self, *, leaves: bool) -> Sequence[Request]:
        """Out of turn: all leaves, or all looks. The others keep their order."""
        taken: list[Request] = []
        kept: list[Request] = []
        for request in self._awaited():
            (taken if request.is_leave == leaves else kept).append(request)
        self._queue.extend(kept)
        return taken

    def abandon(self) -> None:
        """Nobody will answer what still waits."""
        for request in self._awaited():
            request.answer.cancel()

    def _awaited(self) -> Iterator[Request]:
        while self._queue:
            request = self._queue.popleft()
            if not request.answer.done():
                yield request


def _may_join(batch: Sequence[Request], request: Request) -> bool:
    return not batch or batch[0].kind == request.kind
