"""admit: a seat where one is free for you, else a ticket."""

from __future__ import annotations

from fullhouse.domain.rooms import Newcomer, Place, Role
from tests.event_probe import Ear
from tests.event_room import CLAIM_MS, GRACE_MS, LEASE_MS, REF, WAIT_GRACE_MS, EventRoom


async def test_newcomers_get_seats_until_the_room_is_full_and_tickets_after(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)

    a, b, c, d = await event_room.hello("a", "b", "c", "d")

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


async def test_exactly_the_capacity_is_granted_to_the_seat(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    first = await event_room.claim("a")
    second = await event_room.claim("b")

    assert (first.kind, second.kind) == ("seated", "waiting")


async def test_a_room_without_seats_takes_nobody_in(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.set_seats(0)

    place = await event_room.claim("a")

    assert place.kind == "waiting"
    assert (await event_room.state()).capacity == 0


async def test_one_person_in_many_tabs_has_one_seat_and_one_session(event_room: EventRoom) -> None:
    await event_room.open(seats=2)

    tabs = [await event_room.hello("a") for _ in range(3)] + [await event_room.hello("a", "a")]

    assert len({tab[0].place for tab in tabs}) == 1
    assert (await event_room.state()).occupied == 1


async def test_one_person_in_many_tabs_has_one_ticket(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")

    first, second = await event_room.hello("b", "b")
    third = await event_room.claim("b")

    assert first.place == second.place == third
    assert (await event_room.state()).waiting == 1


async def test_a_hello_renews_the_seat(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.hello("a")

    await event_room.wait(LEASE_MS - 1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)

    assert await event_room.seated() == {"a"}


async def test_a_hello_renews_the_ticket(event_room: EventRoom) -> None:
    await event_room.open(seats=0)
    (a,) = await event_room.hello("a")

    await event_room.wait(LEASE_MS - 1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)

    assert (await event_room.place("a")).ticket == a.place.ticket


async def test_whoever_says_hello_before_the_sweep_is_in_time(event_room: EventRoom) -> None:
    """The deadline is enforced by the sweep, and in one script keeping comes first."""
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    place = await event_room.claim("a")

    assert place == a.place


async def test_a_newcomer_gets_the_seat_of_someone_whose_lease_has_just_ended(
    event_room: EventRoom,
) -> None:
    """No sweep has to come first."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    place = await event_room.claim("b")

    assert place.kind == "seated"


async def test_a_newcomer_gets_no_seat_a_millisecond_before_a_lease_ends(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")

    await event_room.wait(LEASE_MS - 1)
    place = await event_room.claim("b")

    assert place.kind == "waiting"


async def test_a_freed_seat_goes_to_the_line_and_not_to_the_newcomer(
    event_room: EventRoom,
) -> None:
    """The lease ends within the very script that lets the newcomer in."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1000)
    await event_room.hello("b")
    await event_room.wait(999)

    event_room.clock.advance(ms=1)
    newcomer = await event_room.claim("c")

    assert newcomer.kind == "waiting"
    assert (await event_room.place("b")).called
    assert not (await event_room.place("c")).called


async def test_a_seat_given_up_within_a_batch_is_not_the_next_newcomers(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.hello("b")

    batch = [Newcomer("a", Role.PRESENTER), Newcomer("c", Role.ATTENDEE)]
    admissions = await event_room.rooms.admit(REF, batch)

    assert [place.kind for place in admissions.places] == ["presenting", "waiting"]
    assert (await event_room.place("b")).called


async def test_a_called_person_takes_the_seat_by_hello(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.leave(a)

    place = await event_room.claim("b")

    assert place.kind == "seated"
    assert place.generation == b.generation
    assert (await event_room.state()).held == 0


async def test_a_person_who_is_not_called_keeps_waiting(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    (c,) = await event_room.hello("c")
    await event_room.leave(a)

    place = await event_room.claim("c")

    assert place == Place("waiting", c.generation, c.place.ticket, ahead=0, reason="full")


async def test_while_seats_are_held_for_the_called_a_newcomer_waits(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await event_room.leave(a)

    place = await event_room.claim("c")

    assert place.kind == "waiting"
    assert (await event_room.state()).held == 1


async def test_a_newcomer_takes_a_free_seat_while_only_called_people_are_in_line(
    event_room: EventRoom,
) -> None:
    """Nobody is overtaken: the called have their own seats."""
    await event_room.open(seats=3)
    a, b, _ = await event_room.hello("a", "b", "c")
    await event_room.hello("d")
    await event_room.leave(a, b)

    place = await event_room.claim("e")

    assert place.kind == "seated"
    assert (await event_room.place("d")).called


async def test_called_people_are_told_how_long_their_claim_lasts(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.leave(a)

    await event_room.wait(5_000, keeping=[b])

    # The wave of one lasts a hundredth of the window for 100.
    assert (await event_room.place("b")).claim_ms == CLAIM_MS + 10 - 5_000


async def test_someone_dropped_gets_a_new_session_and_the_old_seat(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await event_room.drop(a)

    place = await event_room.claim("a")

    assert place.kind == "seated"
    assert place.generation > a.generation


async def test_someone_who_reloads_while_waiting_keeps_ticket_and_call(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.drop(b)
    await event_room.leave(a)
    await event_room.wait(WAIT_GRACE_MS - 1)

    place = await event_room.claim("b")

    assert place.kind == "seated"
    assert place.generation > b.generation


async def test_a_host_always_gets_in_and_is_never_counted(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")

    host, other = await event_room.hello("h", "i", role=Role.HOST)

    assert host.place == other.place == Place("hosting")
    assert (await event_room.state()).occupied == 1
    assert set(await event_room.holders()) == {"a"}


async def test_presenters_have_their_own_quota(event_room: EventRoom) -> None:
    await event_room.open(seats=1, presenters=2)
    await event_room.hello("a")

    places = [guest.place for guest in await event_room.hello("p", "q", "r", role=Role.PRESENTER)]

    assert [place.kind for place in places] == ["presenting", "presenting", "presenters_full"]
    state = await event_room.state()
    assert (state.presenters, state.occupied, state.waiting) == (2, 1, 0)


async def test_a_presenter_who_reloads_keeps_the_place_in_a_full_quota(
    event_room: EventRoom,
) -> None:
    await event_room.open(presenters=1)
    (p,) = await event_room.hello("p", role=Role.PRESENTER)
    await event_room.drop(p)
    await event_room.wait(GRACE_MS - 1)

    (again,) = await event_room.hello("p", role=Role.PRESENTER)

    assert again.place.kind == "presenting"
    assert again.generation > p.generation


async def test_a_presenters_hello_renews_the_lease(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.hello("p", role=Role.PRESENTER)

    await event_room.wait(LEASE_MS - 1)
    await event_room.hello("p", role=Role.PRESENTER)
    await event_room.wait(LEASE_MS - 1)

    assert (await event_room.place("p")).kind == "presenting"


async def test_an_attendee_who_becomes_presenter_gives_up_the_seat(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.hello("b")
    await ear.heard()

    (promoted,) = await event_room.hello("a", role=Role.PRESENTER)

    assert promoted.place.kind == "presenting"
    assert promoted.generation > a.generation
    assert (await event_room.place("b")).called
    event = await ear.heard_one()
    assert event.changed_role == (("a", a.generation, Role.ATTENDEE),)
    assert event.entered == (("a", promoted.generation, Role.PRESENTER),)


async def test_a_refused_change_of_role_keeps_the_seat(event_room: EventRoom) -> None:
    await event_room.open(seats=1, presenters=0)
    (a,) = await event_room.hello("a")

    (refused,) = await event_room.hello("a", role=Role.PRESENTER)

    assert refused.place == Place("presenters_full")
    assert await event_room.claim("a") == a.place


async def test_a_presenter_who_becomes_attendee_takes_the_line_like_anyone(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1, presenters=1)
    await event_room.hello("a")
    await event_room.hello("p", role=Role.PRESENTER)

    place = await event_room.claim("p")

    assert place.kind == "waiting"
    assert (await event_room.state()).presenters == 0


async def test_an_attendee_who_becomes_host_gives_up_the_ticket(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await ear.heard()

    await event_room.hello("b", role=Role.HOST)

    assert (await event_room.state()).waiting == 0
    assert (await ear.heard_one()).changed_role == (("b", b.generation, Role.ATTENDEE),)


async def test_the_event_names_who_entered_and_who_queued(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=1)
    await ear.heard()

    a, b = await event_room.hello("a", "b")

    event = await ear.heard_one()
    assert event.entered == (("a", a.generation, Role.ATTENDEE),)
    assert event.queued == (("b", b.generation, b.place.ticket),)
    assert (event.room, event.cause) == ("hall", "admit")
    assert event.revision == await event_room.revision()
    assert event.state == await event_room.state()
    assert (event.state.occupied, event.state.waiting) == (1, 1)
    assert event.state.last_ticket == b.place.ticket


async def test_a_hello_that_changes_nothing_is_not_told(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open()
    await event_room.hello("a")
    before = await event_room.revision()
    await ear.heard()

    await event_room.hello("a")

    assert await ear.heard() == []
    assert await event_room.revision() == before


async def test_tickets_and_sessions_are_numbered_from_the_opening(event_room: EventRoom) -> None:
    await event_room.open(seats=0)

    (a,) = await event_room.hello("a")

    assert a.place.ticket == event_room.clock.now_ms()
    assert a.generation == event_room.clock.now_ms() + 1


async def test_nobody_is_admitted_to_a_room_that_is_not_open(event_room: EventRoom) -> None:
    never = await event_room.rooms.admit(REF, [Newcomer("a", Role.ATTENDEE)])
    await event_room.open()
    await event_room.rooms.close_room(REF)
    closed = await event_room.rooms.admit(REF, [Newcomer("a", Role.ATTENDEE)])

    assert (never.outcome, never.places) == ("no_room", ())
    assert (closed.outcome, closed.places) == ("closed", ())


async def test_roles_that_change_within_one_batch_keep_their_order(event_room: EventRoom) -> None:
    """A tab and its reload may ask in one turn of a node; the last hello decides."""
    await event_room.open(seats=1)
    await event_room.hello("a")
    roles = [Role.PRESENTER, Role.ATTENDEE]

    places = (await event_room.rooms.admit(REF, [Newcomer("a", role) for role in roles])).places

    assert places[-1].kind == "seated"
    assert await event_room.seated() == {"a"}
    assert (await event_room.state()).presenters == 0


async def test_whoever_is_known_and_comes_again_after_another_role_is_no_longer_known(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    batch = [
        Newcomer("a", Role.ATTENDEE),
        Newcomer("a", Role.HOST),
        Newcomer("a", Role.PRESENTER),
        Newcomer("a", Role.ATTENDEE),
    ]

    await event_room.rooms.admit(REF, batch)

    assert await event_room.seated() == {"a"}
    assert (await event_room.state()).presenters == 0
