"""A call to the store is cancelled at every moment of its life: no mixed-up answer, no leak."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role
from fullhouse.store.connect import open_store
from tests.faults.proxy import store_proxy
from tests.room_fixture import RoomFixture
from tests.servers import short_directory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock

pytestmark = pytest.mark.faults

NAMES = [f"p{number}" for number in range(8)]
LATENCY_S = 0.004
MOMENTS = 60
STEP_S = 3 * LATENCY_S / MOMENTS  # a call takes two ways and a little


@pytest.fixture
async def slow_hall(redis: Redis, redis_url: str, clock: FakeClock) -> AsyncIterator[RoomFixture]:
    """A room whose store is a few ms away; all of `NAMES` are in line."""
    with short_directory() as directory:
        path = directory / "line.sock"
        async with (
            store_proxy(path, Path(redis_url.removeprefix("unix://"))) as line,
            open_store(line.url) as far,
        ):
            for way in (line.calls.to_store, line.calls.to_node):
                way.delay_s = lambda: LATENCY_S
            await RoomFixture(redis, clock).open(seats=0)
            hall = RoomFixture(far, clock)
            await hall.hello(*NAMES)
            yield hall


async def test_an_answer_never_reaches_another_call(slow_hall: RoomFixture) -> None:
    tickets = {name: (await slow_hall.place(name)).ticket for name in NAMES}

    for moment in range(MOMENTS):
        await cancelled_after(moment * STEP_S, slow_hall, "p0")
        places = await asyncio.gather(*map(slow_hall.place, NAMES))
        assert [place.ticket for place in places] == list(tickets.values())


async def test_nothing_is_left_of_a_cancelled_call(slow_hall: RoomFixture) -> None:
    pool = slow_hall.redis.connection_pool
    tasks = len(asyncio.all_tasks())

    for moment in range(MOMENTS):
        await cancelled_after(moment * STEP_S, slow_hall, "p0")

    assert len(pool._in_use_connections) == 0
    assert len(pool._available_connections) <= 1
    await slow_hall.place("p0")
    # Two a connection in the proxy, and one that accepts.
    assert len(asyncio.all_tasks()) <= tasks + 3


async def test_a_cancelled_hello_counts_once_when_it_is_repeated(slow_hall: RoomFixture) -> None:
    for moment in range(0, MOMENTS, 4):
        newcomer = Newcomer(f"new-{moment}", Role.ATTENDEE)
        admitting = asyncio.create_task(
            slow_hall.rooms.admit(slow_hall.ref, [newcomer], NOTHING_SEEN)
        )
        await cancelled(admitting, moment * STEP_S)
        await slow_hall.hello(newcomer.participant)

    line = await slow_hall.line()
    assert len(line) == len(set(line)) == len(NAMES) + MOMENTS // 4


async def cancelled_after(seconds: float, hall: RoomFixture, name: str) -> None:
    await cancelled(asyncio.create_task(hall.place(name)), seconds)


async def cancelled(task: asyncio.Task[object], seconds: float) -> None:
    await asyncio.sleep(seconds)  # noqa: TID251  # every moment of a call is somewhen
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
