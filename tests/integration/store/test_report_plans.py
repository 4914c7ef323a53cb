"""report: what a larger plan would have changed is what the same people do in such a room."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fullhouse.domain.reports import report_of
from fullhouse.domain.rooms import RoomRef
from fullhouse.store.reports import Reports
from tests.accounts import LARGE
from tests.event_room import EventRoom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

    from fullhouse.domain.reports import Counted
    from tests.fakes import FakeClock

SIZES = [6, 9, 12]
STEP_MS = 1_500


class Visit(NamedTuple):
    """Somebody comes at one step and leaves at a later one, whether inside or in line."""

    name: str
    comes: int
    leaves: int


def visits(random: Random) -> list[Visit]:
    begins = [random.randrange(30) for _ in range(40)]
    return [
        Visit(f"p{n}", at, at + random.randrange(1, 12)) for n, at in enumerate(sorted(begins))
    ]


async def played(redis: Redis, clock: FakeClock, seats: int, log: Sequence[Visit]) -> Counted:
    """The report of a room of that size. People who are called take the seat at the next step."""
    event_room = EventRoom(redis, clock, RoomRef(f"seats-{seats}", "hall"))
    await event_room.open(seats=seats, lease_ms=600_000)
    here: set[str] = set()
    for step in range(max(visit.leaves for visit in log) + 1):
        clock.advance(ms=STEP_MS)
        gone = [visit.name for visit in log if visit.leaves == step]
        await event_room.rooms.leave(event_room.ref, [(name, 0) for name in gone])
        here -= set(gone)
        here |= {visit.name for visit in log if visit.comes == step}
        if here:
            await event_room.hello(*sorted(here))
    return await Reports(redis, instant=clock.now_ms).report(event_room.ref)


@pytest.mark.parametrize("seed", range(3))
async def test_the_same_people_wait_in_a_room_of_the_larger_plan(
    redis: Redis, clock: FakeClock, seed: int
) -> None:
    log = visits(Random(seed))
    small, *larger = [await played(redis, clock, seats, log) for seats in SIZES]

    assert small.waited > larger[0].waited > 0
    for seats, counted in zip(SIZES[1:], larger, strict=True):
        plan = type(LARGE)(f"p{seats}", "P", seats, 1, LARGE.price, LARGE.parallel_event)
        (effect,) = report_of(small, [plan]).plans
        assert effect.would_have_waited == counted.waited
        assert effect.seats_short_at_peak == max(0, counted.peak_demand.people - seats)
