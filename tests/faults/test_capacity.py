"""Capacity that moves while people join, and waves that last longer than a claim."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from tests.faults.chronicle import chronicle_of
from tests.faults.event_room import EventRoom
from tests.waiting import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

HERE, THERE = 0, 1


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_capacity_moved_at_random_during_a_burst_of_joins_never_sells_a_seat_twice(
    event_room: EventRoom, seed: int
) -> None:
    random = Random(seed)
    async with chronicle_of(event_room.store.redis, event_room.account) as told:
        await event_room.open(seats=5)
        host = await event_room.visit("host", role="host", first=THERE)
        joining = [
            asyncio.create_task(event_room.visit(f"p{number}", first=number % 2))
            for number in range(40)
        ]
        changes = 0
        for _ in range(12):
            before = (await event_room.room())["capacity"]
            await event_room.set_seats(random.randrange(12), random.randrange(2))
            changes += (await event_room.room())["capacity"] != before
        await asyncio.gather(*joining)
        await event_room.set_seats(8)

        await wait_until(lambda: sum(v.place == 0 for v in event_room.visitors) >= 8)
        await event_room.converges()
        await told.read()
    people = [v for v in event_room.visitors if v is not host]
    assert not any(person.all("seat_lost") for person in people), "nobody is evicted"
    told_changes = [event.capacity.change for event in told.events if event.capacity]
    assert len(told_changes) == len(set(told_changes))
    assert [f["change"] for f in host.all("capacity_changed")] == told_changes[1:]
    assert changes <= len(told_changes)


async def test_in_a_wave_that_lasts_longer_than_the_claim_all_who_come_in_time_get_in(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    # On one node: they hear of the call in order, and what they say arrives in order.
    people = await event_room.crowd((f"p{number:02}" for number in range(13)), node=HERE)

    await event_room.set_seats(13)

    await wait_until(lambda: all(person.place == 0 for person in people))
    call = next(f for f in people[-1].all("refresh_required") if f["reason"] == "capacity_changed")
    assert call["window_ms"] / 1000 > call["claim_s"]
    assert not any(person.all("seat_lost") for person in people)
    entered = [person.all("seated")[0]["rev"] for person in people]
    assert entered == sorted(entered), "they came in the order of their tickets"
