from __future__ import annotations

import asyncio
import logging

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.supervise import BackgroundTasks, every, running
from tests.waiting import PATIENCE_S, wait_until


class Counter:
    """A step that counts its runs and fails or returns as told."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.runs = 0
        self.error = error

    async def step(self) -> None:
        self.runs += 1
        if self.error:
            raise self.error


async def test_a_loop_repeats_its_step_while_the_block_is_open() -> None:
    counter = Counter()

    async with running({"count": every(0, counter.step)}):
        await wait_until(lambda: counter.runs >= 3)

    after = counter.runs
    await asyncio.sleep(0)  # noqa: TID251  # one turn, in which a loop left behind would run
    assert counter.runs == after


async def test_a_loop_that_misses_its_cancellation_ends_all_the_same() -> None:
    """Before Python 3.12 `asyncio.wait_for`, and the store's client with it, may swallow one."""
    missed = asyncio.Event()

    async def step() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            if missed.is_set():
                raise
            missed.set()

    async with asyncio.timeout(PATIENCE_S), running({"deaf": every(60, step)}):
        await asyncio.sleep(0)  # noqa: TID251  # one turn, in which the loop begins

    assert missed.is_set()


async def test_a_loop_that_the_store_keeps_from_its_work_says_so_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter, other = Counter(error=StoreUnavailable()), Counter(error=StoreUnavailable())

    async with running({"count": counter.step, "other": other.step}, restart_delay_s=0):
        await wait_until(lambda: min(counter.runs, other.runs) >= 5)

    assert caplog.messages.count("loop.put_off") == 2


async def test_background_tasks_that_the_store_keeps_from_their_work_say_so_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    background_tasks = BackgroundTasks()
    for _ in range(5):
        background_tasks.spawn(Counter(error=StoreUnavailable()).step())

    await background_tasks.finish(within_s=1)

    assert caplog.messages.count("task.put_off") == 1


async def test_a_loop_that_crashes_is_logged_and_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = Counter(error=ValueError("broken"))

    async with running({"count": counter.step}, restart_delay_s=0):
        await wait_until(lambda: counter.runs >= 2)

    line = next(line for line in caplog.records if line.message == "loop.crashed")
    assert vars(line)["loop"] == "count"
    assert line.exc_info is not None
    assert line.levelno == logging.ERROR


async def test_a_loop_that_returns_is_logged_and_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = Counter()

    async with running({"count": counter.step}, restart_delay_s=0):
        await wait_until(lambda: counter.runs >= 2)

    assert "loop.ended" in caplog.messages


async def test_a_crashing_loop_leaves_its_neighbours_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = Counter(error=ValueError("broken")), Counter()

    async with running(
        {"broken": broken.step, "sound": every(0, sound.step)}, restart_delay_s=3600
    ):
        await wait_until(lambda: sound.runs >= 3)

    assert broken.runs == 1


async def test_a_loop_comes_back_with_the_store_and_one_line_says_that_it_was_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = Counter(error=StoreUnavailable())

    async with running({"sweep": counter.step}, restart_delay_s=0):
        await wait_until(lambda: counter.runs > 1)

    line = next(line for line in caplog.records if line.message == "loop.put_off")
    assert (line.levelno, line.exc_info) == (logging.WARNING, None)


async def test_what_the_block_raises_comes_out_as_it_is() -> None:
    """A caller that catches it need not know that loops were running."""
    cancelled = asyncio.Event()

    async def loop() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def block() -> None:
        started = Counter()
        async with running({"loop": loop, "started": every(0, started.step)}):
            await wait_until(lambda: started.runs > 0)
            raise LookupError

    with pytest.raises(LookupError):
        await block()

    assert cancelled.is_set()


async def test_a_background_task_is_given_time_to_come_to_its_end() -> None:
    background_tasks, may_end, counter = BackgroundTasks(), asyncio.Event(), Counter()

    async def work() -> None:
        await may_end.wait()
        await counter.step()

    background_tasks.spawn(work())
    asyncio.get_running_loop().call_soon(may_end.set)
    await background_tasks.finish(within_s=10)

    assert counter.runs == 1


async def test_a_background_task_that_does_not_end_in_time_is_cancelled() -> None:
    background_tasks, cancelled = BackgroundTasks(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    background_tasks.spawn(work())
    await background_tasks.finish(within_s=0.01)

    assert cancelled.is_set()


async def test_a_background_task_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    background_tasks = BackgroundTasks()

    background_tasks.spawn(Counter(error=ValueError("broken")).step())
    await background_tasks.finish(within_s=10)

    line = next(line for line in caplog.records if line.message == "task.crashed")
    assert "step" in vars(line)["task"]
    assert line.exc_info is not None


async def test_a_background_task_that_the_store_cannot_do_now_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    background_tasks = BackgroundTasks()

    background_tasks.spawn(Counter(error=StoreUnavailable()).step())
    await background_tasks.finish(within_s=10)

    line = next(line for line in caplog.records if line.message == "task.put_off")
    assert (line.levelno, line.exc_info) == (logging.WARNING, None)


async def test_finishing_without_a_background_task_is_no_error() -> None:
    await BackgroundTasks().finish(within_s=0)


async def test_a_loop_that_takes_its_cancellation_for_a_failure_ends_all_the_same() -> None:
    """As a client library does that is cancelled while it connects."""
    counter = Counter()

    async def deaf() -> None:
        counter.runs += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if counter.runs > 1:
                raise

    async with asyncio.timeout(PATIENCE_S), running({"deaf": deaf}, restart_delay_s=0):
        await wait_until(lambda: counter.runs)

    assert counter.runs == 2
