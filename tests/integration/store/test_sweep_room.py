"""sweep_room: time passes, what lapsed goes, the next are called."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import Place, Role
from tests.event_probe import Ear
from tests.room_fixture import CLAIM_MS, LEASE_MS, REF, STEP_MS, WAIT_GRACE_MS, Guest, RoomFixture

DAY_MS = 24 * 3600 * 1000
WAVE_OF_ONE_MS = 10


async def called_guest(hall: RoomFixture, name: str = "b") -> Guest:
    """Somebody who waits in a room of one seat and has just been called."""
    (a,) = await hall.hello("a")
    (guest,) = await hall.hello(name)
    await hall.leave(a)
    return guest


async def test_a_lease_lapses_at_its_end_and_not_a_millisecond_before(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")

    await hall.wait(LEASE_MS - 1)
    just_before = await hall.seated()
    await ear.heard()
    await hall.wait(1)

    assert just_before == {"a"}
    assert (await ear.heard_one()).expired == (("a", a.generation, "seat"),)
    assert await hall.holders() == {}


async def test_lapsed_tickets_and_presenters_are_told_apart(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=0)
    (a,) = await hall.hello("a")
    (p,) = await hall.hello("p", role=Role.PRESENTER)
    await hall.wait(LEASE_MS - 1)
    await ear.heard()

    await hall.wait(1)

    assert set((await ear.heard_one()).expired) == {
        ("a", a.generation, "ticket"),
        ("p", p.generation, "presenter"),
    }


async def test_a_lapsed_seat_is_offered_to_the_head_of_the_line(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    b, c = await hall.hello("b", "c")

    await hall.wait(LEASE_MS, keeping=[b, c])

    assert (await hall.place("b")).called
    assert not (await hall.place("c")).called


async def test_a_called_person_who_is_gone_lapses_and_the_next_is_called(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b, c = await hall.hello("b", "c")
    await hall.drop(b)
    await hall.leave(a)

    await hall.wait(WAIT_GRACE_MS - 1, keeping=[c])
    just_before = await hall.place("c")
    await hall.wait(1, keeping=[c])

    assert not just_before.called
    assert (await hall.place("c")).called
    assert await hall.line() == ["c"]


async def test_a_missed_claim_goes_to_the_end_with_word_of_it(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b, c = await hall.hello("b", "c")
    await hall.leave(a)
    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS - 1, keeping=[b, c])
    just_before = await hall.place("b")
    await ear.heard()

    await hall.wait(1, keeping=[b, c])

    place = await hall.place("b")
    event = await ear.heard_one()
    assert (just_before.called, just_before.claim_ms) == (True, 1)
    assert (place.called, place.reason, place.ticket) == (False, "missed_call", c.place.ticket + 1)
    assert event.requeued == (("b", b.place.ticket, place.ticket),)
    assert event.call is not None
    assert (event.call.called_from, event.call.count) == (c.place.ticket, 1)
    assert await hall.line() == ["c", "b"]


async def test_two_misses_in_a_row_end_the_wait(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    b = await called_guest(hall)
    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    assert (await hall.place("b")).called
    await ear.heard()

    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])

    # Between the two the pace of a minute ago is forgotten, which is told too.
    told = [event.dropped_out for event in await ear.heard() if event.dropped_out]
    assert told == [(("b", b.generation),)]
    assert await hall.holders() == {}


async def test_two_waves_that_ended_in_a_truce_end_in_one_sweep(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=2)
    a, x = await hall.hello("a", "x")
    b, c = await hall.hello("b", "c")
    await hall.leave(a)
    await hall.wait(1_000, keeping=[x, b, c])
    await hall.leave(x)
    await hall.wait(CLAIM_MS - 2_000, keeping=[b, c])
    hall.clock.advance(ms=STEP_MS + 1)
    await hall.sweep()
    await hall.wait(LEASE_MS - 1, keeping=[b, c])
    await ear.heard()

    await hall.wait(1)

    assert [name for name, *_ in (await ear.heard_one()).requeued] == ["b", "c"]


async def test_whoever_claims_after_a_miss_begins_anew(hall: RoomFixture) -> None:
    """The second miss of somebody who was inside in between is a first one."""
    await hall.open(seats=1)
    b = await called_guest(hall)
    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    (inside,) = await hall.hello("b")
    await hall.leave(inside)
    (c,) = await hall.hello("c")
    (again,) = await hall.hello("b")
    await hall.leave(c)

    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[again])

    place = await hall.place("b")
    assert (place.kind, place.reason) == ("waiting", "missed_call")


async def test_a_claim_wipes_out_the_miss(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    b = await called_guest(hall)
    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    missed = await hall.contents()

    await hall.claim("b")

    assert any(key.endswith(":misses") for key in missed)
    assert not any(key.endswith(":misses") for key in await hall.contents())


async def test_whoever_was_dropped_out_may_queue_anew(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    b = await called_guest(hall)
    for _ in range(2):
        await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    await hall.hello("a")

    place = await hall.claim("b")

    assert (place.kind, place.reason) == ("waiting", "full")
    assert place.generation > b.generation


async def test_all_come_in_at_their_moment_in_a_window_longer_than_the_claim(
    hall: RoomFixture,
) -> None:
    """100 people over 100 s, 45 s to claim: the last moment is 54 s after the first claim ends."""
    window_ms = 100_000
    await hall.open(seats=100, window_ms_per_100=window_ms)
    await hall.set_seats(0)
    waiting = await hall.hello(*(f"g{i:02}" for i in range(100)))
    await hall.set_seats("plan", "up")

    for guest in waiting:
        await hall.claim(guest.name)
        await hall.wait(window_ms // 100, keeping=waiting)

    assert await hall.seated() == {guest.name for guest in waiting}


async def test_the_last_of_a_long_wave_has_the_whole_claim_after_the_window(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=100, window_ms_per_100=60_000)
    await hall.set_seats(0)
    waiting = await hall.hello(*(f"g{i:02}" for i in range(100)))

    await hall.set_seats("plan", "up")

    assert (await hall.place("g99")).claim_ms == 60_000 + CLAIM_MS
    await hall.wait(60_000 + CLAIM_MS - 1, keeping=waiting)
    assert (await hall.claim("g99")).kind == "seated"
    await hall.wait(1, keeping=waiting)
    assert (await hall.state()).occupied == 1
    assert (await hall.place("g00")).reason == "missed_call"


async def test_a_short_wave_does_not_end_before_a_long_one_called_earlier(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=101, window_ms_per_100=60_000)
    (a,) = await hall.hello("a")
    await hall.set_seats(1)
    waiting = await hall.hello(*(f"g{i:02}" for i in range(101)))
    await hall.set_seats("plan", "up")
    await hall.wait(1_000, keeping=[a, *waiting])
    await hall.leave(a)

    last = await hall.place("g100")

    assert last.called
    assert last.claim_ms == 60_000 + CLAIM_MS - 1_000


async def test_two_calls_in_one_step_do_not_shorten_the_wave_before(hall: RoomFixture) -> None:
    """A seat that lapsed and one given up for a presenter's, both within one admit."""
    await hall.open(seats=102, window_ms_per_100=60_000)
    a, x = await hall.hello("a", "x")
    await hall.set_seats(2)
    waiting = await hall.hello(*(f"g{i:03}" for i in range(102)))
    await hall.set_seats("plan", "up")
    await hall.wait(LEASE_MS - 1, keeping=[x, *waiting])
    hall.clock.advance(ms=1)

    await hall.hello("x", role=Role.PRESENTER)

    called = await places(hall, waiting)
    assert {place.claim_ms for place in called} == {60_000 + CLAIM_MS - LEASE_MS}
    assert a.name not in await hall.holders()


