"""What people ask of a room, in order of arrival: hellos and claims, leaves, partings."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from server.domain.rooms import Role
from server.realtime.member import Client
from server.realtime.places import BATCH

RETRY_MS = 1000
RETRY_JITTER_MS = 1000  # so that those who were told to come again do not come at once


@dataclass(frozen=True, slots=True, eq=False)
class Entrance:
    """A hello or claim. `client` is None where the node asks for somebody who is here."""

    participant: str
    role: Role
    client: Client | None


@dataclass(frozen=True, slots=True, eq=False)
class Departure:
    """A leave. Its generation is looked up when its turn comes: the hello may be before it."""

    participant: str
    client: Client


@dataclass(frozen=True, slots=True, eq=False)
class Parting:
    """The last connection of somebody went, or will go when the node is drained."""

    participant: str
    generation: int
    after_ms: int = 0


Request: TypeAlias = Entrance | Departure | Parting


class Requests:
    """A queue that is served in batches of one kind.

    A change of kind ends a batch, so one person's hello and leave keep their order.
    """

    def __init__(self) -> None:
        self._queue: deque[Request] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, request: Request) -> None:
        self._queue.append(request)

    def next_batch(self) -> Sequence[Request]:
        """The longest run of one kind at the head, at most `BATCH` of them."""
        batch = [self._queue.popleft()]
        while self._queue and len(batch) < BATCH and type(self._queue[0]) is type(batch[0]):
            batch.append(self._queue.popleft())
        return batch


def retry_ms() -> int:
    """When to come again, a little different for each."""
    return RETRY_MS + random.randrange(RETRY_JITTER_MS)  # noqa: S311  # spread, not secrecy
