"""leave: seats and tickets given up at once, for all tabs."""

from __future__ import annotations

from fullhouse.domain.rooms import Revision, Role
from tests.event_probe import Ear
from tests.room_fixture import LEASE_MS, REF, RoomFixture


async def test_a_leave_frees_the_seat_and_calls_the_head_of_the_line(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b, _ = await hall.hello("b", "c")
    await ear.heard()

    await hall.leave(a)

    event = await ear.heard_one()
    assert event.cause == "leave"
    assert event.left == (("a", a.generation, Role.ATTENDEE),)
    assert event.call is not None
    assert (event.call.called_from, event.call.called_to) == (b.place.ticket, b.place.ticket)
    assert (event.state.occupied, event.state.held, event.state.waiting) == (0, 1, 1)


async def test_a_leave_gives_up_the_ticket(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    b, _ = await hall.hello("b", "c")

    await hall.leave(b)

    assert await hall.line() == ["c"]
    assert (await hall.place("c")).ahead == 0


async def test_a_leave_of_a_called_person_passes_the_call_on(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b, _ = await hall.hello("b", "c")
    await hall.leave(a)

    await hall.leave(b)

    assert (await hall.place("c")).called


async def test_a_leave_frees_the_presenter_seat(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(presenters=1)
    (p,) = await hall.hello("p", role=Role.PRESENTER)
    await ear.heard()

    await hall.leave(p)

    assert (await ear.heard_one()).left == (("p", p.generation, Role.PRESENTER),)
    assert (await hall.state()).presenters == 0


async def test_a_late_leave_of_an_old_session_does_nothing(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    (old,) = await hall.hello("a")
    await hall.drop(old)
    (new,) = await hall.hello("a")
    await ear.heard()

    await hall.leave(old)

    assert await hall.seated() == {"a"}
    assert await ear.heard() == []
    assert await hall.renew([new]) == {}


async def test_a_leave_of_a_dropped_session_still_counts(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)

    await hall.leave(a)

    assert await hall.seated() == set()


async def test_a_leave_without_a_generation_ends_whatever_session_there_is(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")

    await hall.rooms.leave(REF, [("a", 0)])

    assert await hall.seated() == set()
    assert (await hall.renew([a]))["a"].kind == "left"


async def test_a_leave_in_one_tab_stays_a_leave_while_the_other_renews(hall: RoomFixture) -> None:
    """The other tab's node has not heard of it yet and goes on renewing."""
    await hall.open(seats=1)
    (tab,) = await hall.hello("a")
    await hall.leave(tab)

    news = await hall.renew([tab])

    assert news["a"].kind == "left"
    assert news["a"].generation == tab.generation
    assert await hall.seated() == set()


async def test_a_leave_is_remembered_for_a_lease_to_the_millisecond(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    a, b = await hall.hello("a", "b")
    await hall.leave(a)

    await hall.wait(LEASE_MS - 1, keeping=[b])
    just_before = await hall.renew([a])
    await hall.wait(1, keeping=[b])
    just_after = await hall.renew([a])

    assert (just_before["a"].kind, just_after["a"].kind) == ("left", "lost")
    assert not any("left" in key for key in await hall.contents())


async def test_someone_who_comes_back_after_leaving_has_a_session_of_their_own(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    (old,) = await hall.hello("a")
    await hall.leave(old)

    (new,) = await hall.hello("a")

    assert new.generation > old.generation
    assert await hall.renew([new]) == {}
    assert (await hall.renew([old]))["a"].kind == "left"


async def test_a_repeated_older_leave_does_not_forget_the_newer_one(hall: RoomFixture) -> None:
    """The client library resends; the newer session must stay remembered as left."""
    await hall.open(seats=1)
    (old,) = await hall.hello("a")
    await hall.leave(old)
    (new,) = await hall.hello("a")
    await hall.leave(new)

    await hall.leave(old)

    assert (await hall.renew([new]))["a"].kind == "left"


async def test_many_leave_at_once(hall: RoomFixture) -> None:
    await hall.open(seats=3)
    inside = await hall.hello("a", "b", "c")
    await hall.hello("d", "e")

    await hall.leave(*inside)

    assert await hall.seated() == set()
    assert (await hall.state()).held == 2


async def test_a_leave_of_nobody_keeps_nothing(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    before = await hall.contents()

    await hall.rooms.leave(REF, [("nobody", 0)])

    assert await hall.contents() == before


async def test_a_leave_sweeps_too(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)
    (b,) = await hall.hello("b")

    hall.clock.advance(ms=1)
    await hall.leave(b)

    assert await hall.seated() == set()


async def test_a_leave_of_an_ended_epoch_frees_nobody_in_the_room_opened_anew(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    before = await hall.revision()
    await hall.rooms.close_room(REF)
    hall.clock.advance(ms=1)
    await hall.open(seats=1)
    await hall.hello("a")

    answer = await hall.rooms.leave(REF, [("a", 0)], before)

    assert answer.outcome == "closed"
    assert await hall.seated() == {"a"}


async def test_a_leave_needs_an_open_room(hall: RoomFixture) -> None:
    never = await hall.rooms.leave(REF, [("a", 0)])
    await hall.open()
    await hall.rooms.close_room(REF)
    closed = await hall.rooms.leave(REF, [("a", 0)])

    assert (never.outcome, closed.outcome) == ("no_room", "closed")
    assert closed.revision == Revision(0, 0)
