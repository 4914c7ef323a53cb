"""The fast paths of scripts change, answer and tell exactly what the full scripts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.store.script_source import source_of
from tests.both_paths import (
    KINDS,
    SCRIPTS,
    both_paths,
    drop,
    enter,
    full_scripts,
    leave,
    remember_more,
    renew,
    resize,
    sweep,
    walk,
)
from tests.event_room import EventRoom

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from redis.asyncio import Redis

    from tests.both_paths import Act, BothPaths
    from tests.fakes import FakeClock

STEPS = 100

LONG = {"lease_ms": 900_000, "grace_ms": 500_000, "wait_grace_ms": 500_000, "claim_ms": 500_000}
"""No place ends by itself while a test looks at something else that does."""


@pytest.mark.parametrize("seed", range(len(KINDS)))
async def test_both_paths_do_the_same(redis: Redis, clock: FakeClock, seed: int) -> None:
    """`python -m tests.soak.fast_paths` takes more steps."""
    await walk(redis, clock, seed=seed, steps=STEPS)


async def a_seat_was_freed(both: BothPaths) -> None:
    """The count of seats freed lately falls after minutes."""
    await both.act(enter, "a", "b")
    await both.skip(63_000)
    await both.act(leave, "a")
    await both.skip(569_000)
    await both.wait(20_000)


async def the_room_was_raised(both: BothPaths) -> None:
    """The forecast is silent for two minutes after it, though people come in."""
    await both.act(resize, *"1234")
    await both.act(enter, *"abc")
    await both.wait(3_000)
    await both.act(resize, *"12345678")
    await both.skip(75_000)
    await both.act(enter, *"de")
    await both.wait(50_000)


async def a_forecast_was_wrong(both: BothPaths) -> None:
    """The notice that it gave goes after a minute of silence."""
    await both.skip(36_000)
    await both.act(enter, *"abcde")
    await both.wait(2_000)
    await both.act(leave, *"abcd")
    await both.skip(50_000)
    await both.wait(20_000)


async def the_store_had_forgotten(both: BothPaths) -> None:
    """While a room is refilled nobody is called; whoever waits is called when that ends."""
    await both.act(resize, *"1234")
    await both.act(enter, *"abcdef")
    await both.act(remember_more, *"abcd")
    await both.act(leave, "a", "b")
    await both.wait(24_000)


async def the_pace_fell(both: BothPaths) -> None:
    """Whoever came more than a minute ago no longer counts as just arrived."""
    await both.skip(80_000)
    await both.act(enter, *"abc")
    await both.wait(3_000)
    await both.act(enter, "d")
    await both.skip(45_000)
    await both.wait(28_000)


async def the_forecast_changed(both: BothPaths) -> None:
    """One person in 45 s, in 50 s, in 60 s: one a minute, but eight more take longer each time."""
    await both.skip(45_000)
    await both.act(enter, "a")
    await both.wait(20_000)


async def somebody_was_dropped(both: BothPaths) -> None:
    """A seat is kept for its grace."""
    await both.act(enter, *"ab")
    await both.skip(80_000)
    await both.act(drop, "a")
    await both.wait(24_500)


SCENES = {
    "next_slot(room, FREED_SLOT_MS)": (a_seat_was_freed, LONG),
    "next_pace_at(room) or due": (the_pace_fell, LONG | {"forecast_s": 0}),
    "next_forecast or due": (the_forecast_changed, LONG),
    "number_of(room, 'raised_clock') + FORECAST_RAISED_MS": (the_room_was_raised, LONG),
    "number_of(room, 'forecast_spoke') + FORECAST_SILENCE_MS": (a_forecast_was_wrong, LONG),
    "number_of(room, 'refill_until')": (the_store_had_forgotten, LONG | {"lease_ms": 17_300}),
    "first_of(key) or due": (somebody_was_dropped, LONG | {"grace_ms": 17_300}),
}


@pytest.mark.parametrize(("scene", "rules"), SCENES.values())
async def test_what_happens_by_itself_happens_on_time(
    redis: Redis,
    clock: FakeClock,
    scene: Callable[[BothPaths], Awaitable[None]],
    rules: dict[str, int],
) -> None:
    async with both_paths(redis, clock, seats=9, rules=rules) as both:
        await scene(both)


@pytest.mark.parametrize("instant", SCENES)
async def test_an_instant_that_is_forgotten_is_noticed(
    redis: Redis, clock: FakeClock, instant: str
) -> None:
    """`due` without one of its instants: the same scene now comes too late."""
    scene, rules = SCENES[instant]
    forgetful = {name: source_of(name).replace(instant, "math.huge") for name in SCRIPTS}
    assert all(text != source_of(name) for name, text in forgetful.items())

    async with both_paths(redis, clock, seats=9, rules=rules, fast=forgetful) as both:
        with pytest.raises(AssertionError):
            await scene(both)


async def test_late_sweeps_cut_the_clock_and_begin_truces_alike(
    redis: Redis, clock: FakeClock
) -> None:
    async with both_paths(redis, clock, seats=9, rules=LONG | {"lease_ms": 9_000}) as both:
        await both.act(enter, *"ab")
        await both.wait(63_000, step_ms=2_100)


@pytest.mark.parametrize("act", [sweep, renew])
async def test_a_late_call_begins_the_same_truce_on_both_paths(
    redis: Redis, clock: FakeClock, act: Act
) -> None:
    async with both_paths(redis, clock, seats=9, rules=LONG) as both:
        await both.act(enter, *"ab")
        await both.skip(80_000)
        await both.act(renew, *"ab")
        clock.advance(ms=5_000)
        full = []
        for room in both.rooms:
            await redis.config_resetstat()
            await act(room, [*"ab"])
            full.append(await full_scripts(redis))

        assert full == [1, 2], "the first reads the whole room only to learn its revision"
        await both.wait(3_000)


async def test_a_renewal_keeps_a_room_on_the_fast_path(redis: Redis, clock: FakeClock) -> None:
    """A lease that was about to end is longer now, and ends the rest of the sweeps no more."""
    event_room = EventRoom(redis, clock)
    await event_room.open(seats=4, lease_ms=6_000)
    guests = await event_room.hello("a", "b")
    for _ in range(40):  # until nobody has come for a minute, and a full sweep has just been
        await event_room.wait(2_000, keeping=guests)
    seen = await event_room.revision()
    await redis.config_resetstat()

    for _ in range(9):
        clock.advance(ms=2_000)
        await event_room.sweep()
        await event_room.report_members(*(guest.session for guest in guests), seen=seen)

    assert await full_scripts(redis) <= 1  # at most one in a minute


async def test_an_idle_room_is_swept_and_renewed_by_the_fast_path(
    redis: Redis, clock: FakeClock
) -> None:
    """Most sweeps are of rooms in which nothing happens: they read a few fields of one hash."""
    event_room = EventRoom(redis, clock)
    await event_room.open(seats=4)
    guests = await event_room.hello("a", "b")
    await event_room.wait(80_000, keeping=guests)  # nobody has come for a minute
    seen = await event_room.revision()
    await redis.config_resetstat()

    for _ in range(5):
        clock.advance(ms=1000)
        await event_room.sweep()
        await event_room.report_members(*(guest.session for guest in guests), seen=seen)

    stats = await redis.info("commandstats")
    assert "cmdstat_hgetall" not in stats
    assert stats["cmdstat_hmget"]["calls"] <= 5 + 5 * 2


async def test_a_late_renewal_takes_the_fast_path(redis: Redis, clock: FakeClock) -> None:
    """Full scripts would make a store that is late even later."""
    event_room = EventRoom(redis, clock)
    await event_room.open(seats=4)
    guests = await event_room.hello("a", "b")
    await event_room.wait(80_000, keeping=guests)
    seen = await event_room.revision()
    await redis.config_resetstat()

    for _ in range(5):
        clock.advance(ms=7_000)
        await event_room.report_members(*(guest.session for guest in guests), seen=seen)
        await event_room.sweep()

    assert await full_scripts(redis) == 0


async def test_a_sweep_after_a_renewal_by_the_full_script_is_fast(
    redis: Redis, clock: FakeClock
) -> None:
    event_room = EventRoom(redis, clock)
    await event_room.open(seats=4)
    (guest,) = await event_room.hello("a")
    await event_room.report_members(guest.session, seen=await event_room.revision())
    await redis.config_resetstat()

    clock.advance(ms=1_000)
    await event_room.sweep()

    assert await full_scripts(redis) == 0


async def test_the_minute_after_an_arrival_needs_few_full_sweeps(
    redis: Redis, clock: FakeClock
) -> None:
    """The pace is counted in slots of ten seconds, but mostly the next slot changes nothing."""
    room = EventRoom(redis, clock)
    await room.open(seats=4)
    await room.wait(80_000)
    (guest,) = await room.hello("a")
    await room.wait(2_000, keeping=[guest])
    seen = await room.revision()
    await redis.config_resetstat()

    for _ in range(10):
        await room.wait(5_000)
        await room.report_members(guest.session, seen=seen)

    assert await full_scripts(redis) <= 1  # at most one in a minute