async def test_five_thousand_lapsed_go_in_several_calls(hall: RoomFixture) -> None:
    await hall.open(seats=5_000)
    for first in range(0, 5_000, 500):
        await hall.hello(*(f"g{i}" for i in range(first, first + 500)))
    await hall.wait(LEASE_MS - 1)
    hall.clock.advance(ms=1)

    counts, more = [], True
    while more:
        more = (await hall.sweep()).more
        counts.append((await hall.state()).occupied)

    assert counts == [4_000, 3_000, 2_000, 1_000, 0, 0]


async def test_a_thousand_missed_calls_a_sweep(hall: RoomFixture) -> None:
    """The line moves on while the rest of the wave is still being sent to its end."""
    await hall.open(seats=1_500)
    await hall.set_seats(0)
    waiting = await hall.hello(*(f"g{i}" for i in range(1_500)))
    await hall.set_seats("plan", "up")
    window_ms = 15_000
    await hall.wait(window_ms + CLAIM_MS - 1, keeping=waiting)
    await hall.renew(waiting)
    hall.clock.advance(ms=1)

    first = await hall.sweep()
    second = await hall.sweep()

    assert (first.more, second.more) == (True, False)
    assert all(place.reason == "missed_call" for place in await places(hall, waiting))
    assert (await hall.state()).held == 1_500


async def places(hall: RoomFixture, guests: list[Guest]) -> list[Place]:
    return list((await hall.rooms.positions(REF, [guest.name for guest in guests])).places)


