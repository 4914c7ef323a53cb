"""sweep_room: time passes, what lapsed goes, the next are called."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import Place, Role
from tests.event_probe import Ear
from tests.event_room import CLAIM_MS, LEASE_MS, REF, STEP_MS, WAIT_GRACE_MS, EventRoom, Guest

DAY_MS = 24 * 3600 * 1000
WAVE_OF_ONE_MS = 10


async def called_guest(event_room: EventRoom, name: str = "b") -> Guest:
    """Somebody who waits in a room of one seat and has just been called."""
    (a,) = await event_room.hello("a")
    (guest,) = await event_room.hello(name)
    await event_room.leave(a)
    return guest


async def test_a_lease_lapses_at_its_end_and_not_a_millisecond_before(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")

    await event_room.wait(LEASE_MS - 1)
    just_before = await event_room.seated()
    await ear.heard()
    await event_room.wait(1)

    assert just_before == {"a"}
    event = await ear.heard_one()
    assert event.expired == (("a", a.generation, "seat"),)
    assert event.late_ms == 0
    assert await event_room.holders() == {}


async def test_an_event_says_how_late_the_first_of_its_places_was_freed(
    event_room: EventRoom, ear: Ear
) -> None:
    """Of all kinds of places together."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    event_room.clock.advance(ms=500)
    await event_room.hello("p", role=Role.PRESENTER)
    await event_room.wait(LEASE_MS - 501)
    await ear.heard()

    await event_room.wait(700)

    event = await ear.heard_one()
    assert {who for who, _, _ in event.expired} == {"a", "p"}
    assert event.late_ms == 699


async def test_lapsed_tickets_and_presenters_are_told_apart(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=0)
    (a,) = await event_room.hello("a")
    (p,) = await event_room.hello("p", role=Role.PRESENTER)
    await event_room.wait(LEASE_MS - 1)
    await ear.heard()

    await event_room.wait(1)

    assert set((await ear.heard_one()).expired) == {
        ("a", a.generation, "ticket"),
        ("p", p.generation, "presenter"),
    }


async def test_a_lapsed_seat_is_offered_to_the_head_of_the_line(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    b, c = await event_room.hello("b", "c")

    await event_room.wait(LEASE_MS, keeping=[b, c])

    assert (await event_room.place("b")).called
    assert not (await event_room.place("c")).called


async def test_a_called_person_who_is_gone_lapses_and_the_next_is_called(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    b, c = await event_room.hello("b", "c")
    await event_room.drop(b)
    await event_room.leave(a)

    await event_room.wait(WAIT_GRACE_MS - 1, keeping=[c])
    just_before = await event_room.place("c")
    await event_room.wait(1, keeping=[c])

    assert not just_before.called
    assert (await event_room.place("c")).called
    assert await event_room.line() == ["c"]


async def test_a_missed_claim_goes_to_the_end_with_word_of_it(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    b, c = await event_room.hello("b", "c")
    await event_room.leave(a)
    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS - 1, keeping=[b, c])
    just_before = await event_room.place("b")
    await ear.heard()

    await event_room.wait(1, keeping=[b, c])

    place = await event_room.place("b")
    event = await ear.heard_one()
    assert (just_before.called, just_before.claim_ms) == (True, 1)
    assert (place.called, place.reason, place.ticket) == (False, "missed_call", c.place.ticket + 1)
    assert event.requeued == (("b", b.place.ticket, place.ticket),)
    assert event.call is not None
    assert (event.call.called_from, event.call.count) == (c.place.ticket, 1)
    assert await event_room.line() == ["c", "b"]


async def test_two_misses_in_a_row_end_the_wait(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=1)
    b = await called_guest(event_room)
    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    assert (await event_room.place("b")).called
    await ear.heard()

    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])

    # Between the two the pace of a minute ago is forgotten, which is told too.
    told = [event.dropped_out for event in await ear.heard() if event.dropped_out]
    assert told == [(("b", b.generation),)]
    assert await event_room.holders() == {}


