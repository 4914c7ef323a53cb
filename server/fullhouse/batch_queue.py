"""One queue for each room: requests that arrive during a call of the store share the next call.

A slow store makes larger batches, not longer queues.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, Protocol, TypeAlias, TypeVar

from fullhouse.domain.batching import Backlog, Batchable
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.supervise import BackgroundTasks

KeyT = TypeVar("KeyT", bound=Hashable)
KeyT_contra = TypeVar("KeyT_contra", bound=Hashable, contravariant=True)
RequestT = TypeVar("RequestT", bound=Batchable)

Serve: TypeAlias = Callable[[KeyT, Sequence[RequestT]], Awaitable[Iterable[RequestT]]]
"""Serves a batch of one kind. Returns the requests that follow from it, to be queued."""


class BatchHandler(Protocol[KeyT_contra, RequestT]):
    """What is done with the requests of a queue."""

    def by_kind(self) -> Mapping[str, Serve[KeyT_contra, RequestT]]:
        """How batches of each kind are served."""
        ...

    def gather_s(self, key: KeyT_contra, waiting: int, /) -> float:
        """For how long to gather more requests before the next batch; `waiting` are queued."""
        ...

    def begin(self, key: KeyT_contra, /) -> None:
        """A batch is going to be served now."""
        ...

    def fail(
        self, key: KeyT_contra, requests: Sequence[RequestT], error: BaseException, /
    ) -> None:
        """These requests cannot be served.

        Raises:
            Exception: `error` is a bug that the log has to show; the queue goes on.
        """
        ...


class BatchQueue(Generic[KeyT, RequestT]):
    """Serves the requests of each room in batches, by one task while the room has any.

    Args:
        handler: Serves the batches.
        background_tasks: Runs the tasks.
        limit: How many requests a batch holds at most.
        keeps_order: See `Backlog`.
    """

    def __init__(
        self,
        handler: BatchHandler[KeyT, RequestT],
        background_tasks: BackgroundTasks,
        *,
        limit: int,
        keeps_order: bool,
    ) -> None:
        self._handler = handler
        self._serve_kind = handler.by_kind()
        self._background_tasks = background_tasks
        self._limit = limit
        self._keeps_order = keeps_order
        self._backlogs: dict[KeyT, Backlog[RequestT]] = {}

    def submit(self, key: KeyT, request: RequestT) -> None:
        """Queue a request. The handler tells the result to its sender."""
        backlog = self._backlogs.get(key)
        if backlog is None:
            backlog = Backlog(limit=self._limit, keeps_order=self._keeps_order)
            self._backlogs[key] = backlog
            self._background_tasks.spawn(self._serve(key, backlog))
        backlog.put(request)

    def is_busy(self, key: KeyT) -> bool:
        return key in self._backlogs

    async def _serve(self, key: KeyT, backlog: Backlog[RequestT]) -> None:
        """Serve one batch after another until none is left."""
        batch: Sequence[RequestT] = ()
        try:
            while backlog:
                await self._gather(key, backlog)
                batch = backlog.next_batch()
                try:
                    follow_ups = await self._serve_kind[batch[0].kind](key, batch)
                except Exception as error:  # noqa: BLE001  # the handler tells whose error it is
                    follow_ups = self._fail(key, batch, backlog, error)
                backlog.extend(follow_ups)
        except asyncio.CancelledError as error:  # the node stops
            self._handler.fail(key, [*batch, *backlog.take_all()], error)
            raise
        finally:
            if backlog:  # a bug ended this task; the next batches are served all the same
                self._background_tasks.spawn(self._serve(key, backlog))
            else:
                del self._backlogs[key]

    async def _gather(self, key: KeyT, backlog: Backlog[RequestT]) -> None:
        wait_s = self._handler.gather_s(key, len(backlog))
        if wait_s > 0:
            await asyncio.sleep(wait_s)  # noqa: TID251  # a few milliseconds
        self._handler.begin(key)

    def _fail(
        self,
        key: KeyT,
        batch: Sequence[RequestT],
        backlog: Backlog[RequestT],
        error: Exception,
    ) -> Iterable[RequestT]:
        """Fail a batch, and requests of its kind with it where the store is away."""
        failed = [*batch]
        if isinstance(error, StoreUnavailable):
            # Each call would wait for its deadline: ten thousand people for 40 s. Requests of
            # other kinds have their turn: a store that is full still takes leaves.
            failed += backlog.take_kind(batch[0].kind)
        self._handler.fail(key, failed, error)
        return ()
