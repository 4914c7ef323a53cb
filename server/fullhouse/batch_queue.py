"""A queue for each room: requests that arrive during a call to the store share the next call.

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

AnswerT = TypeVar("AnswerT")

Serve: TypeAlias = Callable[[KeyT, Sequence[RequestT]], Awaitable[Iterable[RequestT]]]
"""Serves a batch of one kind. Returns follow-up requests, which are queued."""


def settle(answer: asyncio.Future[AnswerT], result: AnswerT) -> None:
    """Pass a result to the sender of a request, unless the sender waits no longer."""
    if not answer.done():
        answer.set_result(result)


def fail(answer: asyncio.Future[AnswerT], error: BaseException) -> None:
    """Pass an error to the sender of a request, unless the sender waits no longer."""
    if answer.done():
        return
    if isinstance(error, asyncio.CancelledError):  # a future does not take it as an exception
        answer.cancel()
    else:
        answer.set_exception(error)


class BatchHandler(Protocol[KeyT_contra, RequestT]):
    """Serves the requests of a queue."""

    def by_kind(self) -> Mapping[str, Serve[KeyT_contra, RequestT]]:
        """The function that serves batches, for each kind."""
        ...

    def gather_s(self, key: KeyT_contra, waiting: int, /) -> float:
        """How long to gather more requests before the next batch. `waiting` are queued."""
        ...

    def begin(self, key: KeyT_contra, /) -> None:
        """Called just before a batch is taken."""
        ...

    def fail(
        self, key: KeyT_contra, requests: Sequence[RequestT], error: BaseException, /
    ) -> None:
        """Fail requests that cannot be served.

        Raises:
            Exception: `error` is a bug and must appear in the log. The queue continues.
        """
        ...


class BatchQueue(Generic[KeyT, RequestT]):
    """Serves the requests of each room in batches. A room with requests has one task.

    Args:
        handler: Serves the batches.
        background_tasks: Runs the tasks.
        limit: The largest number of requests in a batch.
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
        """Queue a request. The handler passes the result to the sender."""
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
                except Exception as error:  # noqa: BLE001  # the handler decides what it means
                    follow_ups = self._fail(key, batch, backlog, error)
                backlog.extend(follow_ups)
                batch = ()  # served: a node that stops now fails only what waits
        except asyncio.CancelledError as error:  # the node stops
            self._handler.fail(key, [*batch, *backlog.take_all()], error)
            raise
        finally:
            if backlog:  # a bug ended this task, and a new one must serve the next batches
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
        """Fail a batch. If the store is unavailable, also fail all requests of its kind."""
        failed = [*batch]
        if isinstance(error, StoreUnavailable):
            # Otherwise each call would wait for its deadline: 40 s for ten thousand people.
            # Requests of other kinds are still tried, because a full store still accepts leaves.
            failed += backlog.take_kind(batch[0].kind)
        self._handler.fail(key, failed, error)
        return ()
