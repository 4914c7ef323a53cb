"""Sends all script calls of one turn of the event loop in a shared pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from fullhouse.store.masters import master_of

if TYPE_CHECKING:
    from redis.asyncio import Redis

AT_ONCE = 64  # calls per pipeline: between two pipelines the store can serve other clients


@dataclass(slots=True, eq=False)
class _Call:
    master: Redis
    digest: str
    key_count: int
    args: Sequence[str | int | bytes]
    answer: asyncio.Future[Any]
    pipeline: _Pipeline | None = None

    def settle(self, reply: object) -> None:
        if self.answer.done():
            return  # the caller was cancelled
        if isinstance(reply, Exception):
            self.answer.set_exception(reply)
        else:
            self.answer.set_result(reply)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """Calls that are sent together, and their task."""

    calls: Sequence[_Call]
    task: asyncio.Task[None]

    async def cancel_if_unwanted(self) -> None:
        """If all callers were cancelled, stop the task and wait until it frees its connection."""
        if all(call.answer.cancelled() for call in self.calls):
            self.task.cancel()
            await asyncio.wait([self.task])


class Calls:
    """Sends simultaneous calls of many rooms as one pipeline for each master of a cluster.

    A single call is sent directly.

    A call costs the client library more time than the store. In a pipeline it costs the library
    a third of that. Each call has its own answer or error. A pipeline has the deadline of a single
    call. After a connection failure the whole pipeline may be repeated: every script is safe to
    repeat.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._due: dict[Redis, list[_Call]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def evalsha(self, digest: str, key_count: int, args: Sequence[str | int | bytes]) -> Any:  # noqa: ANN401  # each script has its own answer
        """Run a script by its digest. Its first argument is a key.

        Raises:
            RedisError: of the store, or no master of a cluster has the key now.
        """
        loop = asyncio.get_running_loop()
        master = master_of(self._redis, str(args[0]))
        call = _Call(master, digest, key_count, args, loop.create_future())
        if not self._due:
            loop.call_soon(self._send)
        self._due.setdefault(master, []).append(call)
        try:
            return await call.answer
        except asyncio.CancelledError:
            if call.pipeline:
                await call.pipeline.cancel_if_unwanted()
            raise

    def _send(self) -> None:
        of_masters, self._due = self._due.values(), {}
        for calls in of_masters:
            due = [call for call in calls if not call.answer.done()]
            for first in range(0, len(due), AT_ONCE):
                self._start(due[first : first + AT_ONCE])

    def _start(self, calls: Sequence[_Call]) -> None:
        task = asyncio.get_running_loop().create_task(self._exchange(calls))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        pipeline = _Pipeline(calls, task)
        for call in calls:
            call.pipeline = pipeline

    async def _exchange(self, calls: Sequence[_Call]) -> None:
        try:
            replies = await self._replies(calls)
        except Exception as error:  # noqa: BLE001  # the error belongs to every caller
            replies = [error] * len(calls)
        for call, reply in zip(calls, replies, strict=True):
            call.settle(reply)

    async def _replies(self, calls: Sequence[_Call]) -> list[object]:
        master = calls[0].master
        if len(calls) == 1:
            return [await _called(master, calls[0])]
        async with master.pipeline(transaction=False) as pipeline:
            for call in calls:
                _called(pipeline, call)  # in a pipeline this only adds the call
            return cast("list[object]", await pipeline.execute(raise_on_error=False))


def _called(redis: Redis, call: _Call) -> Any:  # noqa: ANN401  # what the library gives
    return redis.evalsha(call.digest, call.key_count, *call.args)
