"""A host puts one person before the line: never above the capacity, and nobody else is moved."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import InvalidRequest, NotFound, RoomClosed
from fullhouse.domain.history import CalledNext
from fullhouse.domain.rooms import NOTHING_SEEN, Place, Role
from fullhouse.domain.waiting_people import MOST_PRIORITIES, CallNext
from fullhouse.store.histories import Histories
from fullhouse.store.waiting_people import WaitingPeople
from tests.event_probe import Ear
from tests.event_room import CLAIM_MS, REF, WAIT_GRACE_MS, EventRoom, Guest


async def call_next(event_room: EventRoom, name: str, *, change: str | None = None) -> Place:
    line = WaitingPeople(event_room.redis, instant=event_room.clock.now_ms)
    choice = CallNext(REF, name, by="hera", reason=f"{name} speaks next")
    return (await line.call_next(change or f"next-{name}", choice)).place


async def moments(event_room: EventRoom) -> list[CalledNext]:
    history = await Histories(event_room.redis).history(REF)
    return [moment for moment in history.moments if isinstance(moment, CalledNext)]


async def full_room(event_room: EventRoom, *line: str, seats: int = 1) -> list[Guest]:
    await event_room.open(seats=seats, away_ms=100_000)
    inside = [f"inside-{n}" for n in range(seats)]
    return await event_room.hello(*inside, *line)


async def ahead(event_room: EventRoom, *names: str) -> list[int]:
    return [(await event_room.place(name)).ahead for name in names]


async def test_in_a_full_room_the_person_is_the_first_of_the_line(event_room: EventRoom) -> None:
    _, *line = await full_room(event_room, "a", "b", "c")

    place = await call_next(event_room, "c")

    assert (place.kind, place.called, place.ahead) == ("waiting", False, 0)
    assert await ahead(event_room, "c", "a", "b") == [0, 1, 2]
    tickets = sorted(guest.place.ticket for guest in line)
    told = await event_room.rooms.people_ahead(REF, tickets)
    assert told.ahead == (1, 2, 0)
    state = await event_room.state()
    assert (state.occupied, state.held, state.waiting) == (1, 0, 3)


async def test_the_next_free_seat_is_theirs_and_nobody_else_gets_another_ticket(
    event_room: EventRoom, ear: Ear
) -> None:
    inside, a, b, c = await full_room(event_room, "a", "b", "c")
    await call_next(event_room, "c")
    await ear.heard()

    await event_room.leave(inside)

    (event,) = await ear.heard()
    place = await event_room.place("c")
    assert place.called
    assert place.claim_ms == CLAIM_MS
    assert [tuple(each) for each in event.exchanged] == [("c", c.place.ticket, place.ticket)]
    assert [(await event_room.place(g.name)).ticket for g in (a, b)] == [
        a.place.ticket,
        b.place.ticket,
    ]
    assert await ahead(event_room, "a", "b") == [0, 1]
    assert (await event_room.claim("c")).kind == "seated"


async def test_those_chosen_first_are_called_first_and_then_the_line_goes_on(
    event_room: EventRoom,
) -> None:
    _, _, _, *line = await full_room(event_room, "a", "b", "c", "d", seats=3)
    for name in "db":
        await call_next(event_room, name)

    for seats, called in [(4, "d"), (5, "b"), (6, "a")]:
        await event_room.has_account(seats=seats)
        await event_room.leave(*(await event_room.hello(f"inside-{seats - 4}")))
        assert (await event_room.place(called)).called
    assert not (await event_room.place("c")).called
    assert len(line) == 4


async def test_a_raise_calls_them_together_with_the_head_of_the_line(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=5)
    await event_room.set_seats(1)
    await event_room.hello("inside", "a", "b", "c", "d")
    await call_next(event_room, "d")
    await ear.heard()

    await event_room.set_seats(3, "more")

    (event,) = await ear.heard()
    assert event.call is not None
    assert event.call.count == 1
    assert {n: (await event_room.place(n)).called for n in "abcd"} == {
        "a": True,
        "b": False,
        "c": False,
        "d": True,
    }
    state = await event_room.state()
    assert (state.occupied, state.held, state.waiting) == (1, 2, 2)


async def test_a_paused_room_calls_nobody_and_keeps_the_choice(event_room: EventRoom) -> None:
    inside, *_ = await full_room(event_room, "a", "b")
    await event_room.set_paused(paused=True)
    await event_room.leave(inside)

    place = await call_next(event_room, "b")
    await event_room.set_paused("resume", paused=False)

    assert not place.called
    assert (await event_room.place("b")).called
    assert not (await event_room.place("a")).called


async def test_the_claim_of_a_chosen_person_ends_by_itself(event_room: EventRoom) -> None:
    """Somebody called earlier misses the call earlier: neither claim waits for the other."""
    inside_1, inside_2, a, b, c = await full_room(event_room, "a", "b", "c", seats=2)
    await event_room.leave(inside_1)
    await event_room.wait(5_000, keeping=[inside_2, a, b, c])
    await call_next(event_room, "c")
    await event_room.leave(inside_2)
    c = Guest("c", await event_room.place("c"))
    assert c.place.claim_ms == CLAIM_MS

    await event_room.wait(CLAIM_MS - 5_000 + 10, keeping=[a, b, c])
    first = {n: (await event_room.place(n)).called for n in "abc"}
    await event_room.wait(5_000, keeping=[b, c])

    assert first == {"a": False, "b": True, "c": True}
    assert not (await event_room.place("c")).called
    assert (await event_room.place("c")).reason == "missed_call"


async def test_people_who_are_called_at_one_moment_each_have_an_end(event_room: EventRoom) -> None:
    await event_room.open(seats=5)
    await event_room.set_seats(1)
    inside, *line = await event_room.hello("inside", "a", "b", "c")
    await call_next(event_room, "c")
    await call_next(event_room, "b")
    await event_room.set_seats(3, "more")
    line = [Guest(guest.name, await event_room.place(guest.name)) for guest in line]
    called = {guest.name for guest in line if guest.place.called}
    assert called == {"b", "c"}

    await event_room.wait(CLAIM_MS + 10, keeping=[inside, *line])

    reasons = {name: (await event_room.place(name)).reason for name in called}
    assert reasons == {"b": "missed_call", "c": "missed_call"}


async def test_a_chosen_person_who_is_away_is_first_when_back(event_room: EventRoom) -> None:
    inside, a, b = await full_room(event_room, "a", "b")
    await event_room.drop(b)
    await event_room.wait(WAIT_GRACE_MS, keeping=[inside, a])

    place = await call_next(event_room, "b")
    await event_room.hello("b")

    assert place.kind == "none"
    assert await ahead(event_room, "b", "a") == [0, 1]


async def test_whoever_leaves_loses_the_choice(event_room: EventRoom) -> None:
    _, _, b = await full_room(event_room, "a", "b")
    await call_next(event_room, "b")

    await event_room.leave(b)
    await event_room.hello("b")

    assert await ahead(event_room, "a", "b") == [0, 1]


async def test_the_reason_and_the_host_are_in_the_history_once(event_room: EventRoom) -> None:
    await full_room(event_room, "a", "b")

    await call_next(event_room, "b")
    await call_next(event_room, "b", change="another click")

    (moment,) = await moments(event_room)
    assert (moment.participant, moment.by, moment.reason) == ("b", "hera", "b speaks next")


async def test_after_the_event_the_history_has_the_reason_and_nobodys_id(
    event_room: EventRoom,
) -> None:
    await full_room(event_room, "a", "b")
    await call_next(event_room, "b")

    await event_room.rooms.close_room(REF)

    (moment,) = await moments(event_room)
    assert (moment.participant, moment.by) == (None, None)
    assert moment.reason == "b speaks next"


async def test_a_call_that_is_repeated_late_does_not_choose_again(event_room: EventRoom) -> None:
    """The answer was lost; meanwhile the person was called, missed it, and is back at the end."""
    inside, a, b = await full_room(event_room, "a", "b")
    await call_next(event_room, "b", change="one-click")
    await event_room.leave(inside)
    b = Guest("b", await event_room.place("b"))
    await event_room.wait(CLAIM_MS + 10, keeping=[a, b])

    await call_next(event_room, "b", change="one-click")

    assert len(await moments(event_room)) == 1


async def test_people_who_do_not_wait(event_room: EventRoom) -> None:
    inside, a, *_ = await full_room(event_room, "a", "b")
    await event_room.hello("p", role=Role.PRESENTER)

    assert (await call_next(event_room, inside.name)).kind == "seated"
    for name in ("p", "nobody"):
        with pytest.raises(NotFound, match="participant"):
            await call_next(event_room, name)
    await event_room.leave(inside)
    assert (await call_next(event_room, a.name)).called
    assert await moments(event_room) == []
    await event_room.rooms.close_room(REF)
    with pytest.raises(RoomClosed):
        await call_next(event_room, "b")


async def test_no_more_than_some_can_be_before_the_line(event_room: EventRoom) -> None:
    names = [f"g{n}" for n in range(MOST_PRIORITIES + 1)]
    await full_room(event_room, *names)
    for name in names[:-1]:
        await call_next(event_room, name)

    with pytest.raises(InvalidRequest, match="participant: at most 50"):
        await call_next(event_room, names[-1])


async def test_a_refill_ends_a_call_that_the_store_has_lost(event_room: EventRoom) -> None:
    """The node remembers the call; the store does not, and no wave would ever end it."""
    first, inside, x, a, b = await full_room(event_room, "x", "a", "b", seats=2)
    await event_room.leave(first)
    (x,) = await event_room.hello(x.name)
    await event_room.wait(CLAIM_MS + 1_000, keeping=[inside, x, a, b])
    await call_next(event_room, "b")
    saved = await event_room.saved()
    await event_room.leave(inside)
    b = Guest("b", await event_room.place("b"))
    seen = await event_room.revision()
    called_to = (await event_room.state()).called_to
    await event_room.roll_back(saved)

    await event_room.report_members(a.session, b.session, seen=seen, called_to=called_to)
    assert (await event_room.place("b")).called
    await event_room.wait(100_000, keeping=[x, a, b])

    assert not (await event_room.place("b")).called
    assert await event_room.revision() > NOTHING_SEEN