async def test_two_waves_that_ended_in_a_truce_end_in_one_sweep(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=2)
    a, x = await event_room.hello("a", "x")
    b, c = await event_room.hello("b", "c")
    await event_room.leave(a)
    await event_room.wait(1_000, keeping=[x, b, c])
    await event_room.leave(x)
    await event_room.wait(CLAIM_MS - 2_000, keeping=[b, c])
    event_room.clock.advance(ms=STEP_MS + 1)
    await event_room.sweep()
    await event_room.wait(LEASE_MS - 1, keeping=[b, c])
    await ear.heard()

    await event_room.wait(1)

    assert [name for name, *_ in (await ear.heard_one()).requeued] == ["b", "c"]


async def test_whoever_claims_after_a_miss_begins_anew(event_room: EventRoom) -> None:
    """The second miss of somebody who was inside in between is a first one."""
    await event_room.open(seats=1)
    b = await called_guest(event_room)
    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    (inside,) = await event_room.hello("b")
    await event_room.leave(inside)
    (c,) = await event_room.hello("c")
    (again,) = await event_room.hello("b")
    await event_room.leave(c)

    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[again])

    place = await event_room.place("b")
    assert (place.kind, place.reason) == ("waiting", "missed_call")


async def test_a_claim_wipes_out_the_miss(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    b = await called_guest(event_room)
    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    missed = await event_room.contents()

    await event_room.claim("b")

    assert any(key.endswith(":misses") for key in missed)
    assert not any(key.endswith(":misses") for key in await event_room.contents())


async def test_whoever_was_dropped_out_may_queue_anew(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    b = await called_guest(event_room)
    for _ in range(2):
        await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS, keeping=[b])
    await event_room.hello("a")

    place = await event_room.claim("b")

    assert (place.kind, place.reason) == ("waiting", "full")
    assert place.generation > b.generation


async def test_all_come_in_at_their_moment_in_a_window_longer_than_the_claim(
    event_room: EventRoom,
) -> None:
    """100 people over 100 s, 45 s to claim: the last moment is 54 s after the first claim ends."""
    window_ms = 100_000
    await event_room.open(seats=100, window_ms_per_100=window_ms)
    await event_room.set_seats(0)
    waiting = await event_room.hello(*(f"g{i:02}" for i in range(100)))
    await event_room.set_seats("plan", "up")

    for guest in waiting:
        await event_room.claim(guest.name)
        await event_room.wait(window_ms // 100, keeping=waiting)

    assert await event_room.seated() == {guest.name for guest in waiting}


async def test_the_last_of_a_long_wave_has_the_whole_claim_after_the_window(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=100, window_ms_per_100=60_000)
    await event_room.set_seats(0)
    waiting = await event_room.hello(*(f"g{i:02}" for i in range(100)))

    await event_room.set_seats("plan", "up")

    assert (await event_room.place("g99")).claim_ms == 60_000 + CLAIM_MS
    await event_room.wait(60_000 + CLAIM_MS - 1, keeping=waiting)
    assert (await event_room.claim("g99")).kind == "seated"
    await event_room.wait(1, keeping=waiting)
    assert (await event_room.state()).occupied == 1
    assert (await event_room.place("g00")).reason == "missed_call"


async def test_a_short_wave_does_not_end_before_a_long_one_called_earlier(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=101, window_ms_per_100=60_000)
    (a,) = await event_room.hello("a")
    await event_room.set_seats(1)
    waiting = await event_room.hello(*(f"g{i:02}" for i in range(101)))
    await event_room.set_seats("plan", "up")
    await event_room.wait(1_000, keeping=[a, *waiting])
    await event_room.leave(a)

    last = await event_room.place("g100")

    assert last.called
    assert last.claim_ms == 60_000 + CLAIM_MS - 1_000


async def test_two_calls_in_one_step_do_not_shorten_the_wave_before(event_room: EventRoom) -> None:
    """A seat that lapsed and one given up for a presenter's, both within one admit."""
    await event_room.open(seats=102, window_ms_per_100=60_000)
    a, x = await event_room.hello("a", "x")
    await event_room.set_seats(2)
    waiting = await event_room.hello(*(f"g{i:03}" for i in range(102)))
    await event_room.set_seats("plan", "up")
    await event_room.wait(LEASE_MS - 1, keeping=[x, *waiting])
    event_room.clock.advance(ms=1)

    await event_room.hello("x", role=Role.PRESENTER)

    called = await places(event_room, waiting)
    assert {place.claim_ms for place in called} == {60_000 + CLAIM_MS - LEASE_MS}
    assert a.name not in await event_room.holders()


async def test_five_thousand_lapsed_go_in_several_calls(event_room: EventRoom) -> None:
    await event_room.open(seats=5_000)
    for first in range(0, 5_000, 500):
        await event_room.hello(*(f"g{i}" for i in range(first, first + 500)))
    await event_room.wait(LEASE_MS - 1)
    event_room.clock.advance(ms=1)

    counts, more = [], True
    while more:
        more = (await event_room.sweep()).more
        counts.append((await event_room.state()).occupied)

    assert counts == [4_000, 3_000, 2_000, 1_000, 0, 0]


async def test_a_thousand_missed_calls_a_sweep(event_room: EventRoom) -> None:
    """The line moves on while the rest of the wave is still being sent to its end."""
    await event_room.open(seats=1_500)
    await event_room.set_seats(0)
    waiting = await event_room.hello(*(f"g{i}" for i in range(1_500)))
    await event_room.set_seats("plan", "up")
    window_ms = 15_000
    await event_room.wait(window_ms + CLAIM_MS - 1, keeping=waiting)
    await event_room.renew(waiting)
    event_room.clock.advance(ms=1)

    first = await event_room.sweep()
    second = await event_room.sweep()

    assert (first.more, second.more) == (True, False)
    assert all(place.reason == "missed_call" for place in await places(event_room, waiting))
    assert (await event_room.state()).held == 1_500


async def places(event_room: EventRoom, guests: list[Guest]) -> list[Place]:
    return list((await event_room.rooms.positions(REF, [guest.name for guest in guests])).places)


async def test_the_answer_says_whether_anything_has_a_deadline(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    empty = await event_room.sweep()
    (a,) = await event_room.hello("a")
    inside = await event_room.sweep()
    await event_room.leave(a)
    left = await event_room.sweep()
    await event_room.hello("p", role=Role.PRESENTER)
    presenting = await event_room.sweep()

    assert [sweep.has_deadline for sweep in (empty, inside, left, presenting)] == [
        False,
        True,
        False,
        True,
    ]


async def test_a_person_waiting_has_a_deadline(event_room: EventRoom) -> None:
    await event_room.open(seats=0)
    await event_room.hello("a")

    assert (await event_room.sweep()).has_deadline


async def test_a_wave_that_nobody_is_left_of_ends_all_the_same(event_room: EventRoom) -> None:
    """Until then the room has a deadline, so that somebody sweeps it."""
    await event_room.open(seats=1)
    b = await called_guest(event_room)
    await event_room.leave(b)

    before = await event_room.sweep()
    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS)
    after = await event_room.sweep()

    assert (before.has_deadline, after.has_deadline) == (True, False)


async def test_a_stall_costs_nobody_the_seat(event_room: EventRoom) -> None:
    """Three leases pass while nobody is awake: the house clock takes one step."""
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")

    event_room.clock.advance(ms=3 * LEASE_MS)
    await event_room.sweep()

    holders = await event_room.holders()
    assert set(holders) == {"a", "b"}
    assert holders["a"].ends_in_ms == LEASE_MS - STEP_MS
    assert await event_room.renew([a]) == {}


async def test_after_a_stall_nothing_lapses_for_one_lease(event_room: EventRoom) -> None:
    """Every node has time to renew its people before the sweep counts them out."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)
    event_room.clock.advance(ms=STEP_MS + 1)
    await event_room.sweep()

    await event_room.wait(LEASE_MS - 1)
    in_truce = await event_room.seated()
    await event_room.wait(1)

    assert in_truce == {"a"}
    assert await event_room.seated() == set()


async def test_a_room_whose_sweeps_are_always_late_frees_the_seats_of_the_dead(
    event_room: EventRoom,
) -> None:
    """Each step is cut; the truce that the first of them begins is not begun again and again."""
    await event_room.open(seats=1)
    await event_room.hello("a")

    for _ in range(2 * LEASE_MS // STEP_MS + 1):
        event_room.clock.advance(ms=STEP_MS + 500)
        await event_room.sweep()

    assert await event_room.seated() == set()


async def test_who_is_renewed_between_late_sweeps_loses_nothing(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")

    for _ in range(5 * LEASE_MS // STEP_MS):
        event_room.clock.advance(ms=STEP_MS + 500)
        await event_room.sweep()
        assert await event_room.renew([a]) == {}

    assert await event_room.seated() == {"a"}


async def test_the_longest_step_is_taken_whole(event_room: EventRoom) -> None:
    """Two seconds are an ordinary beat: no truce, the lease ends at its end."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - STEP_MS)

    event_room.clock.advance(ms=STEP_MS)
    await event_room.sweep()

    assert await event_room.seated() == set()


async def test_after_a_stall_a_missed_call_is_forgiven_until_the_truce_ends(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    b = await called_guest(event_room)
    await event_room.wait(CLAIM_MS + WAVE_OF_ONE_MS - 1, keeping=[b])
    event_room.clock.advance(ms=STEP_MS + 1)

    await event_room.sweep()

    place = await event_room.place("b")
    assert (place.ticket, place.claim_ms) == (b.place.ticket, 0)
    assert (await event_room.claim("b")).kind == "seated"


async def test_a_wall_clock_that_jumps_back_holds_the_house_clock(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")

    event_room.clock.advance(ms=-3_600_000)
    await event_room.sweep()
    ends_in_ms = (await event_room.holders())["a"].ends_in_ms
    await event_room.wait(LEASE_MS - 1)
    just_before = await event_room.seated()
    await event_room.wait(1)

    assert ends_in_ms == LEASE_MS
    assert just_before == {"a"}
    assert await event_room.seated() == set()


async def test_a_long_quiet_room_owes_nobody_a_truce(event_room: EventRoom) -> None:
    """Nothing in it had a deadline while nobody was awake."""
    await event_room.open(seats=1)
    event_room.clock.advance(ms=3_600_000)
    await event_room.hello("a")

    await event_room.wait(LEASE_MS)

    assert await event_room.seated() == set()


async def test_a_room_empty_for_a_day_is_forgotten_to_the_millisecond(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.sweep()

    event_room.clock.advance(ms=DAY_MS - 1)
    just_before = await event_room.sweep()
    event_room.clock.advance(ms=1)
    after_a_day = await event_room.sweep()

    assert (just_before.forgotten, after_a_day.forgotten) == (False, True)


async def test_a_visitor_restarts_the_day(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.sweep()
    event_room.clock.advance(ms=DAY_MS - LEASE_MS)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS)

    event_room.clock.advance(ms=DAY_MS - STEP_MS - 1)
    just_before = await event_room.sweep()
    event_room.clock.advance(ms=STEP_MS + 1)

    assert not just_before.forgotten
    assert (await event_room.sweep()).forgotten


async def test_a_sweep_with_nothing_to_do_is_not_told(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    revision = await event_room.revision()
    await ear.heard()

    sweep = await event_room.wait(1_000)

    assert sweep.revision == revision
    assert await ear.heard() == []


@pytest.mark.parametrize("closed", [False, True])
async def test_a_sweep_needs_an_open_room(event_room: EventRoom, closed: bool) -> None:
    if closed:
        await event_room.open()
        await event_room.rooms.close_room(REF)

    assert (await event_room.sweep()).outcome == ("closed" if closed else "no_room")
