"""One call at a time for each key; what arrives meanwhile shares the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from fullhouse.batch_queue import BatchQueue, Serve
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.supervise import BackgroundTasks
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class Ask:
    participant: str
    kind: str = "look"
    follow_up: Ask | None = None
    role: None = None


@dataclass
class Handler:
    """Notes each call. A call ends when it is let, or with the error that is set."""

    calls: list[tuple[str, list[str]]] = field(default_factory=list)
    failed: list[tuple[list[str], type[BaseException]]] = field(default_factory=list)
    error: Exception | None = None
    pause_s: float = 0.0
    pauses: int = 0
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    def by_kind(self) -> Mapping[str, Serve[str, Ask]]:
        return {"look": self.serve, "leave": self.serve}

    def gather_s(self, key: str, waiting: int) -> float:
        self.pauses += 1
        return self.pause_s

    def begin(self, key: str) -> None: ...

    async def serve(self, key: str, batch: Sequence[Ask]) -> Sequence[Ask]:
        self.calls.append((key, [ask.participant for ask in batch]))
        await self.may_end.wait()
        if self.error:
            raise self.error
        return [ask.follow_up for ask in batch if ask.follow_up]

    def fail(self, key: str, requests: Sequence[Ask], error: BaseException) -> None:
        self.failed.append(([ask.participant for ask in requests], type(error)))


class Queue:
    """A queue at work."""

    def __init__(self) -> None:
        self.handler = Handler()
        self.background_tasks = BackgroundTasks()
        self.queue: BatchQueue[str, Ask] = BatchQueue(
            self.handler, self.background_tasks, limit=10, keeps_order=True
        )

    async def begins(self, *asks: Ask, key: str = "hall") -> None:
        """Submit all while the call for somebody who came first is under way."""
        self.queue.submit(key, Ask("first"))
        await wait_until(lambda: (key, ["first"]) in self.handler.calls)
        for ask in asks:
            self.queue.submit(key, ask)

    async def ends(self) -> None:
        self.handler.may_end.set()
        await self.background_tasks.finish(5)


@pytest.fixture
async def work() -> AsyncIterator[Queue]:
    work = Queue()
    yield work
    await work.ends()


async def test_requests_that_arrive_during_a_call_share_the_next(work: Queue) -> None:
    await work.begins(Ask("ada"), Ask("bob"))
    await work.ends()

    assert work.handler.calls == [("hall", ["first"]), ("hall", ["ada", "bob"])]
    assert not work.queue.is_busy("hall")


async def test_two_rooms_do_not_wait_for_each_other(work: Queue) -> None:
    await work.begins()
    await work.begins(key="annex")

    assert work.queue.is_busy("hall")
    assert work.queue.is_busy("annex")


async def test_what_follows_from_a_batch_is_served_next(work: Queue) -> None:
    await work.begins(Ask("ada", follow_up=Ask("ada again")), Ask("bob"))
    await work.ends()

    assert [names for _, names in work.handler.calls] == [["first"], ["ada", "bob"], ["ada again"]]


async def test_without_the_store_all_of_the_kind_fail_at_once(work: Queue) -> None:
    work.handler.error = StoreUnavailable()
    await work.begins(Ask("ada"), Ask("eve", "leave"), Ask("bob"))
    await work.ends()

    assert [names for _, names in work.handler.calls] == [["first"], ["eve"]]
    assert work.handler.failed == [
        (["first", "ada", "bob"], StoreUnavailable),
        (["eve"], StoreUnavailable),
    ]


async def test_a_bug_fails_its_batch_alone(work: Queue) -> None:
    work.handler.error = RuntimeError("a bug")
    await work.begins(Ask("ada"))
    await work.ends()

    assert work.handler.failed == [(["first"], RuntimeError), (["ada"], RuntimeError)]


async def test_a_node_that_stops_fails_what_is_queued(work: Queue) -> None:
    await work.begins(Ask("ada"), Ask("eve", "leave"))

    await work.background_tasks.finish(0)

    assert work.handler.failed == [(["first", "ada", "eve"], asyncio.CancelledError)]
    assert not work.queue.is_busy("hall")


async def test_when_the_node_stops_a_batch_that_was_served_does_not_fail(work: Queue) -> None:
    await work.begins(Ask("ada"))
    work.handler.pause_s = 60
    work.handler.may_end.set()
    await wait_until(lambda: work.handler.pauses > 1)

    await work.background_tasks.finish(0)

    assert work.handler.failed == [(["ada"], asyncio.CancelledError)]
