"""poll: what a hello would tell now, for people without a WebSocket."""

from __future__ import annotations

import pytest

from fullhouse.domain.polls import Poll, Polled
from fullhouse.domain.rooms import Place, Role
from tests.room_fixture import CLAIM_MS, LEASE_MS, REF, RoomFixture

POLL_LEASE_MS = 15_000


async def polled(hall: RoomFixture, *polls: Poll) -> Polled:
    """All of them in one batch."""
    return await hall.rooms.poll(REF, polls, lease_ms=POLL_LEASE_MS)


async def poll(
    hall: RoomFixture, name: str, role: Role = Role.ATTENDEE, *, claims: bool = False
) -> Place:
    (place,) = (await polled(hall, Poll(name, role, claims))).places
    return place


def look(name: str) -> Poll:
    return Poll(name, Role.ATTENDEE)


def claim(name: str) -> Poll:
    return Poll(name, Role.ATTENDEE, claims=True)


async def test_a_poll_admits_a_newcomer(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    first = await poll(hall, "a")
    second = await poll(hall, "b")

    assert (first.kind, second.kind) == ("seated", "waiting")


async def test_polls_of_one_person_are_one_session(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    assert await poll(hall, "a") == await poll(hall, "a")


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_polled_place_lives_three_polls_to_the_millisecond(
    hall: RoomFixture, seats: int, role: Role
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
    hall: RoomFixture, seats: int, role: Role
) -> None:
    await hall.open(seats=seats)
    await hall.hello("a", role=role)

    await poll(hall, "a", role)
    await hall.wait(LEASE_MS - 1)

    assert set(await hall.holders()) == {"a"}


async def test_the_first_poll_gives_no_longer_lease_than_the_next(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    await poll(hall, "a")
    await poll(hall, "b")
    await poll(hall, "p", Role.PRESENTER)

    assert {h.ends_in_ms for h in (await hall.holders()).values()} == {POLL_LEASE_MS}


async def test_a_poll_takes_no_called_seat(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    b = await poll(hall, "b")
    await hall.leave(a)

    place = await poll(hall, "b")

    assert (place.kind, place.ticket, place.called) == ("waiting", b.ticket, True)
    assert place.claim_ms == CLAIM_MS + 10


async def test_a_poll_after_two_missed_calls_tells_of_no_place(hall: RoomFixture) -> None:
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


async def test_a_presenter_may_poll(hall: RoomFixture) -> None:
    await hall.open(presenters=1)

    first = await poll(hall, "p", Role.PRESENTER)
    second = await poll(hall, "q", Role.PRESENTER)

    assert (first.kind, second.kind) == ("presenting", "presenters_full")


async def called_b_and_c(hall: RoomFixture) -> None:
    """Two seats are offered to two people who poll."""
    await hall.open(seats=2)
    guests = await hall.hello("a", "x")
    await polled(hall, look("b"), look("c"))
    await hall.leave(*guests)


async def test_in_a_batch_only_who_claims_takes_the_called_seat(hall: RoomFixture) -> None:
    await called_b_and_c(hall)

    looked, claimed = (await polled(hall, look("b"), claim("c"))).places

    assert (looked.kind, looked.called) == ("waiting", True)
    assert claimed.kind == "seated"
    assert await hall.seated() == {"c"}


async def test_a_claim_in_one_tab_is_news_to_the_other_in_the_same_batch(
    hall: RoomFixture,
) -> None:
    await called_b_and_c(hall)

    places = (await polled(hall, look("b"), claim("b"), look("b"))).places

    assert [place.kind for place in places] == ["seated"] * 3


async def test_a_claim_by_somebody_who_is_not_called_stays_a_ticket(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    waiting = await poll(hall, "b")

    assert await poll(hall, "b", claims=True) == waiting


@pytest.mark.parametrize("lease_ms", [POLL_LEASE_MS - 1_000, POLL_LEASE_MS + 1_000])
async def test_a_claim_is_kept_as_long_as_the_longer_of_the_two_leases(
    hall: RoomFixture, lease_ms: int
) -> None:
    """A live tab of the same person renews no more often than its own lease asks for."""
    await hall.open(seats=1, lease_ms=lease_ms)
    (a,) = await hall.hello("a")
    await poll(hall, "b")
    await hall.leave(a)

    await poll(hall, "b", claims=True)

    (holder,) = (await hall.holders()).values()
    assert (holder.place, holder.ends_in_ms) == ("seat", max(lease_ms, POLL_LEASE_MS))


async def test_a_batch_is_admitted_in_order_of_arrival(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    places = (await polled(hall, look("a"), claim("b"), look("c"))).places

    assert [place.kind for place in places] == ["seated", "waiting", "waiting"]
    assert await hall.line() == ["b", "c"]


async def test_a_poll_tells_the_room_as_it_leaves_it(hall: RoomFixture) -> None:
    await hall.open(seats=1)

    answer = await polled(hall, look("a"), look("b"))

    snapshot = await hall.rooms.snapshot(REF)
    assert (answer.revision, answer.state) == (snapshot.revision, snapshot.state)
    assert (snapshot.state.occupied, snapshot.state.waiting) == (1, 1)


async def test_a_poll_of_a_closed_room_tells_how_it_ended(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    closed = await hall.rooms.close_room(REF)

    answer = await polled(hall, look("a"), claim("b"))

    assert (answer.outcome, answer.places) == ("closed", ())
    assert (answer.revision, answer.state) == (closed.revision, closed.state)


async def test_a_poll_needs_a_room(hall: RoomFixture) -> None:
    answer = await polled(hall, look("a"))

    assert (answer.outcome, answer.places, answer.state) == ("no_room", (), None)
