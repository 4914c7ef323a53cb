"""set_room: the line paused, or fewer seats than the plan's."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import InvalidRequest, NotFound
from fullhouse.domain.room_events import CapacityChange
from tests.event_probe import Ear
from tests.event_room import CLAIM_MS, LEASE_MS, WINDOW_MS_PER_100, EventRoom


async def test_a_raised_capacity_calls_the_head_of_the_line_in_the_same_step(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=4)
    await event_room.set_seats(1)
    _, b, _, d, _ = await event_room.hello("a", "b", "c", "d", "e")
    await ear.heard()

    snapshot = await event_room.set_seats("plan", "up")

    event = await ear.heard_one()
    assert event.capacity == CapacityChange(1, 4, "platform", "up")
    assert event.call is not None
    assert (event.call.called_from, event.call.called_to) == (b.place.ticket, d.place.ticket)
    assert (event.call.count, event.call.claim_ms) == (3, CLAIM_MS)
    assert event.call.window_ms == 3 * WINDOW_MS_PER_100 // 100
    assert event.state == snapshot.state
    assert (event.state.held, event.state.waiting, event.state.called_to) == (3, 1, d.place.ticket)
    assert not event.state.limited


async def test_a_limit_says_so(event_room: EventRoom) -> None:
    await event_room.open(seats=4)

    snapshot = await event_room.set_seats(3)

    assert (snapshot.state.limited, snapshot.state.capacity) == (True, 3)


async def test_a_decrease_removes_nobody_and_lets_nobody_in(event_room: EventRoom) -> None:
    await event_room.open(seats=3)
    a, b, c = await event_room.hello("a", "b", "c")

    snapshot = await event_room.set_seats(1)
    place = await event_room.claim("d")
    await event_room.leave(a, b)
    drained_to_full = await event_room.place("d")
    await event_room.leave(c)

    assert (snapshot.state.level, snapshot.state.occupied) == ("draining", 3)
    assert place.kind == "waiting"
    assert not drained_to_full.called
    assert (await event_room.place("d")).called


async def test_people_inside_may_reconnect_while_the_room_drains(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    a, _ = await event_room.hello("a", "b")
    await event_room.set_seats(0)
    await event_room.drop(a)

    assert (await event_room.claim("a")).kind == "seated"


async def test_a_decrease_takes_back_no_call(event_room: EventRoom) -> None:
    """The called come in, nobody else is called or seated until the room has drained."""
    await event_room.open(seats=3)
    a, b, _ = await event_room.hello("a", "b", "c")
    await event_room.hello("d", "e", "f")
    await event_room.leave(a, b)

    await event_room.set_seats(1)
    still_called = [(await event_room.place(name)).called for name in ("d", "e", "f")]
    newcomer = await event_room.claim("g")
    insiders = [await event_room.claim(name) for name in ("d", "e")]

    assert still_called == [True, True, False]
    assert newcomer.kind == "waiting"
    assert [place.kind for place in insiders] == ["seated", "seated"]
    state = await event_room.state()
    assert (state.level, state.occupied, state.held, state.waiting) == ("draining", 3, 0, 2)


async def test_a_pause_holds_the_line(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await event_room.set_paused(paused=True)

    await event_room.leave(a)

    place = await event_room.place("b")
    assert (place.called, place.reason) == (False, "paused")
    assert (await event_room.state()).paused


async def test_newcomers_wait_in_a_pause_even_where_seats_are_free(
    event_room: EventRoom, ear: Ear
) -> None:
    """A pause with an empty line; the resume calls them."""
    await event_room.open(seats=2)
    await event_room.set_paused(paused=True)
    a, b, _ = await event_room.hello("a", "b", "c")
    await ear.heard()

    await event_room.set_paused("resume", paused=False)

    assert a.place.kind == b.place.kind == "waiting"
    call = (await ear.heard_one()).call
    assert call is not None
    assert (call.called_from, call.count) == (a.place.ticket, 2)
    assert (await event_room.claim("a")).kind == "seated"
    assert (await event_room.place("c")).called is False


async def test_called_people_may_come_in_during_a_pause(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await event_room.leave(a)
    await event_room.set_paused(paused=True)

    assert (await event_room.claim("b")).kind == "seated"


async def test_a_raise_during_a_pause_calls_nobody(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.set_seats(1)
    await event_room.hello("a", "b")
    await event_room.set_paused(paused=True)

    await event_room.set_seats("plan", "up")

    assert not (await event_room.place("b")).called


async def test_what_is_not_named_stays_as_it_was(event_room: EventRoom) -> None:
    await event_room.open(seats=4)
    await event_room.set_seats(3)

    snapshot = await event_room.set_paused(paused=True)

    assert (snapshot.state.capacity, snapshot.state.paused) == (3, True)


async def test_more_seats_than_the_plans_are_refused(event_room: EventRoom) -> None:
    await event_room.open(seats=4)
    await event_room.set_seats(4)

    with pytest.raises(InvalidRequest) as refused:
        await event_room.set_seats(5, "too many")

    assert refused.value.field == "seats"
    assert "at most 4" in refused.value.reason
    assert (await event_room.state()).capacity == 4


async def test_a_repeated_change_does_not_undo_a_later_one(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=4)
    await event_room.set_seats(1, "first")
    await event_room.set_seats(3, "second")
    await ear.heard()

    snapshot = await event_room.set_seats(1, "first")

    assert snapshot.state.capacity == 3
    assert await ear.heard() == []


async def test_a_change_whose_id_is_part_of_another_is_a_change_of_its_own(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=4)
    await event_room.set_seats(1, "change-12")

    snapshot = await event_room.set_seats(3, "change-1")

    assert snapshot.state.capacity == 3


async def test_the_last_sixteen_changes_are_remembered(event_room: EventRoom) -> None:
    await event_room.open(seats=20)
    for i in range(17):
        await event_room.set_seats(i, f"change-{i:02}")

    remembered = await event_room.set_seats(1, "change-01")
    forgotten = await event_room.set_seats(0, "change-00")

    assert (remembered.state.capacity, forgotten.state.capacity) == (16, 0)


async def test_a_change_sweeps_too(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    snapshot = await event_room.set_paused(paused=True)

    assert snapshot.state.occupied == 0


async def test_a_change_that_changes_nothing_is_not_told(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=2)
    await ear.heard()

    await event_room.set_paused(paused=False)

    assert await ear.heard() == []


async def test_setting_needs_a_room(event_room: EventRoom) -> None:
    with pytest.raises(NotFound):
        await event_room.set_paused(paused=True)
