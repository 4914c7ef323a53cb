"""The slow walk: each part of an index is given to one node, all of them in one period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.store.keys import INDEX_SETS
from fullhouse.store.walk import PERIOD_MS, UNFINISHED_MS, Walk

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

MINUTE_MS = PERIOD_MS // INDEX_SETS


@pytest.fixture
def walk(redis: Redis, clock: FakeClock) -> Walk:
    return Walk(redis, "fh:walk:test", instant=clock.now_ms)


async def due(walk: Walk) -> list[int]:
    parts = []
    while (part := await walk.take()) is not None:
        parts.append(part)
        await walk.finish(part)
    return parts


async def test_the_first_walk_goes_through_all_parts_at_once(walk: Walk) -> None:
    assert sorted(await due(walk)) == list(range(INDEX_SETS))
    assert await due(walk) == []


async def test_after_that_a_part_is_due_each_minute(walk: Walk, clock: FakeClock) -> None:
    await due(walk)

    parts = []
    for _ in range(INDEX_SETS):
        clock.advance(ms=MINUTE_MS)
        parts.append(await due(walk))

    assert {len(due_now) for due_now in parts} == {1}
    assert len({part for (part,) in parts}) == INDEX_SETS


async def test_a_part_whose_node_died_is_given_to_another(walk: Walk, clock: FakeClock) -> None:
    await due(walk)
    clock.advance(ms=MINUTE_MS)
    taken = await walk.take()
    before = await walk.take()

    clock.advance(ms=UNFINISHED_MS)

    assert before is None
    assert taken in await due(walk)


async def test_the_walk_goes_on_when_the_clock_is_set_back(walk: Walk, clock: FakeClock) -> None:
    await due(walk)

    clock.advance(ms=-10 * PERIOD_MS)

    assert sorted(await due(walk)) == list(range(INDEX_SETS))
