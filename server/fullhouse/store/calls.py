"""Sends all script calls of one turn of the event loop in a shared pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from redis.asyncio import Redis

AT_ONCE = 64  # calls per pipeline: between two pipelines the store can serve other clients


@dataclass(slots=True, eq=False)
class _Call:
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
    """Sends simultaneous calls of many rooms as one pipeline. A single call is sent directly.

    A call costs the client library more time than the store. In a pipeline it costs the library
    a third of that. Each call has its own answer or error. A pipeline has the deadline of a single
    call. After a connection failure the whole pipeline may be repeated: every script is safe to
    repeat.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._due: list[_Call] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def evalsha(self, digest: str, key_count: int, args: Sequence[str | int | bytes]) -> Any:  # noqa: ANN401  # each script has its own answer
        """Run a script by its digest."""
        loop = asyncio.get_running_loop()
        call = _Call(digest, key_count, args, loop.create_future())
        if not self._due:
            loop.call_soon(self._send)
        self._due.append(call)
        try:
            return await call.answer
        except asyncio.CancelledError:
            if call.pipeline:
                await call.pipeline.cancel_if_unwanted()
            raise

    def _send(self) -> None:
        due = [call for call in self._due if not call.answer.done()]
        self._due = []
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
        if len(calls) == 1:
            return [await _called(self._redis, calls[0])]
        async with self._redis.pipeline(transaction=False) as pipeline:
            for call in calls:
                _called(pipeline, call)  # in a pipeline this only adds the call
            return cast("list[object]", await pipeline.execute(raise_on_error=False))


def _called(redis: Redis, call: _Call) -> Any:  # noqa: ANN401  # what the library gives
    return redis.evalsha(call.digest, call.key_count, *call.args)
