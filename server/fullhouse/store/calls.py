"""Calls of scripts that are made in one turn of the event loop share a pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from redis.asyncio import Redis

AT_ONCE = 64  # calls a pipeline: the store serves somebody else in between


@dataclass(slots=True, eq=False)
class _Call:
    digest: str
    key_count: int
    args: Sequence[str | int | bytes]
    answer: asyncio.Future[Any]
    pipeline: _Pipeline | None = None

    def settle(self, reply: object) -> None:
        if self.answer.done():
            return  # the caller has gone
        if isinstance(reply, Exception):
            self.answer.set_exception(reply)
        else:
            self.answer.set_result(reply)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """Calls that are sent together, and the task that sends them."""

    calls: Sequence[_Call]
    task: asyncio.Task[None]

    async def cancel_if_unwanted(self) -> None:
        """If all callers have gone: stop the task, and wait until its connection is released."""
        if all(call.answer.cancelled() for call in self.calls):
            self.task.cancel()
            await asyncio.wait([self.task])


class Calls:
    """Sends what many rooms ask at the same time as one pipeline; one call alone goes by itself.

    A call costs the client library more than it costs the store, in a pipeline a third of that.
    Each has its own answer or error, and the deadline of any other call. A pipeline whose
    connection fails may be repeated as a whole: every script is safe to repeat.
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
                _called(pipeline, call)  # only adds the call; outside a pipeline it is awaitable
            return cast("list[object]", await pipeline.execute(raise_on_error=False))


def _called(redis: Redis, call: _Call) -> Any:  # noqa: ANN401  # what the library gives
    return redis.evalsha(call.digest, call.key_count, *call.args)
