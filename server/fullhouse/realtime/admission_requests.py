"""What people ask of a room, in order of arrival: hellos and claims, leaves, partings."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fullhouse.domain.rooms import Role
from fullhouse.realtime.place_updates import BATCH
from fullhouse.realtime.ports import Client

RETRY_MS = 1000
RETRY_JITTER_MS = 1000  # so that those who were told to come again do not come at once


@dataclass(frozen=True, slots=True, eq=False)
class HelloRequest:
    """A hello or claim. `client` is None where the node asks for somebody who is here."""

    participant: str
    role: Role
    client: Client | None


@dataclass(frozen=True, slots=True, eq=False)
class LeaveRequest:
    """A leave. Its generation is looked up when its turn comes: the hello may be before it."""

    participant: str
    client: Client


@dataclass(frozen=True, slots=True, eq=False)
class DropRequest:
    """The last connection of somebody went, or will go when the node is drained."""

    participant: str
    generation: int
    after_ms: int = 0


Request: TypeAlias = HelloRequest | LeaveRequest | DropRequest


class Requests:
    """A queue that is served in batches of one kind, in which nobody comes in two roles.

    So one person's hello and leave keep their order, and so do their hellos in several roles:
    the store answers a batch at once, with what its last word has left of their places.
    """

    def __init__(self) -> None:
        self._queue: deque[Request] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def clear(self) -> None:
        self._queue.clear()

    def put(self, request: Request) -> None:
        self._queue.append(request)

    def next_batch(self) -> Sequence[Request]:
        """The longest run at the head that may be served together, at most `BATCH` of them."""
        batch: list[Request] = []
        roles: dict[str, Role] = {}
        while self._queue and len(batch) < BATCH and _may_join(self._queue[0], batch, roles):
            batch.append(self._queue.popleft())
        return batch

    def take_all(self, kind: type[Request]) -> Sequence[Request]:
        """Out of turn: all of one kind. The others keep their order."""
        taken = [request for request in self._queue if isinstance(request, kind)]
        self._queue = deque(request for request in self._queue if not isinstance(request, kind))
        return taken


def _may_join(request: Request, batch: Sequence[Request], roles: dict[str, Role]) -> bool:
    """Whether `request` is of the kind of `batch`, and in the role in which the person is there.

    Args:
        request: The next one.
        batch: Those before it; any may begin one.
        roles: In which role each person of `batch` comes. That of `request` is noted.
    """
    if batch and type(request) is not type(batch[0]):
        return False
    if not isinstance(request, HelloRequest):
        return True
    return roles.setdefault(request.participant, request.role) is request.role


def retry_ms() -> int:
    """When to come again, a little different for each."""
    return RETRY_MS + random.randrange(RETRY_JITTER_MS)  # noqa: S311  # spread, not secrecy
