"""admit: a seat where one is free for you, else a ticket."""

from __future__ import annotations

from fullhouse.domain.rooms import Newcomer, Place, Role
from tests.event_probe import Ear
from tests.room_fixture import CLAIM_MS, GRACE_MS, LEASE_MS, REF, WAIT_GRACE_MS, RoomFixture


async def test_newcomers_get_seats_until_the_room_is_full_and_tickets_after(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=2)

    a, b, c, d = await hall.hello("a", "b", "c", "d")

    assert [guest.place.kind for guest in (a, b, c, d)] == [
        "seated",
        "seated",
        "waiting",
        "waiting",
    ]
    assert (c.place.ahead, d.place.ahead) == (0, 1)
    assert d.place.ticket == c.place.ticket + 1
    assert c.place.reason == "full"
    assert not c.place.called


async def test_exactly_the_capacity_is_granted_to_the_seat(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    first = await hall.claim("a")
    second = await hall.claim("b")

    assert (first.kind, second.kind) == ("seated", "waiting")


async def test_a_room_without_seats_takes_nobody_in(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.set_seats(0)

    place = await hall.claim("a")

    assert place.kind == "waiting"
    assert (await hall.state()).capacity == 0


async def test_one_person_in_many_tabs_has_one_seat_and_one_session(hall: RoomFixture) -> None:
    await hall.open(seats=2)

    tabs = [await hall.hello("a") for _ in range(3)] + [await hall.hello("a", "a")]

    assert len({tab[0].place for tab in tabs}) == 1
    assert (await hall.state()).occupied == 1


async def test_one_person_in_many_tabs_has_one_ticket(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")

    first, second = await hall.hello("b", "b")
    third = await hall.claim("b")

    assert first.place == second.place == third
    assert (await hall.state()).waiting == 1


async def test_a_hello_renews_the_seat(hall: RoomFixture) -> None:
    await hall.open()
    await hall.hello("a")

    await hall.wait(LEASE_MS - 1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)

    assert await hall.seated() == {"a"}


async def test_a_hello_renews_the_ticket(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    (a,) = await hall.hello("a")

    await hall.wait(LEASE_MS - 1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)

    assert (await hall.place("a")).ticket == a.place.ticket


async def test_whoever_says_hello_before_the_sweep_is_in_time(hall: RoomFixture) -> None:
    """The deadline is enforced by the sweep, and in one script keeping comes first."""
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")
    await hall.wait(LEASE_MS - 1)

    hall.clock.advance(ms=1)
    place = await hall.claim("a")

    assert place == a.place


async def test_a_newcomer_gets_the_seat_of_someone_whose_lease_has_just_ended(
    hall: RoomFixture,
) -> None:
    """No sweep has to come first."""
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)

    hall.clock.advance(ms=1)
    place = await hall.claim("b")

    assert place.kind == "seated"


async def test_a_newcomer_gets_no_seat_a_millisecond_before_a_lease_ends(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    await hall.hello("a")

    await hall.wait(LEASE_MS - 1)
    place = await hall.claim("b")

    assert place.kind == "waiting"


async def test_a_freed_seat_goes_to_the_line_and_not_to_the_newcomer(hall: RoomFixture) -> None:
    """The lease ends within the very script that lets the newcomer in."""
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1000)
    await hall.hello("b")
    await hall.wait(999)

    hall.clock.advance(ms=1)
    newcomer = await hall.claim("c")

    assert newcomer.kind == "waiting"
    assert (await hall.place("b")).called
    assert not (await hall.place("c")).called


async def test_a_seat_given_up_within_a_batch_is_not_the_next_newcomers(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.hello("b")

    batch = [Newcomer("a", Role.PRESENTER), Newcomer("c", Role.ATTENDEE)]
    admissions = await hall.rooms.admit(REF, batch)

    assert [place.kind for place in admissions.places] == ["presenting", "waiting"]
    assert (await hall.place("b")).called


async def test_a_called_person_takes_the_seat_by_hello(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    (b,) = await hall.hello("b")
    await hall.leave(a)

    place = await hall.claim("b")

    assert place.kind == "seated"
    assert place.generation == b.generation
    assert (await hall.state()).held == 0


async def test_a_person_who_is_not_called_keeps_waiting(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")
    (c,) = await hall.hello("c")
    await hall.leave(a)

    place = await hall.claim("c")

    assert place == Place("waiting", c.generation, c.place.ticket, ahead=0, reason="full")


async def test_while_seats_are_held_for_the_called_a_newcomer_waits(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")
    await hall.leave(a)

    place = await hall.claim("c")

    assert place.kind == "waiting"
    assert (await hall.state()).held == 1


async def test_a_newcomer_takes_a_free_seat_while_only_called_people_are_in_line(
    hall: RoomFixture,
) -> None:
    """Nobody is overtaken: the called have their own seats."""
    await hall.open(seats=3)
    a, b, _ = await hall.hello("a", "b", "c")
    await hall.hello("d")
    await hall.leave(a, b)

    place = await hall.claim("e")

    assert place.kind == "seated"
    assert (await hall.place("d")).called


async def test_called_people_are_told_how_long_their_claim_lasts(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    (b,) = await hall.hello("b")
    await hall.leave(a)

    await hall.wait(5_000, keeping=[b])

    # The wave of one lasts a hundredth of the window for 100.
    assert (await hall.place("b")).claim_ms == CLAIM_MS + 10 - 5_000


async def test_someone_dropped_gets_a_new_session_and_the_old_seat(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")
    await hall.drop(a)

    place = await hall.claim("a")

    assert place.kind == "seated"
    assert place.generation > a.generation


async def test_someone_who_reloads_while_waiting_keeps_ticket_and_call(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    (b,) = await hall.hello("b")
    await hall.drop(b)
    await hall.leave(a)
    await hall.wait(WAIT_GRACE_MS - 1)

    place = await hall.claim("b")

    assert place.kind == "seated"
    assert place.generation > b.generation


async def test_a_host_always_gets_in_and_is_never_counted(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")

    host, other = await hall.hello("h", "i", role=Role.HOST)

    assert host.place == other.place == Place("hosting")
    assert (await hall.state()).occupied == 1
    assert set(await hall.holders()) == {"a"}


async def test_presenters_have_their_own_quota(hall: RoomFixture) -> None:
    await hall.open(seats=1, presenters=2)
    await hall.hello("a")

    places = [guest.place for guest in await hall.hello("p", "q", "r", role=Role.PRESENTER)]

    assert [place.kind for place in places] == ["presenting", "presenting", "presenters_full"]
    state = await hall.state()
    assert (state.presenters, state.occupied, state.waiting) == (2, 1, 0)


async def test_a_presenter_who_reloads_keeps_the_place_in_a_full_quota(hall: RoomFixture) -> None:
    await hall.open(presenters=1)
    (p,) = await hall.hello("p", role=Role.PRESENTER)
    await hall.drop(p)
    await hall.wait(GRACE_MS - 1)

    (again,) = await hall.hello("p", role=Role.PRESENTER)

    assert again.place.kind == "presenting"
    assert again.generation > p.generation


async def test_a_presenters_hello_renews_the_lease(hall: RoomFixture) -> None:
    await hall.open()
    await hall.hello("p", role=Role.PRESENTER)

    await hall.wait(LEASE_MS - 1)
    await hall.hello("p", role=Role.PRESENTER)
    await hall.wait(LEASE_MS - 1)

    assert (await hall.place("p")).kind == "presenting"


async def test_an_attendee_who_becomes_presenter_gives_up_the_seat(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.hello("b")
    await ear.heard()

    (promoted,) = await hall.hello("a", role=Role.PRESENTER)

    assert promoted.place.kind == "presenting"
    assert promoted.generation > a.generation
    assert (await hall.place("b")).called
    event = await ear.heard_one()
    assert event.changed_role == (("a", a.generation, Role.ATTENDEE),)
    assert event.entered == (("a", promoted.generation, Role.PRESENTER),)


async def test_a_refused_change_of_role_keeps_the_seat(hall: RoomFixture) -> None:
    await hall.open(seats=1, presenters=0)
    (a,) = await hall.hello("a")

    (refused,) = await hall.hello("a", role=Role.PRESENTER)

    assert refused.place == Place("presenters_full")
    assert await hall.claim("a") == a.place


async def test_a_presenter_who_becomes_attendee_takes_the_line_like_anyone(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1, presenters=1)
    await hall.hello("a")
    await hall.hello("p", role=Role.PRESENTER)

    place = await hall.claim("p")

    assert place.kind == "waiting"
    assert (await hall.state()).presenters == 0


async def test_an_attendee_who_becomes_host_gives_up_the_ticket(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    (b,) = await hall.hello("b")
    await ear.heard()

    await hall.hello("b", role=Role.HOST)

    assert (await hall.state()).waiting == 0
    assert (await ear.heard_one()).changed_role == (("b", b.generation, Role.ATTENDEE),)


async def test_the_event_names_who_entered_and_who_queued(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    await ear.heard()

    a, b = await hall.hello("a", "b")

    event = await ear.heard_one()
    assert event.entered == (("a", a.generation, Role.ATTENDEE),)
    assert event.queued == (("b", b.generation, b.place.ticket),)
    assert (event.room, event.cause) == ("hall", "admit")
    assert event.revision == await hall.revision()
    assert event.state == await hall.state()
    assert (event.state.occupied, event.state.waiting) == (1, 1)
    assert event.state.last_ticket == b.place.ticket


async def test_a_hello_that_changes_nothing_is_not_told(hall: RoomFixture, ear: Ear) -> None:
    await hall.open()
    await hall.hello("a")
    before = await hall.revision()
    await ear.heard()

    await hall.hello("a")

    assert await ear.heard() == []
    assert await hall.revision() == before


async def test_tickets_and_sessions_are_numbered_from_the_opening(hall: RoomFixture) -> None:
    await hall.open(seats=0)

    (a,) = await hall.hello("a")

    assert a.place.ticket == hall.clock.now_ms()
    assert a.generation == hall.clock.now_ms() + 1


async def test_nobody_is_admitted_to_a_room_that_is_not_open(hall: RoomFixture) -> None:
    never = await hall.rooms.admit(REF, [Newcomer("a", Role.ATTENDEE)])
    await hall.open()
    await hall.rooms.close_room(REF)
    closed = await hall.rooms.admit(REF, [Newcomer("a", Role.ATTENDEE)])

    assert (never.outcome, never.places) == ("no_room", ())
    assert (closed.outcome, closed.places) == ("closed", ())


async def test_roles_that_change_within_one_batch_keep_their_order(hall: RoomFixture) -> None:
    """A tab and its reload may ask in one turn of a node; the last hello decides."""
    await hall.open(seats=1)
    await hall.hello("a")
    roles = [Role.PRESENTER, Role.ATTENDEE]

    places = (await hall.rooms.admit(REF, [Newcomer("a", role) for role in roles])).places

    assert places[-1].kind == "seated"
    assert await hall.seated() == {"a"}
    assert (await hall.state()).presenters == 0


async def test_whoever_is_known_and_comes_again_after_another_role_is_no_longer_known(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    batch = [
        Newcomer("a", Role.ATTENDEE),
        Newcomer("a", Role.HOST),
        Newcomer("a", Role.PRESENTER),
        Newcomer("a", Role.ATTENDEE),
    ]

    await hall.rooms.admit(REF, batch)

    assert await hall.seated() == {"a"}
    assert (await hall.state()).presenters == 0
