"""Decides which waiting requests share one call to the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from fullhouse.domain.rooms import Role


class Batchable(Protocol):
    """A request that can share a call with others of its kind."""

    @property
    def participant(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def role(self) -> Role | None:
        """The role of a hello or poll. None: the role does not matter."""
        ...


RequestT = TypeVar("RequestT", bound=Batchable)


class Backlog(Generic[RequestT]):
    """The requests of one room in order of arrival, taken in batches of one kind.

    The requests of one person keep their order. A batch holds each person in one role only: a
    script answers with the last place of each person.

    Args:
        limit: How many requests a batch holds at most.
        keeps_order: Whether the requests of different people keep their order too. If not,
            requests of another kind are skipped and wait for a later batch.
    """

    def __init__(self, *, limit: int, keeps_order: bool) -> None:
        self._limit = limit
        self._keeps_order = keeps_order
        self._queue: deque[RequestT] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, request: RequestT) -> None:
        self._queue.append(request)

    def extend(self, requests: Iterable[RequestT]) -> None:
        self._queue.extend(requests)

    def next_batch(self) -> Sequence[RequestT]:
        """The oldest request, and those after it that may share its call."""
        batch: list[RequestT] = []
        passed: list[RequestT] = []
        roles: dict[str, Role | None] = {}
        names_passed: set[str] = set()
        while self._queue and len(batch) < self._limit:
            request = self._queue.popleft()
            if request.participant not in names_passed and _may_join(request, batch, roles):
                batch.append(request)
                continue
            passed.append(request)
            names_passed.add(request.participant)
            if self._keeps_order:
                break
        self._queue.extendleft(reversed(passed))
        return batch

    def take_kind(self, kind: str) -> Sequence[RequestT]:
        """Take all requests of one kind. The others keep their order."""
        taken = [request for request in self._queue if request.kind == kind]
        self._queue = deque(request for request in self._queue if request.kind != kind)
        return taken

    def take_all(self) -> Sequence[RequestT]:
        taken, self._queue = list(self._queue), deque()
        return taken


def _may_join(request: RequestT, batch: Sequence[RequestT], roles: dict[str, Role | None]) -> bool:
    """Whether `request` has the kind of `batch`, and its person has no other role in `batch`.

    Args:
        request: The next request.
        batch: The requests before it. Any request may begin a batch.
        roles: The role of each person of `batch`. The role of `request` is added.
    """
    if batch and request.kind != batch[0].kind:
        return False
    return roles.setdefault(request.participant, request.role) == request.role
