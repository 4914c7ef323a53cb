"""Two nodes at once never pass a limit together, and a check-then-add in its place does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.account_limits import AccountLimits
from fullhouse.domain.errors import RateLimited
from fullhouse.domain.rooms import Admissions, Newcomer, Place, RoomRef
from fullhouse.store.account_store import AccountStore
from fullhouse.store.room_keys import RoomKeys
from tests.event_room import EventRoom
from tests.fakes import FakeClock
from tests.integration.test_races import (
    HOUR_MS,
    NODES,
    at_once,
    join,
    nodes_of,
    seats_and_tickets,
    services,
)
from tests.shop import Shop
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

MOST_WAITING = 30
PEOPLE = 400
MOST_QUOTES = 10


async def test_the_line_ends_at_its_limit(redis: Redis, redis_url: str) -> None:
    event_room = EventRoom(redis, FakeClock(0))
    await event_room.open(
        seats=1, lease_ms=HOUR_MS, grace_ms=HOUR_MS, claim_ms=HOUR_MS, most_waiting=MOST_WAITING
    )

    async with services(redis_url) as nodes:
        places = await join(nodes, PEOPLE)

    _, tickets = seats_and_tickets(places)
    assert len(tickets) == (await event_room.state()).waiting == MOST_WAITING


class CheckThenAdd:
    """Counts the line, then adds to it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def admit(self, ref: RoomRef, newcomers: Sequence[Newcomer]) -> Admissions:
        _, _, _, line, *_ = RoomKeys(ref).all()
        (newcomer,) = newcomers
        if await self._redis.zcard(line) >= MOST_WAITING:
            return Admissions("ok", 0, 0, (Place("line_full"),))
        await self._redis.zadd(line, {newcomer.participant: 0})
        return Admissions("ok", 0, 0, (Place("waiting"),))


async def test_the_same_race_through_a_check_then_add_passes_the_limit(redis_url: str) -> None:
    """The control: if this race were no race, the test above would prove nothing."""
    async with nodes_of(redis_url) as nodes:

        async def is_passed() -> bool:
            await nodes[0].flushall()
            places = await join([CheckThenAdd(node) for node in nodes], PEOPLE)
            return len(seats_and_tickets(places)[1]) > MOST_WAITING

        await wait_until(is_passed)  # one race may come out well by chance


@pytest.fixture
def shop(redis: Redis) -> Shop:
    return Shop(redis, FakeClock())


async def test_a_person_opens_no_quote_too_many(shop: Shop, redis_url: str) -> None:
    limits = AccountLimits(person_quotes=MOST_QUOTES)

    async with nodes_of(redis_url) as clients:
        stores = [AccountStore(node, waits_for_disk=False, limits=limits) for node in clients]

        async def is_saved(number: int) -> bool:
            quote = replace(shop.quote(), id=f"q{number}")
            try:
                await stores[number % NODES].save_quote(
                    quote, asked_by="eve", valid_s=600, remembered_s=0
                )
            except RateLimited:
                return False
            return True

        saved = await at_once(NODES, (is_saved(number) for number in range(200)))

    assert sum(saved) == MOST_QUOTES
