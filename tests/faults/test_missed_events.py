"""Events that never come, come late, or come while nobody hears: the next revision tells."""

from __future__ import annotations

from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.faults.house import House
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

EVENT_BYTES = 500  # a canary is far shorter
HERE, THERE = 0, 1


@asynccontextmanager
async def one_event_lost(house: House) -> AsyncIterator[None]:
    """Whatever the block causes is not told to the second node."""
    way = house.lines[THERE].events.to_node
    way.swallows = True
    yield
    await wait_until(lambda: way.swallowed >= EVENT_BYTES)
    way.heal()


async def test_a_call_whose_event_was_lost_still_reaches_the_called(house: House) -> None:
    await house.open(seats=1)
    a = await house.visit("a", first=HERE)
    b = await house.visit("b", first=THERE)

    async with one_event_lost(house):
        await a.say("leave")
        house.forget(a)

    await wait_until(lambda: b.place == 0)
    await house.converges()


async def test_a_host_whose_event_was_lost_sees_the_room_as_it_is(house: House) -> None:
    await house.open(seats=3)
    host = await house.visit("host", role="host", first=THERE)

    async with one_event_lost(house):
        await house.visit("a", first=HERE)

    await house.converges()
    assert host.all("room")[-1]["occupied"] == 1


async def test_a_leave_whose_event_was_lost_ends_the_other_tab(house: House) -> None:
    await house.open(seats=1)
    a = await house.visit("a", first=HERE)
    other = await house.tab("a", THERE)
    await other.expect("seated")

    async with one_event_lost(house):
        await a.say("leave")
        house.forget(a)

    await other.expect_close(4011)


async def test_a_removal_whose_event_was_lost_is_told(house: House) -> None:
    await house.open(seats=1)
    a = await house.tab("a", THERE)
    await a.expect("seated")

    async with one_event_lost(house):
        await house.remove("a")

    await a.expect("seat_lost", reason="removed")
    await a.expect_close(4013)


async def test_an_end_whose_event_was_lost_is_told(house: House) -> None:
    await house.open(seats=1)
    tabs = [await house.tab(name, THERE) for name in "ab"]
    host = await house.tab("host", THERE, "host")
    await host.expect("room")

    async with one_event_lost(house):
        await house.close()

    await host.expect("room", status="closed")
    await host.expect_close(4010)
    for tab in tabs:
        await tab.expect("room_closed")
        await tab.expect_close(4010)


async def test_a_raised_capacity_whose_event_was_lost_is_seen(house: House) -> None:
    await house.open(seats=1)
    await house.visit("host", role="host", first=THERE)
    visitors = [await house.visit(name, first=THERE) for name in "abcd"]

    async with one_event_lost(house):
        await house.set_seats(3)

    await wait_until(lambda: [v.place == 0 for v in visitors] == [True, True, True, False])
    await house.converges()


async def test_events_that_come_later_than_answers_leave_nobody_behind(house: House) -> None:
    """Later than a node waits for them: it rereads the room, and must not take that for all."""
    house.lines[THERE].events.to_node.delay_s = lambda: 0.4
    await house.open(seats=2)
    await house.visit("host", role="host", first=THERE)
    a, b, c, _ = await house.crowd("abcd")

    await a.say("leave")
    house.forget(a)
    await house.visit("e", first=THERE)

    await wait_until(lambda: (b.place, c.place) == (0, 0))
    await house.converges()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_anybody_hears_rises_however_late_it_comes(house: House, seed: int) -> None:
    random = Random(seed)
    for line in house.lines:
        for kind in line.kinds:
            kind.to_node.delay_s = lambda: random.choice([0, 0, 0.005, 0.05, 0.2])
    await house.open(seats=3)
    await house.visit("host", role="host", first=random.randrange(2))

    for number in range(12):
        await house.visit(f"p{number}", first=random.randrange(2))
        if random.random() < 0.4:
            leaver = random.choice([v for v in house.visitors if v.role == "attendee"])
            await leaver.say("leave")
            house.forget(leaver)

    await house.converges()
