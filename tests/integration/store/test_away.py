"""People in line who are gone for longer than their grace: skipped, not lost."""

from __future__ import annotations

from collections.abc import Sequence

from fullhouse.domain.rooms import Role
from tests.event_room import WAIT_GRACE_MS, EventRoom, Guest

AWAY_MS = 100_000
BEAT_MS = 1_000


async def opened(event_room: EventRoom, *, seats: int = 1) -> None:
    await event_room.open(seats=seats, away_ms=AWAY_MS)


async def pass_time(event_room: EventRoom, ms: int, *present: Guest) -> None:
    """Time passes, swept on the way, and these people are renewed."""
    while ms > 0:
        event_room.clock.advance(ms=min(ms, BEAT_MS))
        ms -= BEAT_MS
        if present:
            await event_room.renew(present)
        await event_room.sweep()


async def go_away(event_room: EventRoom, guests: Sequence[Guest], *present: Guest) -> None:
    await event_room.drop(*guests)
    await pass_time(event_room, WAIT_GRACE_MS, *present)


async def state(event_room: EventRoom) -> tuple[int, int, int, int]:
    """The numbers of people inside, called, waiting and away."""
    audit = await event_room.rooms.audit(event_room.ref)
    assert audit.drift == ()
    now = audit.snapshot.state
    return now.occupied, now.held, now.waiting, now.away