async def test_the_answer_says_whether_anything_has_a_deadline(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    empty = await hall.sweep()
    (a,) = await hall.hello("a")
    inside = await hall.sweep()
    await hall.leave(a)
    left = await hall.sweep()
    await hall.hello("p", role=Role.PRESENTER)
    presenting = await hall.sweep()

    assert [sweep.has_deadline for sweep in (empty, inside, left, presenting)] == [
        False,
        True,
        False,
        True,
    ]


async def test_a_person_waiting_has_a_deadline(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    await hall.hello("a")

    assert (await hall.sweep()).has_deadline


async def test_a_wave_that_nobody_is_left_of_ends_all_the_same(hall: RoomFixture) -> None:
    """Until then the room has a deadline, so that somebody sweeps it."""
    await hall.open(seats=1)
    b = await called_guest(hall)
    await hall.leave(b)

    before = await hall.sweep()
    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS)
    after = await hall.sweep()

    assert (before.has_deadline, after.has_deadline) == (True, False)


async def test_a_stall_costs_nobody_the_seat(hall: RoomFixture) -> None:
    """Three leases pass while nobody is awake: the house clock takes one step."""
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")

    hall.clock.advance(ms=3 * LEASE_MS)
    await hall.sweep()

    holders = await hall.holders()
    assert set(holders) == {"a", "b"}
    assert holders["a"].ends_in_ms == LEASE_MS - STEP_MS
    assert await hall.renew([a]) == {}


async def test_after_a_stall_nothing_lapses_for_one_lease(hall: RoomFixture) -> None:
    """Every node has time to renew its people before the sweep counts them out."""
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)
    hall.clock.advance(ms=STEP_MS + 1)
    await hall.sweep()

    await hall.wait(LEASE_MS - 1)
    in_truce = await hall.seated()
    await hall.wait(1)

    assert in_truce == {"a"}
    assert await hall.seated() == set()


async def test_a_room_whose_sweeps_are_always_late_frees_the_seats_of_the_dead(
    hall: RoomFixture,
) -> None:
    """Each step is cut; the truce that the first of them begins is not begun again and again."""
    await hall.open(seats=1)
    await hall.hello("a")

    for _ in range(2 * LEASE_MS // STEP_MS + 1):
        hall.clock.advance(ms=STEP_MS + 500)
        await hall.sweep()

    assert await hall.seated() == set()


async def test_who_is_renewed_between_late_sweeps_loses_nothing(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")

    for _ in range(5 * LEASE_MS // STEP_MS):
        hall.clock.advance(ms=STEP_MS + 500)
        await hall.sweep()
        assert await hall.renew([a]) == {}

    assert await hall.seated() == {"a"}


async def test_the_longest_step_is_taken_whole(hall: RoomFixture) -> None:
    """Two seconds are an ordinary beat: no truce, the lease ends at its end."""
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - STEP_MS)

    hall.clock.advance(ms=STEP_MS)
    await hall.sweep()

    assert await hall.seated() == set()


async def test_after_a_stall_a_missed_call_is_forgiven_until_the_truce_ends(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    b = await called_guest(hall)
    await hall.wait(CLAIM_MS + WAVE_OF_ONE_MS - 1, keeping=[b])
    hall.clock.advance(ms=STEP_MS + 1)

    await hall.sweep()

    place = await hall.place("b")
    assert (place.ticket, place.claim_ms) == (b.place.ticket, 0)
    assert (await hall.claim("b")).kind == "seated"


async def test_a_wall_clock_that_jumps_back_holds_the_house_clock(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")

    hall.clock.advance(ms=-3_600_000)
    await hall.sweep()
    ends_in_ms = (await hall.holders())["a"].ends_in_ms
    await hall.wait(LEASE_MS - 1)
    just_before = await hall.seated()
    await hall.wait(1)

    assert ends_in_ms == LEASE_MS
    assert just_before == {"a"}
    assert await hall.seated() == set()


async def test_a_long_quiet_room_owes_nobody_a_truce(hall: RoomFixture) -> None:
    """Nothing in it had a deadline while nobody was awake."""
    await hall.open(seats=1)
    hall.clock.advance(ms=3_600_000)
    await hall.hello("a")

    await hall.wait(LEASE_MS)

    assert await hall.seated() == set()


async def test_a_room_empty_for_a_day_is_forgotten_to_the_millisecond(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.sweep()

    hall.clock.advance(ms=DAY_MS - 1)
    just_before = await hall.sweep()
    hall.clock.advance(ms=1)
    after_a_day = await hall.sweep()

    assert (just_before.forgotten, after_a_day.forgotten) == (False, True)


async def test_a_visitor_restarts_the_day(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.sweep()
    hall.clock.advance(ms=DAY_MS - LEASE_MS)
    await hall.hello("a")
    await hall.wait(LEASE_MS)

    hall.clock.advance(ms=DAY_MS - STEP_MS - 1)
    just_before = await hall.sweep()
    hall.clock.advance(ms=STEP_MS + 1)

    assert not just_before.forgotten
    assert (await hall.sweep()).forgotten


async def test_a_sweep_with_nothing_to_do_is_not_told(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    await hall.hello("a", "b")
    revision = await hall.revision()
    await ear.heard()

    sweep = await hall.wait(1_000)

    assert sweep.revision == revision
    assert await ear.heard() == []


@pytest.mark.parametrize("closed", [False, True])
async def test_a_sweep_needs_an_open_room(hall: RoomFixture, closed: bool) -> None:
    if closed:
        await hall.open()
        await hall.rooms.close_room(REF)

    assert (await hall.sweep()).outcome == ("closed" if closed else "no_room")
