"""leave: seats and tickets given up at once, for all tabs."""

from __future__ import annotations

from fullhouse.domain.rooms import Revision, Role
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, EventRoom


async def test_a_leave_frees_the_seat_and_calls_the_head_of_the_line(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    b, _ = await event_room.hello("b", "c")
    await ear.heard()

    await event_room.leave(a)

    event = await ear.heard_one()
    assert event.cause == "leave"
    assert event.left == (("a", a.generation, Role.ATTENDEE),)
    assert event.call is not None
    assert (event.call.called_from, event.call.called_to) == (b.place.ticket, b.place.ticket)
    assert (event.state.occupied, event.state.held, event.state.waiting) == (0, 1, 1)


async def test_a_leave_gives_up_the_ticket(event_room: EventRoom) -> None:
    await event_room.open(seats=0)
    b, _ = await event_room.hello("b", "c")

    await event_room.leave(b)

    assert await event_room.line() == ["c"]
    assert (await event_room.place("c")).ahead == 0


async def test_a_leave_of_a_called_person_passes_the_call_on(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    b, _ = await event_room.hello("b", "c")
    await event_room.leave(a)

    await event_room.leave(b)

    assert (await event_room.place("c")).called


async def test_a_leave_frees_the_presenter_seat(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(presenters=1)
    (p,) = await event_room.hello("p", role=Role.PRESENTER)
    await ear.heard()

    await event_room.leave(p)

    assert (await ear.heard_one()).left == (("p", p.generation, Role.PRESENTER),)
    assert (await event_room.state()).presenters == 0


async def test_a_late_leave_of_an_old_session_does_nothing(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (old,) = await event_room.hello("a")
    await event_room.drop(old)
    (new,) = await event_room.hello("a")
    await ear.heard()

    await event_room.leave(old)

    assert await event_room.seated() == {"a"}
    assert await ear.heard() == []
    assert await event_room.renew([new]) == {}


async def test_a_leave_of_a_dropped_session_still_counts(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    await event_room.leave(a)

    assert await event_room.seated() == set()


async def test_a_leave_without_a_generation_ends_whatever_session_there_is(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")

    await event_room.rooms.leave(REF, [("a", 0)])

    assert await event_room.seated() == set()
    assert (await event_room.renew([a]))["a"].kind == "left"


async def test_a_leave_in_one_tab_stays_a_leave_while_the_other_renews(
    event_room: EventRoom,
) -> None:
    """The other tab's node has not heard of it yet and goes on renewing."""
    await event_room.open(seats=1)
    (tab,) = await event_room.hello("a")
    await event_room.leave(tab)

    news = await event_room.renew([tab])

    assert news["a"].kind == "left"
    assert news["a"].generation == tab.generation
    assert await event_room.seated() == set()


async def test_a_leave_is_remembered_for_a_lease_to_the_millisecond(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    a, b = await event_room.hello("a", "b")
    await event_room.leave(a)

    await event_room.wait(LEASE_MS - 1, keeping=[b])
    just_before = await event_room.renew([a])
    await event_room.wait(1, keeping=[b])
    just_after = await event_room.renew([a])

    assert (just_before["a"].kind, just_after["a"].kind) == ("left", "lost")
    assert not any("left" in key for key in await event_room.contents())


async def test_someone_who_comes_back_after_leaving_has_a_session_of_their_own(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (old,) = await event_room.hello("a")
    await event_room.leave(old)

    (new,) = await event_room.hello("a")

    assert new.generation > old.generation
    assert await event_room.renew([new]) == {}
    assert (await event_room.renew([old]))["a"].kind == "left"


async def test_a_repeated_older_leave_does_not_forget_the_newer_one(event_room: EventRoom) -> None:
    """The client library resends; the newer session must stay remembered as left."""
    await event_room.open(seats=1)
    (old,) = await event_room.hello("a")
    await event_room.leave(old)
    (new,) = await event_room.hello("a")
    await event_room.leave(new)

    await event_room.leave(old)

    assert (await event_room.renew([new]))["a"].kind == "left"


async def test_many_leave_at_once(event_room: EventRoom) -> None:
    await event_room.open(seats=3)
    inside = await event_room.hello("a", "b", "c")
    await event_room.hello("d", "e")

    await event_room.leave(*inside)

    assert await event_room.seated() == set()
    assert (await event_room.state()).held == 2


async def test_a_leave_of_nobody_keeps_nothing(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    before = await event_room.contents()

    await event_room.rooms.leave(REF, [("nobody", 0)])

    assert await event_room.contents() == before


async def test_a_leave_sweeps_too(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)
    (b,) = await event_room.hello("b")

    event_room.clock.advance(ms=1)
    await event_room.leave(b)

    assert await event_room.seated() == set()


async def test_a_leave_of_an_ended_epoch_frees_nobody_in_the_room_opened_anew(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    before = await event_room.revision()
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=1)
    await event_room.open(seats=1)
    await event_room.hello("a")

    answer = await event_room.rooms.leave(REF, [("a", 0)], before)

    assert answer.outcome == "closed"
    assert await event_room.seated() == {"a"}


async def test_a_leave_needs_an_open_room(event_room: EventRoom) -> None:
    never = await event_room.rooms.leave(REF, [("a", 0)])
    await event_room.open()
    await event_room.rooms.close_room(REF)
    closed = await event_room.rooms.leave(REF, [("a", 0)])

    assert (never.outcome, closed.outcome) == ("no_room", "closed")
    assert closed.revision == Revision(0, 0)
