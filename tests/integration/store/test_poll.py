"""poll: what a hello would tell now, for people without a WebSocket."""

from __future__ import annotations

import pytest

from server.domain.rooms import Newcomer, Place, Role
from tests.hall import CLAIM_MS, LEASE_MS, REF, Hall

POLL_LEASE_MS = 15_000


async def poll(hall: Hall, name: str, role: Role = Role.ATTENDEE) -> Place:
    newcomer = Newcomer(name, role)
    (place,) = (await hall.rooms.poll(REF, newcomer, lease_ms=POLL_LEASE_MS)).places
    return place


async def test_a_poll_admits_a_newcomer(hall: Hall) -> None:
    await hall.open(seats=1)

    first = await poll(hall, "a")
    second = await poll(hall, "b")

    assert (first.kind, second.kind) == ("seated", "waiting")


async def test_polls_of_one_person_are_one_session(hall: Hall) -> None:
    await hall.open(seats=1)

    assert await poll(hall, "a") == await poll(hall, "a")


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_polled_place_lives_three_polls_to_the_millisecond(
    hall: Hall, seats: int, role: Role
) -> None:
    await hall.open(seats=seats)
    await poll(hall, "a", role)

    await hall.wait(POLL_LEASE_MS - 1)
    await poll(hall, "a", role)
    await hall.wait(POLL_LEASE_MS - 1)
    just_before = set(await hall.holders())
    await hall.wait(1)

    assert just_before == {"a"}
    assert await hall.holders() == {}


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_poll_does_not_shorten_the_lease_of_a_live_tab(
    hall: Hall, seats: int, role: Role
) -> None:
    await hall.open(seats=seats)
    await hall.hello("a", role=role)

    await poll(hall, "a", role)
    await hall.wait(LEASE_MS - 1)

    assert set(await hall.holders()) == {"a"}


async def test_the_first_poll_gives_no_longer_lease_than_the_next(hall: Hall) -> None:
    await hall.open(seats=1)

    await poll(hall, "a")
    await poll(hall, "b")
    await poll(hall, "p", Role.PRESENTER)

    assert {h.ends_in_ms for h in (await hall.holders()).values()} == {POLL_LEASE_MS}


async def test_a_poll_takes_no_called_seat(hall: Hall) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b = await poll(hall, "b")
    await hall.leave(a)

    place = await poll(hall, "b")

    assert (place.kind, place.ticket, place.called) == ("waiting", b.ticket, True)
    assert place.claim_ms == CLAIM_MS + 10


async def test_a_poll_after_two_missed_calls_tells_of_no_place(hall: Hall) -> None:
    """It renewed somebody whom the same script then dropped out; the next poll queues anew."""
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    (b,) = await hall.hello("b")
    await hall.leave(a)
    await hall.wait(CLAIM_MS + 10, keeping=[b])
    await hall.wait(CLAIM_MS + 10 - 1, keeping=[b])

    hall.clock.advance(ms=1)
    dropped_out = await poll(hall, "b")
    again = await poll(hall, "b")

    assert (dropped_out.kind, again.kind) == ("none", "seated")


async def test_a_presenter_may_poll(hall: Hall) -> None:
    await hall.open(presenters=1)

    first = await poll(hall, "p", Role.PRESENTER)
    second = await poll(hall, "q", Role.PRESENTER)

    assert (first.kind, second.kind) == ("presenting", "presenters_full")


async def test_a_poll_needs_an_open_room(hall: Hall) -> None:
    answer = await hall.rooms.poll(REF, Newcomer("a", Role.ATTENDEE), lease_ms=POLL_LEASE_MS)

    assert (answer.outcome, answer.places) == ("no_room", ())