async def test_nobody_counts_or_calls_a_person_who_is_away(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first, second = await event_room.hello("inside", "first", "second")
    await go_away(event_room, [first], inside, second)
    assert await state(event_room) == (1, 0, 1, 1)
    assert (await event_room.place("second")).ahead == 0
    await event_room.leave(inside)
    assert (await event_room.place("second")).called
    assert await state(event_room) == (0, 1, 0, 1)


async def test_until_the_grace_ends_the_place_is_as_before(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first, second = await event_room.hello("inside", "first", "second")
    await event_room.drop(first)
    await pass_time(event_room, WAIT_GRACE_MS - 1, inside, second)
    assert await state(event_room) == (1, 0, 2, 0)
    await pass_time(event_room, 1, inside, second)
    assert await state(event_room) == (1, 0, 1, 1)


async def test_who_returns_stands_before_those_who_stood_behind(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first, second, third = await event_room.hello("inside", "first", "second", "third")
    await go_away(event_room, [second], inside, first, third)
    (back,) = await event_room.hello("second")
    assert (back.place.kind, back.place.ticket) == ("waiting", second.place.ticket)
    assert [(await event_room.place(n)).ahead for n in ("first", "second", "third")] == [0, 1, 2]


async def test_calls_passed_over_cost_no_position(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, *line = await event_room.hello("inside", "a", "b", "c", "d", "e")
    a, b, c, d, e = line
    await go_away(event_room, [a, c], inside, b, d, e)
    await event_room.leave(inside)
    assert (await event_room.place("b")).called
    (b,) = await event_room.hello("b")
    assert b.place.kind == "seated"
    called_to = (await event_room.rooms.audit(event_room.ref)).snapshot.state.called_to

    (c,) = await event_room.hello("c")
    (a,) = await event_room.hello("a")
    assert c.place.ticket > a.place.ticket > called_to
    assert not a.place.called
    assert [(await event_room.place(name)).ahead for name in "acde"] == [0, 1, 2, 3]


async def test_the_order_of_people_survives_a_second_time_away(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, a, b, c, d = await event_room.hello("inside", "a", "b", "c", "d")
    await go_away(event_room, [a, b], inside, c, d)
    await event_room.leave(inside)
    (c,) = await event_room.hello("c")
    (a,) = await event_room.hello("a")
    await go_away(event_room, [a], c, d)
    await event_room.hello("b")
    await event_room.hello("a")
    assert [(await event_room.place(name)).ahead for name in "abd"] == [0, 1, 2]


async def test_a_called_person_keeps_the_call_for_the_grace_only(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first = await event_room.hello("inside", "first")
    await event_room.leave(inside)
    await go_away(event_room, [first])
    assert await state(event_room) == (0, 0, 0, 0)


async def test_the_place_is_gone_after_the_time_away(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first, second = await event_room.hello("inside", "first", "second")
    await go_away(event_room, [first], inside, second)
    await pass_time(event_room, AWAY_MS - 1, inside, second)
    assert await state(event_room) == (1, 0, 1, 1)
    await pass_time(event_room, 1, inside, second)
    assert await state(event_room) == (1, 0, 1, 0)
    (back,) = await event_room.hello("first")
    assert (back.place.ahead, back.place.reason) == (1, "expired")
    assert (await event_room.place("first")).reason == "full"
    (again,) = await event_room.hello("first")
    assert again.place.reason == "full"


async def test_newcomers_enter_past_people_who_are_away(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first = await event_room.hello("inside", "first")
    await go_away(event_room, [first], inside)
    await event_room.leave(inside)
    (newcomer,) = await event_room.hello("newcomer")
    assert newcomer.place.kind == "seated"
    (first,) = await event_room.hello("first")
    assert (first.place.kind, first.place.ahead) == ("waiting", 0)


async def test_a_node_that_was_late_brings_its_people_back(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first, second = await event_room.hello("inside", "first", "second")
    await pass_time(event_room, WAIT_GRACE_MS, inside, second)
    assert await state(event_room) == (1, 0, 1, 1)
    await event_room.renew([first])
    assert await state(event_room) == (1, 0, 2, 0)
    assert (await event_room.place("second")).ahead == 1


async def test_who_is_away_can_leave_or_be_removed_or_change_role(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, a, b, c = await event_room.hello("inside", "a", "b", "c")
    await go_away(event_room, [a, b, c], inside)
    await event_room.leave(a)
    await event_room.rooms.remove_participant(event_room.ref, "b")
    (presenter,) = await event_room.hello("c", role=Role.PRESENTER)
    assert presenter.place.kind == "presenting"
    assert await state(event_room) == (1, 0, 0, 0)


async def test_a_late_drop_does_not_shorten_the_time_away(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first = await event_room.hello("inside", "first")
    await pass_time(event_room, WAIT_GRACE_MS, inside)  # its node stood still
    assert await state(event_room) == (1, 0, 0, 1)
    await event_room.drop(first)
    await pass_time(event_room, AWAY_MS - WAIT_GRACE_MS, inside)
    assert await state(event_room) == (1, 0, 0, 1)


async def test_a_new_opening_knows_nobody_who_was_away(event_room: EventRoom) -> None:
    await opened(event_room)
    inside, first = await event_room.hello("inside", "first")
    await go_away(event_room, [first], inside)
    await event_room.rooms.close_room(event_room.ref)
    assert await state(event_room) == (0, 0, 0, 0)
    await opened(event_room)
    (first,) = await event_room.hello("first")
    assert first.place.kind == "seated"


async def test_without_a_time_away_the_ticket_goes_with_the_grace(event_room: EventRoom) -> None:
    await event_room.open(seats=1, away_ms=0)
    inside, first, second = await event_room.hello("inside", "first", "second")
    await go_away(event_room, [first], inside, second)
    assert await state(event_room) == (1, 0, 1, 0)
    (back,) = await event_room.hello("first")
    assert (back.place.ahead, back.place.reason) == (1, "expired")


async def test_a_lost_call_gives_nobody_who_was_away_a_seat(event_room: EventRoom) -> None:
    """The store goes back to before a call that passed over somebody, and its node remembers."""
    await opened(event_room)
    inside, first, second = await event_room.hello("inside", "first", "second")
    await go_away(event_room, [first], inside, second)
    saved = await event_room.saved()
    await event_room.leave(inside)
    called = Guest("second", await event_room.place("second"))
    seen = await event_room.rooms.snapshot(event_room.ref)
    await event_room.roll_back(saved)

    await event_room.report_members(
        called.session, seen=seen.revision, called_to=seen.state.called_to
    )
    (first,) = await event_room.hello("first")

    assert called.place.called
    assert (await event_room.place("second")).called
    assert not first.place.called
    assert first.place.ticket > called.place.ticket
