"""A call to the store is cancelled at every moment of its life: no mixed-up answer, no leak."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role
from tests.event_room import EventRoom
from tests.faults.proxy import store_proxy
from tests.servers import short_directory
from tests.stores import patient_store

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
async def slow_room(redis: Redis, redis_url: str, clock: FakeClock) -> AsyncIterator[EventRoom]:
    """A room whose store is a few ms away; all of `NAMES` are in line."""
    with short_directory() as directory:
        path = directory / "line.sock"
        async with (
            store_proxy(path, Path(redis_url.removeprefix("unix://"))) as line,
            patient_store(line.url) as far,
        ):
            for way in (line.calls.to_store, line.calls.to_node):
                way.delay_s = lambda: LATENCY_S
            await EventRoom(redis, clock).open(seats=0)
            event_room = EventRoom(far, clock)
            await event_room.hello(*NAMES)
            yield event_room


async def test_an_answer_never_reaches_another_call(slow_room: EventRoom) -> None:
    tickets = {name: (await slow_room.place(name)).ticket for name in NAMES}

    for moment in range(MOMENTS):
        await cancelled_after(moment * STEP_S, slow_room, "p0")
        places = await asyncio.gather(*map(slow_room.place, NAMES))
        assert [place.ticket for place in places] == list(tickets.values())


async def test_nothing_is_left_of_a_cancelled_call(slow_room: EventRoom) -> None:
    pool = slow_room.redis.connection_pool
    tasks = len(asyncio.all_tasks())

    for moment in range(MOMENTS):
        await cancelled_after(moment * STEP_S, slow_room, "p0")

    assert len(pool._in_use_connections) == 0
    assert len(pool._available_connections) <= 1
    await slow_room.place("p0")
    # Two a connection in the proxy, and one that accepts.
    assert len(asyncio.all_tasks()) <= tasks + 3


async def test_a_cancelled_hello_counts_once_when_it_is_repeated(slow_room: EventRoom) -> None:
    for moment in range(0, MOMENTS, 4):
        newcomer = Newcomer(f"new-{moment}", Role.ATTENDEE)
        admitting = asyncio.create_task(
            slow_room.rooms.admit(slow_room.ref, [newcomer], NOTHING_SEEN)
        )
        await cancelled(admitting, moment * STEP_S)
        await slow_room.hello(newcomer.participant)

    line = await slow_room.line()
    assert len(line) == len(set(line)) == len(NAMES) + MOMENTS // 4


async def cancelled_after(seconds: float, event_room: EventRoom, name: str) -> None:
    await cancelled(asyncio.create_task(event_room.place(name)), seconds)


async def cancelled(task: asyncio.Task[object], seconds: float) -> None:
    await asyncio.sleep(seconds)  # noqa: TID251  # every moment of a call is somewhen
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
