"""One limit for a person, however many nodes they talk to."""

from __future__ import annotations

import asyncio

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import RoomRef
from fullhouse.edge.rate_limiter import RateLimiter
from fullhouse.edge.token_buckets import BURST, QUIET_BURST
from fullhouse.supervise import BackgroundTasks
from tests.waiting import PATIENCE_S

REF = RoomRef("acme", "hall")


class Rates:
    """A count without wear, and a store that may be away."""

    def __init__(self, most: int = BURST) -> None:
        self.counted = 0
        self.most = most
        self.is_away = False

    async def limit_rate(self, ref: RoomRef, participant: str, count: int) -> float:
        assert (ref, participant) == (REF, "ada")
        if self.is_away:
            raise StoreUnavailable
        if self.counted + count > self.most:
            return 60.0
        self.counted += count
        return 0.0


async def polled(*limiters: RateLimiter, times: int) -> int:
    """How many of so many polls were taken, to each node in turn."""
    answers = [await limiters[n % len(limiters)].allows(REF, "ada") for n in range(times)]
    return sum(answers)


async def test_polls_to_two_nodes_are_limited_as_to_one() -> None:
    rates = Rates()
    nodes = [RateLimiter(BackgroundTasks(), rates) for _ in range(2)]

    assert await polled(*nodes, times=3 * BURST) == BURST
    assert rates.counted == BURST


async def test_who_says_little_costs_the_store_nothing() -> None:
    rates = Rates()

    assert await polled(RateLimiter(BackgroundTasks(), rates), times=QUIET_BURST) == QUIET_BURST
    assert rates.counted == 0


async def test_a_node_limits_for_itself_while_the_store_is_away() -> None:
    rates = Rates()
    rates.is_away = True

    assert await polled(RateLimiter(BackgroundTasks(), rates), times=3 * BURST) == BURST


async def test_who_was_refused_is_refused_without_asking_again() -> None:
    limiter = RateLimiter(BackgroundTasks(), rates := Rates(most=0))
    taken = await polled(limiter, times=QUIET_BURST + 1)
    rates.most = 1_000

    assert taken == QUIET_BURST
    assert not await limiter.allows(REF, "ada")
    assert rates.counted == 0


async def test_a_message_on_a_socket_is_taken_at_once_and_refused_later() -> None:
    limiter, refused = RateLimiter(BackgroundTasks(), Rates(most=0)), asyncio.Event()

    taken = [limiter.allows_soon(REF, "ada", refused.set) for _ in range(QUIET_BURST + 1)]

    assert all(taken)
    assert not refused.is_set()
    async with asyncio.timeout(PATIENCE_S):
        await refused.wait()
    assert not limiter.allows_soon(REF, "ada", refused.set)


async def test_one_node_alone_asks_nobody() -> None:
    limiter = RateLimiter(BackgroundTasks())

    assert await polled(limiter, times=BURST + 5) == BURST
