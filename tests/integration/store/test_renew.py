"""renew: leases lengthened by the node that has the people connected."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, PRESENTING, Role, Session
from tests.event_probe import Ear
from tests.room_fixture import LEASE_MS, REF, STEP_MS, RoomFixture


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_renewed_place_is_kept_for_a_lease_to_the_millisecond(
    hall: RoomFixture, seats: int, role: Role
) -> None:
    await hall.open(seats=seats)
    (a,) = await hall.hello("a", role=role)
    await hall.wait(LEASE_MS - 1)
    ticket = PRESENTING if role == Role.PRESENTER else a.place.ticket

    await hall.report_members(Session("a", a.generation, ticket), seen=NOTHING_SEEN)
    await hall.wait(LEASE_MS - 1)
    just_before = set(await hall.holders())
    await hall.wait(1)

    assert just_before == {"a"}
    assert await hall.holders() == {}


async def test_whoever_is_renewed_before_the_sweep_is_in_time(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.wait(LEASE_MS - 1)

    hall.clock.advance(ms=1)
    news = await hall.renew([a])

    assert news == {}
    assert await hall.seated() == {"a"}


async def test_a_renewal_sweeps_those_whom_nobody_renews(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    a, _ = await hall.hello("a", "b")
    await hall.wait(LEASE_MS - 1)

    hall.clock.advance(ms=1)
    await hall.renew([a])

    assert await hall.seated() == {"a"}


async def test_somebody_unknown_is_lost_and_never_adopted(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.wait(LEASE_MS)

    news = await hall.report_members(a.session, seen=await hall.revision())

    assert news["a"].kind == "lost"
    assert news["a"].generation == a.generation
    assert await hall.holders() == {}


async def test_somebody_removed_is_removed(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.rooms.remove_participant(REF, "a")

    assert (await hall.renew([a]))["a"].kind == "removed"


async def test_news_names_the_call_that_the_node_missed(hall: RoomFixture) -> None:
    """What a node believes is a ticket; that it was called it sees by `called_to`."""
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    (b,) = await hall.hello("b")
    await hall.leave(a)
    await hall.claim("b")

    news = await hall.renew([b])

    assert news["b"].kind == "seated"
    assert news["b"].generation == b.generation


async def test_news_names_the_new_session_after_a_reload_elsewhere(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (old,) = await hall.hello("a")
    await hall.drop(old)
    (new,) = await hall.hello("a")

    assert await hall.renew([old]) == {"a": new.place}


async def test_news_names_the_new_ticket_after_a_missed_call(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b, c = await hall.hello("b", "c")
    await hall.leave(a)
    await hall.wait(60_000, keeping=[b, c])

    news = await hall.renew([b])

    assert news["b"].ticket > c.place.ticket
    assert news["b"].reason == "missed_call"


async def test_whoever_is_called_by_the_renewal_itself_is_told_as_called(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)
    (b,) = await hall.hello("b")
    await hall.drop(b)
    await hall.hello("b")

    hall.clock.advance(ms=1)
    news = await hall.renew([b])

    assert news["b"].called


async def test_a_renewal_alone_is_not_told(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=1)
    guests = await hall.hello("a", "b")
    before = await hall.revision()
    await ear.heard()

    hall.clock.advance(ms=1000)
    await hall.renew(guests)

    assert await ear.heard() == []
    assert await hall.revision() == before


async def test_people_of_a_closed_opening_are_not_brought_into_the_next(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    before = await hall.revision()
    await hall.rooms.close_room(REF)
    hall.clock.advance(ms=1)
    await hall.open(seats=1)

    renewals = await hall.rooms.renew(REF, [a.session], before, called_to=0)

    assert renewals.outcome == "closed"
    assert await hall.holders() == {}


async def test_more_people_than_a_command_takes_are_all_renewed(hall: RoomFixture) -> None:
    """Lua hands over less than 8,000 values at once."""
    await hall.open(seats=10)
    guests = await hall.hello(*(f"guest-{number}" for number in range(4100)))
    await hall.wait(STEP_MS)

    news = await hall.renew(guests)

    assert news == {}
    ends = {holder.ends_in_ms for holder in (await hall.holders()).values()}
    assert ends == {LEASE_MS}


async def test_two_hundred_people_are_renewed_by_as_many_commands_as_three(
    hall: RoomFixture,
) -> None:
    """As long as their node is right, on every store: each has its own way to write a number."""
    await hall.open(seats=100)
    (presenter,) = await hall.hello("p", role=Role.PRESENTER)
    guests = await hall.hello(*(f"guest-{number}" for number in range(200)))
    reported = [Session("p", presenter.generation, PRESENTING), *(g.session for g in guests)]
    await hall.report_members(seen=NOTHING_SEEN)  # from now on the store knows the script

    few = await commands_of(hall, reported[0], reported[1], reported[-1])
    many = await commands_of(hall, *reported)

    assert many == few


async def commands_of(hall: RoomFixture, *sessions: Session) -> dict[str, int]:
    """How often each command ran while these people were renewed."""
    await hall.redis.config_resetstat()
    assert await hall.report_members(*sessions, seen=NOTHING_SEEN) == {}
    stats = await hall.redis.info("commandstats")
    return {name: stat["calls"] for name, stat in stats.items() if "config" not in name}


async def test_a_renewal_needs_an_open_room(hall: RoomFixture) -> None:
    never = await hall.rooms.renew(REF, [], NOTHING_SEEN, called_to=0)
    await hall.open()
    await hall.rooms.close_room(REF)
    closed = await hall.rooms.renew(REF, [], NOTHING_SEEN, called_to=0)

    assert (never.outcome, closed.outcome) == ("no_room", "closed")
