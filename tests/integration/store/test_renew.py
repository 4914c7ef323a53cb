"""renew: leases lengthened by the node that has the people connected."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, PRESENTING, Role, Session
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, STEP_MS, EventRoom


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_renewed_place_is_kept_for_a_lease_to_the_millisecond(
    event_room: EventRoom, seats: int, role: Role
) -> None:
    await event_room.open(seats=seats)
    (a,) = await event_room.hello("a", role=role)
    await event_room.wait(LEASE_MS - 1)

    await event_room.report_members(a.session, seen=NOTHING_SEEN)
    await event_room.wait(LEASE_MS - 1)
    just_before = set(await event_room.holders())
    await event_room.wait(1)

    assert just_before == {"a"}
    assert await event_room.holders() == {}


async def test_whoever_is_renewed_before_the_sweep_is_in_time(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    news = await event_room.renew([a])

    assert news == {}
    assert await event_room.seated() == {"a"}


async def test_a_renewal_sweeps_those_whom_nobody_renews(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    a, _ = await event_room.hello("a", "b")
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    await event_room.renew([a])

    assert await event_room.seated() == {"a"}


async def test_somebody_unknown_is_lost_and_never_adopted(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.wait(LEASE_MS)

    news = await event_room.report_members(a.session, seen=await event_room.revision())

    assert news["a"].kind == "lost"
    assert news["a"].generation == a.generation
    assert await event_room.holders() == {}


async def test_somebody_removed_is_removed(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.rooms.remove_participant(REF, "a")

    assert (await event_room.renew([a]))["a"].kind == "removed"


async def test_news_names_the_call_that_the_node_missed(event_room: EventRoom) -> None:
    """What a node believes is a ticket; that it was called it sees by `called_to`."""
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.leave(a)
    await event_room.claim("b")

    news = await event_room.renew([b])

    assert news["b"].kind == "seated"
    assert news["b"].generation == b.generation


async def test_news_names_the_new_session_after_a_reload_elsewhere(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (old,) = await event_room.hello("a")
    await event_room.drop(old)
    (new,) = await event_room.hello("a")

    assert await event_room.renew([old]) == {"a": new.place}


async def test_news_names_the_new_ticket_after_a_missed_call(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    b, c = await event_room.hello("b", "c")
    await event_room.leave(a)
    await event_room.wait(60_000, keeping=[b, c])

    news = await event_room.renew([b])

    assert news["b"].ticket > c.place.ticket
    assert news["b"].reason == "missed_call"


async def test_whoever_is_called_by_the_renewal_itself_is_told_as_called(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)
    (b,) = await event_room.hello("b")
    await event_room.drop(b)
    await event_room.hello("b")

    event_room.clock.advance(ms=1)
    news = await event_room.renew([b])

    assert news["b"].called


async def test_a_renewal_alone_is_not_told(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=1)
    guests = await event_room.hello("a", "b")
    before = await event_room.revision()
    await ear.heard()

    event_room.clock.advance(ms=1000)
    await event_room.renew(guests)

    assert await ear.heard() == []
    assert await event_room.revision() == before


async def test_people_of_a_closed_opening_are_not_brought_into_the_next(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    before = await event_room.revision()
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=1)
    await event_room.open(seats=1)

    renewals = await event_room.rooms.renew(REF, [a.session], before, called_to=0)

    assert renewals.outcome == "closed"
    assert await event_room.holders() == {}


async def test_more_people_than_a_command_takes_are_all_renewed(event_room: EventRoom) -> None:
    """Lua hands over less than 8,000 values at once."""
    await event_room.open(seats=10)
    guests = await event_room.hello(*(f"guest-{number}" for number in range(4100)))
    await event_room.wait(STEP_MS)

    news = await event_room.renew(guests)

    assert news == {}
    ends = {holder.ends_in_ms for holder in (await event_room.holders()).values()}
    assert ends == {LEASE_MS}


async def test_two_hundred_people_are_renewed_by_as_many_commands_as_three(
    event_room: EventRoom,
) -> None:
    """As long as their node is right, on every store: each has its own way to write a number."""
    await event_room.open(seats=100)
    (presenter,) = await event_room.hello("p", role=Role.PRESENTER)
    guests = await event_room.hello(*(f"guest-{number}" for number in range(200)))
    reported = [Session("p", presenter.generation, PRESENTING), *(g.session for g in guests)]
    await event_room.report_members(seen=NOTHING_SEEN)  # from now on the store knows the script

    few = await commands_of(event_room, reported[0], reported[1], reported[-1])
    many = await commands_of(event_room, *reported)

    assert many == few


async def commands_of(event_room: EventRoom, *sessions: Session) -> dict[str, int]:
    """How often each command ran while these people were renewed."""
    await event_room.redis.config_resetstat()
    assert await event_room.report_members(*sessions, seen=NOTHING_SEEN) == {}
    stats = await event_room.redis.info("commandstats")
    return {name: stat["calls"] for name, stat in stats.items() if "config" not in name}


async def test_a_renewal_needs_an_open_room(event_room: EventRoom) -> None:
    never = await event_room.rooms.renew(REF, [], NOTHING_SEEN, called_to=0)
    await event_room.open()
    await event_room.rooms.close_room(REF)
    closed = await event_room.rooms.renew(REF, [], NOTHING_SEEN, called_to=0)

    assert (never.outcome, closed.outcome) == ("no_room", "closed")
