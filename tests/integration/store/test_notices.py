"""Levels and notices: decided once per crossing, by the script that crosses."""

from __future__ import annotations

import pytest

from fullhouse.domain.room_events import NoticeCleared
from fullhouse.domain.rooms import Role
from tests.event_probe import Ear
from tests.event_room import CLAIM_MS, REF, EventRoom, Guest

FORECAST_S = 300


async def crowd(event_room: EventRoom, count: int, name: str = "g") -> list[Guest]:
    return await event_room.hello(*(f"{name}{i:03}" for i in range(count)))


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
    event_room: EventRoom, capacity: int, given_at: int, cleared_at: int
) -> None:
    """80 % up, below 75 % down; in small rooms at the latest with one seat left."""
    await event_room.open(seats=capacity)
    inside: list[Guest] = []

    while (await event_room.state()).notice is None:
        inside += await event_room.hello(f"g{len(inside)}")
    given = len(inside)
    while (await event_room.state()).notice is not None:
        await event_room.leave(inside.pop())

    assert (given, len(inside)) == (given_at, cleared_at)


async def test_no_notice_stands_in_an_empty_room(event_room: EventRoom) -> None:
    await event_room.open(seats=0)

    await event_room.hello("a")

    assert ((await event_room.state()).level, (await event_room.state()).notice) == ("ok", None)


async def test_a_notice_is_given_once_and_says_since_when(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=5)
    await crowd(event_room, 3)
    event_room.clock.advance(ms=1_500)
    await ear.heard()

    await event_room.hello("a")
    await event_room.sweep()

    event = await ear.heard_one()
    assert event.notice_given
    assert event.notice_cleared is None
    notice = event.state.notice
    assert notice is not None
    assert (notice.level, notice.since_ms) == ("nearly_full", event_room.clock.now_ms())
    assert notice.id == f"{event.epoch}-1"
    assert event.state.level == "nearly_full"


async def test_hovering_at_the_mark_tells_once(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=20)
    inside = await crowd(event_room, 15)
    given = 0

    for _ in range(3):
        (last,) = await event_room.hello("last")
        await event_room.leave(last)
        given += sum(event.notice_given for event in await ear.heard())

    assert given == 1
    state = await event_room.state()
    assert (state.level, state.occupied) == ("nearly_full", len(inside))


async def test_calls_count_as_taken(event_room: EventRoom) -> None:
    """Four seats: two inside and one held for the called one make the third."""
    await event_room.open(seats=4)
    await event_room.set_paused(paused=True)
    await event_room.hello("a", "b", "c")

    await event_room.set_paused("resume", paused=False)

    state = await event_room.state()
    assert (state.occupied, state.held, state.level) == (0, 3, "nearly_full")


async def test_full_takes_the_place_of_nearly_full_as_a_new_notice(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=5)
    await crowd(event_room, 4)
    first = (await event_room.state()).notice
    await ear.heard()

    await event_room.hello("last")

    event = await ear.heard_one()
    second = event.state.notice
    assert first is not None
    assert second is not None
    assert (first.level, second.level, event.state.level) == ("nearly_full", "full", "full")
    assert second.id == f"{event.epoch}-2"
    assert event.notice_given
    assert event.notice_cleared is None


