"""report: every number of it is recomputed from the events of the room, in plain Python."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.reports import Counted, Peak
from fullhouse.domain.rooms import Role
from fullhouse.store.reports import Reports
from fullhouse.store.room_keys import RoomKeys
from tests.event_room import CLAIM_MS, REF, WAIT_GRACE_MS
from tests.report_ledger import Ledger, two_digits

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.event_probe import Ear
    from tests.event_room import EventRoom, Guest


MISSES = RoomKeys(REF).all()[7]


def test_values_are_rounded_up_to_two_digits() -> None:
    """The control of the rule that the recomputation below uses."""
    told = [0, 7, 99, 100, 101, 250, 251, 995, 1000, 1001]

    assert list(map(two_digits, told)) == [0, 7, 99, 100, 110, 250, 260, 1000, 1000, 1100]


async def report_of(event_room: EventRoom) -> Counted:
    store = Reports(event_room.redis, instant=event_room.clock.now_ms)
    return await store.report(event_room.ref)


async def test_an_event_without_people_has_a_report(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    event_room.clock.advance(ms=5_000)

    counted = await report_of(event_room)

    assert (counted.now_ms - counted.opened_ms, counted.partial_since_ms) == (5_000, None)
    assert (counted.arrivals, counted.came_in, counted.waited, counted.gave_up) == (0, 0, 0, 0)
    assert (counted.peak_inside, counted.peak_demand, counted.full_ms) == (Peak(), Peak(), 0)


@pytest.mark.parametrize("seed", range(6))
async def test_every_number_is_that_of_the_events(
    event_room: EventRoom, ear: Ear, seed: int
) -> None:
    """A played event: one instant after another, one call at each."""
    random = Random(seed)
    rules = {"lease_ms": 60_000, "grace_ms": 4_000, "wait_grace_ms": 3_000, "claim_ms": 5_000}
    await event_room.open(seats=8, **rules, away_ms=random.choice([0, 20_000]))
    await event_room.set_stream()
    ledger = Ledger(event_room.clock.now_ms())
    if random.random() < 0.2:
        await event_room.set_seats(4, "limit")
    here: dict[str, Guest] = {}
    await ear.heard()

    for turn in range(250):
        event_room.clock.advance(ms=random.choice([300, 900, 1_700, 2_000]))
        here = await one_act(event_room, here, random, turn)
        for event in await ear.heard():
            ledger.note(event, event_room.clock.now_ms())
        if turn % 3 == 0:
            await some_watch(event_room, ear, ledger, random)

    assert min(ledger.seated_watching, ledger.gave_up_watching) > 0
    ledger.agrees(await report_of(event_room), event_room.clock.now_ms())
    assert min(ledger.ended[way] for way in ("seated", "left", "expired")) > 0

    waiting, inside = len(ledger.waits), (await event_room.state()).occupied
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=9_000)
    ledger.note(await ear.heard_one(), event_room.clock.now_ms() - 9_000)
    counted = await report_of(event_room)
    ledger.agrees(counted, event_room.clock.now_ms())
    assert (counted.still_waiting, counted.inside) == (waiting, inside)
    assert counted.arrivals == counted.at_once + sum(ledger.ended.values()) + waiting


async def some_watch(event_room: EventRoom, ear: Ear, ledger: Ledger, random: Random) -> None:
    """Some people begin to watch the stream or end it, in line or not."""
    names, on = random.sample([f"p{n}" for n in range(40)], 15), random.random() < 0.6
    await event_room.watch(*names, on=on)
    for event in await ear.heard():
        ledger.note(event, event_room.clock.now_ms())
    holders = (await event_room.holders()).values()
    in_line = {holder.participant for holder in holders if holder.place == "ticket"}
    ledger.watch(names, in_line, on=on)
    assert (await event_room.state()).watching == sum(ledger.watchers.values())


async def one_act(
    event_room: EventRoom, here: dict[str, Guest], random: Random, turn: int
) -> dict[str, Guest]:
    """Something that happens in a room. Returns who is there, as a node would know."""
    match random.randrange(10):
        case 0 | 1 | 2:
            names = [f"p{random.randrange(40)}" for _ in range(random.randrange(1, 4))]
            guests = await event_room.hello(*dict.fromkeys(names))
            return here | {guest.name: guest for guest in guests if guest.place.holding}
        case 3 if here:
            (guest,) = await event_room.hello(random.choice(list(here)))
            return here | ({guest.name: guest} if guest.place.holding else {})
        case 4 if here:
            await event_room.leave(here.pop(random.choice(list(here))))
        case 5 if here:
            await event_room.drop(here.pop(random.choice(list(here))))
        case 6 if turn % 5 == 0:
            (guest,) = await event_room.hello(f"p{random.randrange(40)}", role=Role.PRESENTER)
            return here | ({guest.name: guest} if guest.place.holding else {})
        case 7 if turn % 9 == 0:
            await event_room.rooms.remove_participant(REF, f"p{random.randrange(40)}")
        case 8 if turn % 4 == 0:
            await event_room.set_paused(f"change-{turn}", paused=random.random() < 0.4)
        case _:
            await event_room.sweep()
    return here


async def test_a_wait_goes_on_through_a_missed_call_and_ends_with_the_seat(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    a, b = await event_room.hello("a", "b")
    event_room.clock.advance(ms=1_200)
    await event_room.leave(a)
    await event_room.wait(CLAIM_MS + 1_000, keeping=[b])
    await event_room.wait(2_000, keeping=[b])

    await event_room.claim("b")

    counted = await report_of(event_room)
    assert (counted.calls_missed, counted.ended) == (1, {"seated": 1})
    assert counted.seated_s == {50: 1}  # 49.2 s, rounded up
    assert counted.needed == {2: 1}


async def test_a_burst_is_counted_like_the_same_people_one_by_one(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=110)
    ledger = Ledger(event_room.clock.now_ms())
    await event_room.hello(*(f"early-{n}" for n in range(95)))
    await event_room.hello(*(f"p{n}" for n in range(250)))
    await event_room.hello("p", role=Role.PRESENTER)
    for event in await ear.heard():
        ledger.note(event, event_room.clock.now_ms())

    counted = await report_of(event_room)

    ledger.agrees(counted, event_room.clock.now_ms())
    needed = [two_digits(seats) for seats in range(111, 95 + 250 + 1)]
    assert counted.needed == {seats: needed.count(seats) for seats in needed}


async def test_a_burst_writes_a_count_at_most_once_and_a_quiet_room_none(
    event_room: EventRoom, redis: Redis
) -> None:
    """Between 111 and 345 seats lie 24 values of two digits, and one count is of seats.

    The trail numbers its entries with one command.
    """
    await event_room.open(seats=110)
    await redis.config_resetstat()
    guests = await event_room.hello(*(f"p{n}" for n in range(345)))
    stats = await redis.info("commandstats")
    assert stats["cmdstat_hincrby"]["calls"] == 24 + 1 + 1
    assert stats["cmdstat_hset"]["calls"] <= 5

    await redis.config_resetstat()
    event_room.clock.advance(ms=1_000)
    await event_room.hello("p3")
    await event_room.renew(guests)
    await event_room.sweep()

    stats = await redis.info("commandstats")
    assert "cmdstat_hincrby" not in stats


async def test_no_larger_plan_would_spare_a_wait_while_the_line_is_paused_or_limited(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=3)
    await event_room.set_paused("hold", paused=True)
    (a,) = await event_room.hello("a")
    await event_room.leave(a)
    await event_room.set_paused("go on", paused=False)
    await event_room.set_seats(0, "limit")
    await event_room.hello("b")

    counted = await report_of(event_room)

    assert (counted.waited, counted.gave_up) == (2, 1)
    assert (counted.needed, counted.gave_up_needed) == ({}, {})
    (change,) = counted.changes
    assert (change.old, change.new, change.cause) == (3, 0, "platform")


async def test_the_time_at_full_adds_up_also_above_the_capacity(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    a, b = await event_room.hello("a", "b")
    event_room.clock.advance(ms=1_000)
    await event_room.set_seats(1, "fewer")
    event_room.clock.advance(ms=1_000)
    await event_room.leave(a)
    event_room.clock.advance(ms=1_000)
    await event_room.leave(b)
    event_room.clock.advance(ms=1_000)
    await event_room.hello("c")
    event_room.clock.advance(ms=500)

    assert (await report_of(event_room)).full_ms == 3_500


async def test_a_wall_clock_that_is_set_back_makes_no_wait_negative(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a, b = await event_room.hello("a", "b")
    event_room.clock.advance(ms=-5_000)
    await event_room.leave(b)
    assert (await report_of(event_room)).full_ms == 0
    await event_room.leave(a)

    counted = await report_of(event_room)

    assert (counted.gave_up_s, counted.full_ms) == ({0: 1}, 0)


async def test_a_new_opening_begins_a_new_report_and_a_deleted_room_has_none(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=5_000)
    assert (await report_of(event_room)).waited == 1

    await event_room.open(seats=1)
    counted = await report_of(event_room)
    assert (counted.arrivals, counted.peak_demand, counted.full_ms) == (0, Peak(), 0)
    assert counted.partial_since_ms is None

    await event_room.rooms.close_room(REF)
    await event_room.closed.delete(REF)
    with pytest.raises(NotFound):
        await report_of(event_room)


async def test_nothing_is_kept_of_a_wait_that_is_over(event_room: EventRoom, redis: Redis) -> None:
    """However it ended: with a seat, by leaving, by expiring, by removal, in another role."""
    await event_room.open(seats=1, presenters=1, lease_ms=600_000, away_ms=0)
    a, _, c, d, _, _ = await event_room.hello(*"abcdef")
    await event_room.leave(a)
    await event_room.claim("b")
    await event_room.leave(c)
    await event_room.drop(d)
    await event_room.wait(WAIT_GRACE_MS + 1_000)
    await event_room.hello("d")
    await event_room.rooms.remove_participant(REF, "d")
    await event_room.rooms.remove_participant(REF, "e")
    await event_room.hello("f", role=Role.PRESENTER)

    counted = await report_of(event_room)
    ended = {"seated": 1, "left": 1, "expired": 1, "removed": 2, "changed_role": 1}
    assert (counted.ended, counted.still_waiting) == (ended, 0)
    assert not await redis.exists(MISSES)
