"""limit_rate: what a person sends is counted once for all nodes, and wears off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.call_rates import CallRates
from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse.store.message_rates import MessageRates
from tests.event_room import REF

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

BURST, PER_S = 8, 4.0


@pytest.fixture
def rates(redis: Redis, clock: FakeClock) -> MessageRates:
    return MessageRates(redis, burst=BURST, per_s=PER_S, instant=clock.now_ms)


async def test_a_burst_is_taken_and_no_message_more(rates: MessageRates) -> None:
    answers = [await rates.limit_rate(REF, "ada", 4) for _ in range(3)]

    assert answers == [0, 0, 1]


async def test_what_wears_off_may_be_sent_again(rates: MessageRates, clock: FakeClock) -> None:
    await rates.limit_rate(REF, "ada", BURST)

    clock.advance(ms=249)
    early = await rates.limit_rate(REF, "ada", 1)
    clock.advance(ms=1)
    on_time = await rates.limit_rate(REF, "ada", 1)

    assert (early, on_time) == (0.001, 0)


async def test_what_is_refused_is_not_held_against_the_person(rates: MessageRates) -> None:
    await rates.limit_rate(REF, "ada", BURST)
    for _ in range(5):
        await rates.limit_rate(REF, "ada", 1)

    assert await rates.limit_rate(REF, "ada", 1) == 0.25


async def test_people_are_counted_one_by_one_in_each_room(rates: MessageRates) -> None:
    await rates.limit_rate(REF, "ada", BURST)

    assert await rates.limit_rate(REF, "bob", BURST) == 0
    assert await rates.limit_rate(RoomRef(REF.account, "other"), "ada", BURST) == 0


async def test_a_clock_that_went_back_keeps_nobody_out(
    rates: MessageRates, clock: FakeClock
) -> None:
    await rates.limit_rate(REF, "ada", BURST)

    clock.advance(ms=-3_600_000)

    assert await rates.limit_rate(REF, "ada", 1) == 0


async def test_the_count_of_who_is_quiet_again_is_gone(rates: MessageRates, redis: Redis) -> None:
    await rates.limit_rate(REF, "ada", 4)

    left_ms = await redis.pttl(DEFAULT_KEYS.message_rate(REF, "ada"))
    assert 0 < left_ms <= 1000


@pytest.mark.parametrize("per_s", [3, 300, 5000])
async def test_any_number_of_calls_a_second_may_be_the_limit(
    redis: Redis, clock: FakeClock, per_s: int
) -> None:
    """One call then counts for a fraction of a millisecond, or for no whole number of them."""
    rates, burst = CallRates(redis, instant=clock.now_ms), 10 * per_s

    async def count(calls: int) -> float:
        return await rates.count_calls("key_calls", "k", calls, burst=burst, per_s=per_s)

    taken = [await count(calls) for calls in (1, burst - 1)]
    refused = await count(per_s)
    clock.advance(ms=1000)

    assert taken == [0, 0]
    # The store forgets a single call after its own few milliseconds, if the test is slow.
    assert refused == pytest.approx(1, abs=0.002 + 1 / per_s)
    assert await count(per_s) == 0
