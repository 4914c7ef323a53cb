"""Levels and notices: decided once per crossing, by the script that crosses."""

from __future__ import annotations

import pytest

from fullhouse.domain.room_events import NoticeCleared
from fullhouse.domain.rooms import Role
from tests.event_probe import Ear
from tests.room_fixture import REF, Guest, RoomFixture

FORECAST_S = 300


async def crowd(hall: RoomFixture, count: int, name: str = "g") -> list[Guest]:
    return await hall.hello(*(f"{name}{i:03}" for i in range(count)))


@pytest.mark.parametrize(
    ("capacity", "given_at", "cleared_at"),
    [
        (1, 1, 0),
        (2, 1, 0),
        (3, 2, 0),
        (4, 3, 1),
        (5, 4, 2),
        (6, 5, 3),
        (7, 6, 4),
        (8, 7, 5),
        (9, 8, 6),
        (10, 8, 6),
        (20, 16, 14),
        (100, 80, 74),
    ],
)
async def test_the_marks_of_rooms_of_every_size(
    hall: RoomFixture, capacity: int, given_at: int, cleared_at: int
) -> None:
    """80 % up, below 75 % down; in small rooms at the latest with one seat left."""
    await hall.open(seats=capacity)
    inside: list[Guest] = []

    while (await hall.state()).notice is None:
        inside += await hall.hello(f"g{len(inside)}")
    given = len(inside)
    while (await hall.state()).notice is not None:
        await hall.leave(inside.pop())

    assert (given, len(inside)) == (given_at, cleared_at)


async def test_no_notice_stands_in_an_empty_room(hall: RoomFixture) -> None:
    await hall.open(seats=0)

    await hall.hello("a")

    assert ((await hall.state()).level, (await hall.state()).notice) == ("ok", None)


async def test_a_notice_is_given_once_and_says_since_when(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=5)
    await crowd(hall, 3)
    hall.clock.advance(ms=1_500)
    await ear.heard()

    await hall.hello("a")
    await hall.sweep()

    event = await ear.heard_one()
    assert event.notice_given
    assert event.notice_cleared is None
    notice = event.state.notice
    assert notice is not None
    assert (notice.level, notice.since_ms) == ("nearly_full", hall.clock.now_ms())
    assert notice.id == f"{event.epoch}-1"
    assert event.state.level == "nearly_full"


async def test_hovering_at_the_mark_tells_once(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=20)
    inside = await crowd(hall, 15)
    given = 0

    for _ in range(3):
        (last,) = await hall.hello("last")
        await hall.leave(last)
        given += sum(event.notice_given for event in await ear.heard())

    assert given == 1
    state = await hall.state()
    assert (state.level, state.occupied) == ("nearly_full", len(inside))


async def test_calls_count_as_taken(hall: RoomFixture) -> None:
    """Four seats: two inside and one held for the called one make the third."""
    await hall.open(seats=4)
    await hall.set_paused(paused=True)
    await hall.hello("a", "b", "c")

    await hall.set_paused("resume", paused=False)

    state = await hall.state()
    assert (state.occupied, state.held, state.level) == (0, 3, "nearly_full")


async def test_full_takes_the_place_of_nearly_full_as_a_new_notice(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=5)
    await crowd(hall, 4)
    first = (await hall.state()).notice
    await ear.heard()

    await hall.hello("last")

    event = await ear.heard_one()
    second = event.state.notice
    assert first is not None
    assert second is not None
    assert (first.level, second.level, event.state.level) == ("nearly_full", "full", "full")
    assert second.id == f"{event.epoch}-2"
    assert event.notice_given
    assert event.notice_cleared is None


