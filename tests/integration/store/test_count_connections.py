"""count_connections: what nodes report about one person adds up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.connection_counts import ConnectionCounts
from fullhouse.store.keys import DEFAULT_KEYS
from tests.event_room import REF

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

MOST, LEAST, KEEP_MS = 10, 2, 30_000


@pytest.fixture
def nodes(redis: Redis, clock: FakeClock) -> list[ConnectionCounts]:
    return [ConnectionCounts(redis, instant=clock.now_ms) for _ in range(3)]


async def report(node: ConnectionCounts, count: int, *, ref: RoomRef = REF) -> int:
    return await node.count_connections(ref, "ada", count, most=MOST, least=LEAST, keep_ms=KEEP_MS)


async def test_what_all_nodes_have_counts_together(nodes: list[ConnectionCounts]) -> None:
    answers = [await report(nodes[0], 7), await report(nodes[1], 3), await report(nodes[1], 4)]

    assert answers == [0, 0, 1]


async def test_a_report_replaces_the_last_one_of_its_node(nodes: list[ConnectionCounts]) -> None:
    answers = [await report(nodes[0], 10) for _ in range(3)]
    await report(nodes[0], 5)

    assert answers == [0, 0, 0]
    assert await report(nodes[1], 5) == 0


async def test_a_node_keeps_its_newest_connections(nodes: list[ConnectionCounts]) -> None:
    """A person who comes back is never shut out by connections that only seem open."""
    await report(nodes[0], 10)

    assert await report(nodes[1], 3) == 1
    assert await report(nodes[2], 2) == 0


async def test_connections_that_a_node_was_told_to_close_do_not_count(
    nodes: list[ConnectionCounts],
) -> None:
    await report(nodes[0], 10)
    await report(nodes[1], 8)  # closes 6

    assert await report(nodes[0], 8) == 0


async def test_closed_connections_do_not_count_any_more(nodes: list[ConnectionCounts]) -> None:
    await report(nodes[0], 10)
    assert await report(nodes[1], 8) == 6

    await report(nodes[0], 0)

    assert await report(nodes[1], 10) == 0


async def test_the_report_of_a_dead_node_ends(
    nodes: list[ConnectionCounts], clock: FakeClock
) -> None:
    await report(nodes[0], 10)

    clock.advance(ms=KEEP_MS - 1)
    before = await report(nodes[1], 5)
    clock.advance(ms=1)
    after = await report(nodes[1], 5)

    assert (before, after) == (3, 0)


async def test_rooms_are_counted_apart_and_nothing_is_left(
    nodes: list[ConnectionCounts], redis: Redis
) -> None:
    await report(nodes[0], 10)

    assert await report(nodes[1], 10, ref=RoomRef("acme", "other")) == 0
    assert 0 < await redis.pttl(DEFAULT_KEYS.connections(REF, "ada")) <= KEEP_MS
    await report(nodes[0], 0)
    assert not await redis.exists(DEFAULT_KEYS.connections(REF, "ada"))