async def test_a_room_of_one_seat_is_full_with_one(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    await event_room.hello("a")

    state = await event_room.state()
    assert state.notice is not None
    assert (state.notice.level, state.level) == ("full", "full")


async def test_full_never_goes_back_to_nearly_full(event_room: EventRoom, ear: Ear) -> None:
    """The level is that of the moment, the notice stays until it clears."""
    await event_room.open(seats=5)
    *_, last = await crowd(event_room, 5)
    full = (await event_room.state()).notice
    await ear.heard()

    await event_room.leave(last)

    event = await ear.heard_one()
    assert event.state.notice == full
    assert event.state.level == "nearly_full"
    assert not event.notice_given


async def test_full_again_is_the_same_notice_until_it_has_cleared(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=5)
    *_, last = await crowd(event_room, 5)
    await event_room.leave(last)
    await ear.heard()

    await event_room.hello("next")

    assert not (await ear.heard_one()).notice_given


async def test_below_the_lower_mark_the_notice_is_cleared_and_may_be_given_again(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=5)
    inside = await crowd(event_room, 4)
    notice = (await event_room.state()).notice
    assert notice is not None
    await event_room.leave(inside[0])
    await ear.heard()

    await event_room.leave(inside[1])
    cleared = await ear.heard_one()
    await event_room.hello("x", "y")
    given = await ear.heard_one()

    assert cleared.notice_cleared == NoticeCleared(notice.id, "below")
    assert (cleared.state.notice, cleared.state.level) == (None, "ok")
    assert given.notice_given
    assert given.state.notice is not None
    assert given.state.notice.id == f"{given.epoch}-2"


async def test_a_raised_capacity_clears_the_notice_as_upgraded(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=10)
    await event_room.set_seats(2)
    await crowd(event_room, 2)
    notice = (await event_room.state()).notice
    assert notice is not None
    await ear.heard()

    await event_room.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.notice_cleared == NoticeCleared(notice.id, "upgraded")
    assert (event.state.notice, event.state.level) == (None, "ok")
    assert not event.notice_given


async def test_a_raise_that_leaves_the_room_full_gives_a_new_notice_after_the_old_one(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=3)
    await event_room.set_seats(2)
    await crowd(event_room, 3)
    old = (await event_room.state()).notice
    assert old is not None
    await ear.heard()

    await event_room.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.notice_cleared == NoticeCleared(old.id, "upgraded")
    assert event.notice_given
    assert event.state.notice is not None
    assert (event.state.notice.level, event.state.notice.id) == ("full", f"{event.epoch}-2")


async def test_a_raise_arms_a_dismissed_notice_again(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=3)
    await event_room.set_seats(2)
    await crowd(event_room, 3)
    old = (await event_room.state()).notice
    assert old is not None
    await event_room.rooms.dismiss_notice(REF, old.id, rest=False)
    await ear.heard()

    await event_room.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.notice_cleared is None
    assert event.notice_given


async def test_a_decrease_clears_no_notice_as_upgraded(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=5)
    await crowd(event_room, 4)
    await ear.heard()

    await event_room.set_seats(4)

    event = await ear.heard_one()
    assert event.notice_cleared is None
    assert event.state.notice is not None
    assert (event.state.notice.level, event.state.level) == ("full", "full")


async def test_a_draining_room_is_full_to_its_hosts(event_room: EventRoom) -> None:
    await event_room.open(seats=5)
    await crowd(event_room, 3)

    snapshot = await event_room.set_seats(2)

    assert snapshot.state.level == "draining"
    assert snapshot.state.notice is not None
    assert snapshot.state.notice.level == "full"


async def test_presenters_do_not_fill_the_room(event_room: EventRoom) -> None:
    await event_room.open(seats=1, presenters=5)

    await event_room.hello("p", "q", role=Role.PRESENTER)

    assert (await event_room.state()).level == "ok"


async def half_full(
    event_room: EventRoom, *, forecast_s: int = FORECAST_S, after_ms: int = 30_000
) -> None:
    """50 of 100 seats taken at once. After half a minute: 100 a minute, full in 30 s."""
    await event_room.open(seats=100, forecast_s=forecast_s)
    await event_room.wait(after_ms)
    await crowd(event_room, 50)


async def test_the_forecast_speaks_before_the_mark(event_room: EventRoom, ear: Ear) -> None:
    await half_full(event_room)

    event = (await ear.heard())[-1]
    assert (event.state.joins_per_min, event.state.full_in_s) == (100, 30)
    assert event.notice_given
    assert event.state.notice is not None
    assert (event.state.notice.level, event.state.level) == ("nearly_full", "nearly_full")


@pytest.mark.parametrize(("forecast_s", "speaks"), [(30, True), (29, False), (0, False)])
async def test_the_forecast_speaks_of_its_own_time_ahead(
    event_room: EventRoom, forecast_s: int, speaks: bool
) -> None:
    await half_full(event_room, forecast_s=forecast_s)

    assert ((await event_room.state()).notice is not None) is speaks


async def test_a_forecast_turned_off_says_nothing_at_all(event_room: EventRoom) -> None:
    await half_full(event_room, forecast_s=0)

    assert (await event_room.state()).full_in_s is None


async def test_the_slowest_pace_is_a_pace(event_room: EventRoom) -> None:
    """One a minute fills the last seat in a minute."""
    await event_room.open(seats=2, forecast_s=FORECAST_S)
    await event_room.wait(60_000)

    await event_room.hello("a")

    state = await event_room.state()
    assert (state.joins_per_min, state.full_in_s) == (1, 60)


@pytest.mark.parametrize(("after_ms", "speaks"), [(29_999, False), (30_000, True)])
async def test_the_forecast_is_silent_in_a_rooms_first_half_minute(
    event_room: EventRoom, after_ms: int, speaks: bool
) -> None:
    await half_full(event_room, after_ms=after_ms)

    assert ((await event_room.state()).full_in_s is not None) is speaks


@pytest.mark.parametrize(("count", "speaks"), [(49, False), (50, True)])
async def test_the_forecast_speaks_from_half_full_on(
    event_room: EventRoom, count: int, speaks: bool
) -> None:
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.wait(30_000)

    await crowd(event_room, count)

    state = await event_room.state()
    assert (state.notice is not None) is speaks
    assert state.full_in_s is not None, "it is a figure before it is a reason for a notice"


async def test_a_full_room_has_no_forecast(event_room: EventRoom) -> None:
    await event_room.open(seats=50, forecast_s=FORECAST_S)
    await event_room.wait(30_000)

    await crowd(event_room, 50)

    assert (await event_room.state()).full_in_s is None


async def test_a_forecast_notice_clears_after_a_minute_of_silence(
    event_room: EventRoom, ear: Ear
) -> None:
    """And the level with it: neither flaps with the pace."""
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.wait(30_000)
    inside = await crowd(event_room, 50)
    notice = (await event_room.state()).notice
    assert notice is not None
    # They count as long as the slot in which they came: for a minute after its end.
    await event_room.wait(69_999, keeping=inside)
    last_spoken = await event_room.state()
    await event_room.wait(59_999, keeping=inside)
    silent = await event_room.state()
    await ear.heard()

    await event_room.wait(1, keeping=inside)

    assert last_spoken.full_in_s == 60
    assert silent.full_in_s is None
    assert (silent.notice, silent.level) == (notice, "nearly_full")
    event = await ear.heard_one()
    assert event.notice_cleared == NoticeCleared(notice.id, "below")
    assert event.state.level == "ok"


async def test_a_forecast_that_came_true_is_a_notice_by_level(event_room: EventRoom) -> None:
    """It clears below the lower mark at once, without a minute of silence."""
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.wait(30_000)
    inside = await crowd(event_room, 50)
    inside += await crowd(event_room, 30, "h")
    await event_room.wait(70_000, keeping=inside)
    before = await event_room.state()

    await event_room.leave(*inside[:6])

    assert before.full_in_s is None
    assert before.notice is not None
    assert (await event_room.state()).notice is None


async def test_a_forecast_notice_after_one_by_level_waits_for_silence_too(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    inside = await crowd(event_room, 80)
    inside += await event_room.hello("one-more")
    await event_room.leave(*inside[40:])
    inside = inside[:40]
    await event_room.wait(60_000, keeping=inside)
    cleared = (await event_room.state()).notice
    inside += await crowd(event_room, 20, "h")

    await event_room.wait(90_000, keeping=inside)

    state = await event_room.state()
    assert cleared is None
    assert state.full_in_s is None
    assert state.notice is not None


async def test_the_pace_is_that_of_arrivals_whoever_leaves(event_room: EventRoom) -> None:
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.wait(60_000)
    inside = await crowd(event_room, 20)

    await event_room.leave(*inside[:8])
    as_some_leave = await event_room.state()
    await event_room.leave(*inside[8:])
    as_all_leave = await event_room.state()

    assert (as_some_leave.joins_per_min, as_all_leave.joins_per_min) == (20, 20)


async def test_a_room_that_people_leave_as_fast_as_they_come_does_not_become_full(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    settled = await crowd(event_room, 60, "settled")
    await event_room.wait(80_000, keeping=settled)
    newcomers = await crowd(event_room, 20)
    growing = await event_room.state()

    await event_room.leave(*newcomers[:10])
    slower = await event_room.state()
    await event_room.leave(*newcomers[10:])
    steady = await event_room.state()

    assert (growing.full_in_s, slower.full_in_s, steady.full_in_s) == (60, 180, None)
    assert steady.joins_per_min == 20


async def test_a_paused_room_does_not_become_full(event_room: EventRoom) -> None:
    """Whoever comes waits, and no seat is taken."""
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.wait(60_000)
    await crowd(event_room, 60)
    before = await event_room.state()

    paused = (await event_room.set_paused(paused=True)).state

    assert before.full_in_s == 40
    assert (paused.full_in_s, paused.joins_per_min) == (None, 60)


async def test_arrivals_within_seconds_of_the_opening_are_a_pace(event_room: EventRoom) -> None:
    """Forty in twelve seconds are two hundred a minute."""
    await event_room.open(seats=100)
    inside: list[Guest] = []
    for i in range(12):
        await event_room.wait(1_000)
        inside += await crowd(event_room, 4 if i % 3 == 0 else 3, f"s{i}-")

    assert len(inside) == 40
    assert (await event_room.state()).joins_per_min == 200


async def test_people_in_line_are_arrivals_and_their_seats_later_are_not(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=100)
    await event_room.set_seats(10)
    await event_room.wait(60_000)
    people = await crowd(event_room, 30)
    waiting = await event_room.state()

    await event_room.set_seats("plan", "more")
    await event_room.hello(*(guest.name for guest in people))

    inside = await event_room.state()
    assert (waiting.occupied, waiting.waiting, waiting.joins_per_min) == (10, 20, 30)
    assert (inside.occupied, inside.joins_per_min) == (30, 30)


async def test_a_reload_is_no_arrival(event_room: EventRoom) -> None:
    await event_room.open(seats=100)
    await event_room.wait(60_000)
    (guest,) = await event_room.hello("a")

    await event_room.drop(guest)
    await event_room.hello("a")

    assert (await event_room.state()).joins_per_min == 1


async def test_a_closed_room_has_no_pace(event_room: EventRoom) -> None:
    await event_room.open(seats=100)
    await crowd(event_room, 20)

    await event_room.rooms.close_room(REF)

    assert (await event_room.state()).joins_per_min == 0


@pytest.mark.parametrize("per_second", [10, 49])
async def test_a_room_that_fills_steadily_is_full_when_it_was_said_to_be(
    event_room: EventRoom, per_second: int
) -> None:
    """Asked at every second from the first half minute on."""
    seats, lead_s = 100 * per_second, 100
    await event_room.open(seats=seats, forecast_s=FORECAST_S, lease_ms=900_000)
    said: dict[int, int | None] = {}
    for second in range(1, lead_s + 1):
        await event_room.wait(1_000)
        await crowd(event_room, per_second, f"s{second}-")
        said[second] = (await event_room.state()).full_in_s

    assert (await event_room.state()).level == "full"
    figures = {second: figure for second, figure in said.items() if 30 <= second < lead_s}
    wrong_s = [
        figure - (lead_s - second) for second, figure in figures.items() if figure is not None
    ]
    assert len(wrong_s) == len(figures)
    assert max(map(abs, wrong_s)) <= 2


async def test_a_line_that_is_let_in_does_not_raise_the_pace(event_room: EventRoom) -> None:
    """They arrived long ago: an upgrade must not at once foretell a full room."""
    await event_room.open(seats=40, forecast_s=FORECAST_S)
    await event_room.set_seats(10)
    people = await crowd(event_room, 20)
    await event_room.wait(70_000, keeping=people)
    before = await event_room.state()

    await event_room.set_seats("plan", "more")
    await event_room.hello(*(f"g{i:03}" for i in range(20)))

    after = await event_room.state()
    assert (before.joins_per_min, before.waiting) == (0, 10)
    assert (after.occupied, after.joins_per_min, after.notice) == (20, 0, None)


async def raised_and_filling(event_room: EventRoom, *, after_ms: int) -> None:
    """A line of 20 from the last seconds is let in by a raise; later 10 more a minute come."""
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.set_seats(30)
    people = await crowd(event_room, 50)
    await event_room.wait(60_000, keeping=people)
    people += await crowd(event_room, 5, "late")
    await event_room.set_seats("plan", "more")
    people = await event_room.hello(*(guest.name for guest in people))
    await event_room.wait(after_ms, keeping=people)
    await crowd(event_room, 10, "new")


@pytest.mark.parametrize(("after_ms", "full_in_s"), [(0, None), (119_999, None), (120_000, 210)])
async def test_the_forecast_is_silent_for_two_minutes_after_a_raise(
    event_room: EventRoom, after_ms: int, full_in_s: int | None
) -> None:
    """Those who hurried in before it say nothing of how fast the larger room fills."""
    await raised_and_filling(event_room, after_ms=after_ms)

    state = await event_room.state()
    assert state.joins_per_min > 0
    assert state.full_in_s == full_in_s
    assert (state.notice is not None) is (full_in_s is not None)


async def test_a_decrease_does_not_silence_the_forecast(event_room: EventRoom) -> None:
    await event_room.open(seats=120, forecast_s=FORECAST_S)
    await event_room.wait(30_000)
    await event_room.set_seats(100)

    await crowd(event_room, 50)

    assert (await event_room.state()).full_in_s == 30


async def test_the_forecast_speaks_by_itself_when_its_silence_ends(event_room: EventRoom) -> None:
    """By a sweep alone, at that very instant: nobody has come or gone."""
    await event_room.open(seats=100, forecast_s=FORECAST_S)
    await event_room.set_seats(30)
    people = await crowd(event_room, 30)
    await event_room.wait(1_234)  # no end of a slot, at which the pace is looked at anyway
    await event_room.set_seats("plan", "more")
    await event_room.wait(117_000, keeping=people)
    people += await crowd(event_room, 40, "new")

    await event_room.wait(2_999, keeping=people)
    before = await event_room.state()
    await event_room.wait(1)  # swept by the fast path, were it not for the instant

    assert before.full_in_s is None
    assert (await event_room.state()).full_in_s == 45


async def test_the_pace_forgets_a_minute_after_the_slot(event_room: EventRoom) -> None:
    await event_room.open(seats=100)
    await event_room.wait(60_000)
    inside = await crowd(event_room, 20)

    await event_room.wait(69_999, keeping=inside)
    just_before = (await event_room.state()).joins_per_min
    await event_room.wait(1, keeping=inside)

    assert (just_before, (await event_room.state()).joins_per_min) == (20, 0)


async def test_the_pace_counts_the_last_minute(event_room: EventRoom) -> None:
    """In the middle of a slot, half of the oldest still counts."""
    await event_room.open(seats=999)
    inside: list[Guest] = []
    for i in range(12):
        inside += await crowd(event_room, 10 * (i + 1), f"s{i}-")
        await event_room.wait(10_000, keeping=inside)
    at_the_start = await event_room.state()

    await event_room.wait(5_000, keeping=inside)
    await event_room.hello("one-more")

    assert at_the_start.joins_per_min == 70 + 80 + 90 + 100 + 110 + 120
    assert (await event_room.state()).joins_per_min == 1 + 35 + 80 + 90 + 100 + 110 + 120


async def test_the_pace_of_a_young_room_is_of_the_time_there_was(event_room: EventRoom) -> None:
    """Ten in the first ten seconds are sixty a minute."""
    await event_room.open(seats=100)

    await crowd(event_room, 10)

    assert (await event_room.state()).joins_per_min == 60


async def test_seats_freed_are_counted_for_ten_minutes(event_room: EventRoom) -> None:
    """What the estimate of the wait is made of."""
    await event_room.open(seats=3)
    a, b, c = await event_room.hello("a", "b", "c")
    await event_room.leave(a, b)
    just_freed = await event_room.state()

    # They are counted in whole minutes of the clock, and twenty seconds of the first had passed.
    await event_room.wait(579_999, keeping=[c])
    just_before = (await event_room.state()).freed
    await event_room.wait(1, keeping=[c])

    assert (just_freed.freed, just_before, (await event_room.state()).freed) == (2, 2, 0)
    assert (await event_room.state()).observed_s == 540, "nine whole minutes have passed"


async def test_seats_freed_are_counted_in_every_one_of_the_ten_minutes(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=20)
    inside = await crowd(event_room, 20)
    for _ in range(12):
        await event_room.wait(60_000, keeping=inside)
        await event_room.leave(inside.pop())

    assert (await event_room.state()).freed == 10


async def test_a_held_seat_that_nobody_took_was_freed(event_room: EventRoom) -> None:
    """It brings the line one seat nearer, as one that somebody left does."""
    await event_room.open(seats=1)
    (inside,) = await event_room.hello("a")
    line = await event_room.hello("b", "c", "d")
    await event_room.leave(inside)
    called = (await event_room.state()).freed

    await event_room.leave(line[0])
    left = (await event_room.state()).freed
    await event_room.wait(CLAIM_MS + 1_000, keeping=line[1:])
    missed = (await event_room.state()).freed

    assert (called, left, missed) == (1, 2, 3)


async def test_a_line_that_stands_still_learns_that_seats_become_free_more_rarely(
    event_room: EventRoom, ear: Ear
) -> None:
    """The nodes estimate the wait from the state that events bring."""
    await event_room.open(seats=3)
    a, b, c = await event_room.hello("a", "b", "c")
    await event_room.leave(a, b)
    people = [c, *await event_room.hello("x", "y", "waits")]
    await event_room.wait(90_000, keeping=people)
    await ear.heard()

    await event_room.wait(120_000, keeping=people)
    young = await ear.heard()
    await event_room.wait(380_000, keeping=people)

    assert [event.state.observed_s for event in young] == [100, 160]
    assert (await ear.heard())[-1].state.freed == 0


async def test_an_estimate_that_nobody_hears_is_no_news(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=3)
    a, b, c = await event_room.hello("a", "b", "c")
    await event_room.leave(a, b)
    await event_room.wait(90_000, keeping=[c])
    await ear.heard()

    await event_room.wait(600_000, keeping=[c])

    assert await ear.heard() == []