async def test_a_room_of_one_seat_is_full_with_one(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    await hall.hello("a")

    state = await hall.state()
    assert state.notice is not None
    assert (state.notice.level, state.level) == ("full", "full")


async def test_full_never_goes_back_to_nearly_full(hall: RoomFixture, ear: Ear) -> None:
    """The level is that of the moment, the notice stays until it clears."""
    await hall.open(seats=5)
    *_, last = await crowd(hall, 5)
    full = (await hall.state()).notice
    await ear.heard()

    await hall.leave(last)

    event = await ear.heard_one()
    assert event.state.notice == full
    assert event.state.level == "nearly_full"
    assert not event.notice_given


async def test_full_again_is_the_same_notice_until_it_has_cleared(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=5)
    *_, last = await crowd(hall, 5)
    await hall.leave(last)
    await ear.heard()

    await hall.hello("next")

    assert not (await ear.heard_one()).notice_given


async def test_below_the_lower_mark_the_notice_is_cleared_and_may_be_given_again(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=5)
    inside = await crowd(hall, 4)
    notice = (await hall.state()).notice
    assert notice is not None
    await hall.leave(inside[0])
    await ear.heard()

    await hall.leave(inside[1])
    cleared = await ear.heard_one()
    await hall.hello("x", "y")
    given = await ear.heard_one()

    assert cleared.notice_cleared == NoticeCleared(notice.id, "below")
    assert (cleared.state.notice, cleared.state.level) == (None, "ok")
    assert given.notice_given
    assert given.state.notice is not None
    assert given.state.notice.id == f"{given.epoch}-2"


async def test_a_raised_capacity_clears_the_notice_as_upgraded(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=10)
    await hall.set_seats(2)
    await crowd(hall, 2)
    notice = (await hall.state()).notice
    assert notice is not None
    await ear.heard()

    await hall.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.notice_cleared == NoticeCleared(notice.id, "upgraded")
    assert (event.state.notice, event.state.level) == (None, "ok")
    assert not event.notice_given


async def test_a_raise_that_leaves_the_room_full_gives_a_new_notice_after_the_old_one(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=3)
    await hall.set_seats(2)
    await crowd(hall, 3)
    old = (await hall.state()).notice
    assert old is not None
    await ear.heard()

    await hall.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.notice_cleared == NoticeCleared(old.id, "upgraded")
    assert event.notice_given
    assert event.state.notice is not None
    assert (event.state.notice.level, event.state.notice.id) == ("full", f"{event.epoch}-2")


async def test_a_raise_arms_a_dismissed_notice_again(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=3)
    await hall.set_seats(2)
    await crowd(hall, 3)
    old = (await hall.state()).notice
    assert old is not None
    await hall.rooms.dismiss_notice(REF, old.id, rest=False)
    await ear.heard()

    await hall.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.notice_cleared is None
    assert event.notice_given


async def test_a_decrease_clears_no_notice_as_upgraded(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=5)
    await crowd(hall, 4)
    await ear.heard()

    await hall.set_seats(4)

    event = await ear.heard_one()
    assert event.notice_cleared is None
    assert event.state.notice is not None
    assert (event.state.notice.level, event.state.level) == ("full", "full")


async def test_a_draining_room_is_full_to_its_hosts(hall: RoomFixture) -> None:
    await hall.open(seats=5)
    await crowd(hall, 3)

    snapshot = await hall.set_seats(2)

    assert snapshot.state.level == "draining"
    assert snapshot.state.notice is not None
    assert snapshot.state.notice.level == "full"


async def test_presenters_do_not_fill_the_room(hall: RoomFixture) -> None:
    await hall.open(seats=1, presenters=5)

    await hall.hello("p", "q", role=Role.PRESENTER)

    assert (await hall.state()).level == "ok"


async def half_full(
    hall: RoomFixture, *, forecast_s: int = FORECAST_S, after_ms: int = 30_000
) -> None:
    """50 of 100 seats taken at once, so long after the opening: 75 a minute, full in 40 s."""
    await hall.open(seats=100, forecast_s=forecast_s)
    await hall.wait(after_ms)
    await crowd(hall, 50)


async def test_the_forecast_speaks_before_the_mark(hall: RoomFixture, ear: Ear) -> None:
    await half_full(hall)

    event = (await ear.heard())[-1]
    assert (event.state.joins_per_min, event.state.full_in_s) == (75, 40)
    assert event.notice_given
    assert event.state.notice is not None
    assert (event.state.notice.level, event.state.level) == ("nearly_full", "nearly_full")


@pytest.mark.parametrize(("forecast_s", "speaks"), [(40, True), (39, False), (0, False)])
async def test_the_forecast_speaks_of_its_own_time_ahead(
    hall: RoomFixture, forecast_s: int, speaks: bool
) -> None:
    await half_full(hall, forecast_s=forecast_s)

    assert ((await hall.state()).notice is not None) is speaks


async def test_a_forecast_turned_off_says_nothing_at_all(hall: RoomFixture) -> None:
    await half_full(hall, forecast_s=0)

    assert (await hall.state()).full_in_s is None


async def test_the_slowest_pace_is_a_pace(hall: RoomFixture) -> None:
    """One a minute fills the last seat in a minute."""
    await hall.open(seats=2, forecast_s=FORECAST_S)
    await hall.wait(60_000)

    await hall.hello("a")

    state = await hall.state()
    assert (state.joins_per_min, state.full_in_s) == (1, 60)


@pytest.mark.parametrize(("after_ms", "speaks"), [(29_999, False), (30_000, True)])
async def test_the_forecast_is_silent_in_a_rooms_first_half_minute(
    hall: RoomFixture, after_ms: int, speaks: bool
) -> None:
    await half_full(hall, after_ms=after_ms)

    assert ((await hall.state()).full_in_s is not None) is speaks


@pytest.mark.parametrize(("count", "speaks"), [(49, False), (50, True)])
async def test_the_forecast_speaks_from_half_full_on(
    hall: RoomFixture, count: int, speaks: bool
) -> None:
    await hall.open(seats=100, forecast_s=FORECAST_S)
    await hall.wait(30_000)

    await crowd(hall, count)

    assert ((await hall.state()).notice is not None) is speaks


async def test_a_full_room_has_no_forecast(hall: RoomFixture) -> None:
    await hall.open(seats=50, forecast_s=FORECAST_S)
    await hall.wait(30_000)

    await crowd(hall, 50)

    assert (await hall.state()).full_in_s is None


async def test_a_forecast_notice_clears_after_a_minute_of_silence(
    hall: RoomFixture, ear: Ear
) -> None:
    """And the level with it: neither flaps with the pace."""
    await hall.open(seats=100, forecast_s=FORECAST_S)
    await hall.wait(30_000)
    inside = await crowd(hall, 50)
    notice = (await hall.state()).notice
    assert notice is not None
    # The arrivals are part of the pace for six slots of ten seconds.
    await hall.wait(59_999, keeping=inside)
    last_spoken = await hall.state()
    await hall.wait(59_999, keeping=inside)
    silent = await hall.state()
    await ear.heard()

    await hall.wait(1, keeping=inside)

    assert last_spoken.full_in_s == 60
    assert silent.full_in_s is None
    assert (silent.notice, silent.level) == (notice, "nearly_full")
    event = await ear.heard_one()
    assert event.notice_cleared == NoticeCleared(notice.id, "below")
    assert event.state.level == "ok"


async def test_a_forecast_that_came_true_is_a_notice_by_level(hall: RoomFixture) -> None:
    """It clears below the lower mark at once, without a minute of silence."""
    await hall.open(seats=100, forecast_s=FORECAST_S)
    await hall.wait(30_000)
    inside = await crowd(hall, 50)
    inside += await crowd(hall, 30, "h")
    await hall.wait(60_000, keeping=inside)
    before = await hall.state()

    await hall.leave(*inside[:6])

    assert before.full_in_s is None
    assert before.notice is not None
    assert (await hall.state()).notice is None


async def test_a_forecast_notice_after_one_by_level_waits_for_silence_too(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=100, forecast_s=FORECAST_S)
    inside = await crowd(hall, 80)
    inside += await hall.hello("one-more")
    await hall.leave(*inside[40:])
    inside = inside[:40]
    await hall.wait(60_000, keeping=inside)
    cleared = (await hall.state()).notice
    inside += await crowd(hall, 20, "h")

    await hall.wait(90_000, keeping=inside)

    state = await hall.state()
    assert cleared is None
    assert state.full_in_s is None
    assert state.notice is not None


async def test_the_pace_is_net(hall: RoomFixture) -> None:
    await hall.open(seats=100)
    await hall.wait(60_000)
    inside = await crowd(hall, 20)

    await hall.leave(*inside[:8])

    assert (await hall.state()).joins_per_min == 12


async def test_a_line_that_is_let_in_does_not_raise_the_pace(hall: RoomFixture) -> None:
    """They arrived long ago: an upgrade must not at once foretell a full room."""
    await hall.open(seats=40, forecast_s=FORECAST_S)
    await hall.set_seats(10)
    people = await crowd(hall, 20)
    await hall.wait(60_000, keeping=people)
    before = await hall.state()

    await hall.set_seats("plan", "more")
    await hall.hello(*(f"g{i:03}" for i in range(20)))

    after = await hall.state()
    assert (before.joins_per_min, before.waiting) == (0, 10)
    assert (after.occupied, after.joins_per_min, after.notice) == (20, 0, None)


async def raised_and_filling(hall: RoomFixture, *, after_ms: int) -> None:
    """A line of 20 from the last seconds is let in by a raise; later 10 more a minute come."""
    await hall.open(seats=100, forecast_s=FORECAST_S)
    await hall.set_seats(30)
    people = await crowd(hall, 50)
    await hall.wait(60_000, keeping=people)
    people += await crowd(hall, 5, "late")
    await hall.set_seats("plan", "more")
    people = await hall.hello(*(guest.name for guest in people))
    await hall.wait(after_ms, keeping=people)
    await crowd(hall, 10, "new")


@pytest.mark.parametrize(("after_ms", "full_in_s"), [(0, None), (119_999, None), (120_000, 210)])
async def test_the_forecast_is_silent_for_two_minutes_after_a_raise(
    hall: RoomFixture, after_ms: int, full_in_s: int | None
) -> None:
    """Those who hurried in before it say nothing of how fast the larger room fills."""
    await raised_and_filling(hall, after_ms=after_ms)

    state = await hall.state()
    assert state.joins_per_min > 0
    assert state.full_in_s == full_in_s
    assert (state.notice is not None) is (full_in_s is not None)


async def test_a_decrease_does_not_silence_the_forecast(hall: RoomFixture) -> None:
    await hall.open(seats=120, forecast_s=FORECAST_S)
    await hall.wait(30_000)
    await hall.set_seats(100)

    await crowd(hall, 50)

    assert (await hall.state()).full_in_s == 40


async def test_the_forecast_speaks_by_itself_when_its_silence_ends(hall: RoomFixture) -> None:
    """By a sweep alone, at that very instant: nobody has come or gone."""
    await hall.open(seats=100, forecast_s=FORECAST_S)
    await hall.set_seats(30)
    people = await crowd(hall, 30)
    await hall.wait(1_234)  # no end of a slot, at which the pace is looked at anyway
    await hall.set_seats("plan", "more")
    await hall.wait(117_000, keeping=people)
    people += await crowd(hall, 40, "new")

    await hall.wait(2_999, keeping=people)
    before = await hall.state()
    await hall.wait(1)  # swept by the fast path, were it not for the instant

    assert before.full_in_s is None
    assert (await hall.state()).full_in_s == 45


async def test_the_pace_forgets_after_a_minute(hall: RoomFixture) -> None:
    await hall.open(seats=100)
    await hall.wait(60_000)
    inside = await crowd(hall, 20)

    await hall.wait(59_999, keeping=inside)
    just_before = (await hall.state()).joins_per_min
    await hall.wait(1, keeping=inside)

    assert (just_before, (await hall.state()).joins_per_min) == (20, 0)


async def test_the_pace_counts_every_ten_seconds_of_the_minute(hall: RoomFixture) -> None:
    await hall.open(seats=100)
    inside: list[Guest] = []
    for i in range(12):
        await hall.wait(10_000, keeping=inside)
        inside += await hall.hello(f"g{i}")

    assert (await hall.state()).joins_per_min == 6


async def test_the_pace_of_a_young_room_is_of_the_time_there_was(hall: RoomFixture) -> None:
    """Ten in the first ten seconds are sixty a minute."""
    await hall.open(seats=100)

    await crowd(hall, 10)

    assert (await hall.state()).joins_per_min == 60


async def test_seats_freed_are_counted_for_ten_minutes(hall: RoomFixture) -> None:
    """What the estimate of the wait is made of."""
    await hall.open(seats=3)
    a, b, c = await hall.hello("a", "b", "c")
    await hall.leave(a, b)
    just_freed = await hall.state()

    # They are counted in whole minutes of the clock, and twenty seconds of the first had passed.
    await hall.wait(579_999, keeping=[c])
    just_before = (await hall.state()).freed
    await hall.wait(1, keeping=[c])

    assert (just_freed.freed, just_before, (await hall.state()).freed) == (2, 2, 0)
    assert (await hall.state()).observed_s == 580


async def test_seats_freed_are_counted_in_every_one_of_the_ten_minutes(hall: RoomFixture) -> None:
    await hall.open(seats=20)
    inside = await crowd(hall, 20)
    for _ in range(12):
        await hall.wait(60_000, keeping=inside)
        await hall.leave(inside.pop())

    assert (await hall.state()).freed == 10
