"""poll: what a hello would tell now, for people without a WebSocket."""

from __future__ import annotations

import pytest

from fullhouse.domain.polls import Poll, Polled
from fullhouse.domain.rooms import Place, Role
from tests.event_room import CLAIM_MS, LEASE_MS, REF, EventRoom

POLL_LEASE_MS = 15_000


async def polled(event_room: EventRoom, *polls: Poll) -> Polled:
    """All of them in one batch."""
    return await event_room.rooms.poll(REF, polls, lease_ms=POLL_LEASE_MS)


async def poll(
    event_room: EventRoom, name: str, role: Role = Role.ATTENDEE, *, claims: bool = False
) -> Place:
    (place,) = (await polled(event_room, Poll(name, role, claims))).places
    return place


def look(name: str) -> Poll:
    return Poll(name, Role.ATTENDEE)


def claim(name: str) -> Poll:
    return Poll(name, Role.ATTENDEE, claims=True)


async def test_a_poll_admits_a_newcomer(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    first = await poll(event_room, "a")
    second = await poll(event_room, "b")

    assert (first.kind, second.kind) == ("seated", "waiting")


async def test_polls_of_one_person_are_one_session(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    assert await poll(event_room, "a") == await poll(event_room, "a")


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_polled_place_lives_three_polls_to_the_millisecond(
    event_room: EventRoom, seats: int, role: Role
) -> None:
    await event_room.open(seats=seats)
    await poll(event_room, "a", role)

    await event_room.wait(POLL_LEASE_MS - 1)
    await poll(event_room, "a", role)
    await event_room.wait(POLL_LEASE_MS - 1)
    just_before = set(await event_room.holders())
    await event_room.wait(1)

    assert just_before == {"a"}
    assert await event_room.holders() == {}


@pytest.mark.parametrize(
    ("seats", "role"), [(1, Role.ATTENDEE), (0, Role.ATTENDEE), (0, Role.PRESENTER)]
)
async def test_a_poll_does_not_shorten_the_lease_of_a_live_tab(
    event_room: EventRoom, seats: int, role: Role
) -> None:
    await event_room.open(seats=seats)
    await event_room.hello("a", role=role)

    await poll(event_room, "a", role)
    await event_room.wait(LEASE_MS - 1)

    assert set(await event_room.holders()) == {"a"}


async def test_the_first_poll_gives_no_longer_lease_than_the_next(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    await poll(event_room, "a")
    await poll(event_room, "b")
    await poll(event_room, "p", Role.PRESENTER)

    assert {h.ends_in_ms for h in (await event_room.holders()).values()} == {POLL_LEASE_MS}


async def test_a_poll_takes_no_called_seat(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    b = await poll(event_room, "b")
    await event_room.leave(a)

    place = await poll(event_room, "b")

    assert (place.kind, place.ticket, place.called) == ("waiting", b.ticket, True)
    assert place.claim_ms == CLAIM_MS + 10


async def test_a_poll_after_two_missed_calls_tells_of_no_place(event_room: EventRoom) -> None:
    """It renewed somebody whom the same script then dropped out; the next poll queues anew."""
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.leave(a)
    await event_room.wait(CLAIM_MS + 10, keeping=[b])
    await event_room.wait(CLAIM_MS + 10 - 1, keeping=[b])

    event_room.clock.advance(ms=1)
    dropped_out = await poll(event_room, "b")
    again = await poll(event_room, "b")

    assert (dropped_out.kind, again.kind) == ("none", "seated")


async def test_a_presenter_may_poll(event_room: EventRoom) -> None:
    await event_room.open(presenters=1)

    first = await poll(event_room, "p", Role.PRESENTER)
    second = await poll(event_room, "q", Role.PRESENTER)

    assert (first.kind, second.kind) == ("presenting", "presenters_full")


async def called_b_and_c(event_room: EventRoom) -> None:
    """Two seats are offered to two people who poll."""
    await event_room.open(seats=2)
    guests = await event_room.hello("a", "x")
    await polled(event_room, look("b"), look("c"))
    await event_room.leave(*guests)


async def test_in_a_batch_only_who_claims_takes_the_called_seat(event_room: EventRoom) -> None:
    await called_b_and_c(event_room)

    looked, claimed = (await polled(event_room, look("b"), claim("c"))).places

    assert (looked.kind, looked.called) == ("waiting", True)
    assert claimed.kind == "seated"
    assert await event_room.seated() == {"c"}


async def test_a_claim_in_one_tab_is_news_to_the_other_in_the_same_batch(
    event_room: EventRoom,
) -> None:
    await called_b_and_c(event_room)

    places = (await polled(event_room, look("b"), claim("b"), look("b"))).places

    assert [place.kind for place in places] == ["seated"] * 3


async def test_a_claim_by_somebody_who_is_not_called_stays_a_ticket(event_room: EventRoom) -> None:
    await event_room.open(seats=0)
    waiting = await poll(event_room, "b")

    assert await poll(event_room, "b", claims=True) == waiting


@pytest.mark.parametrize("lease_ms", [POLL_LEASE_MS - 1_000, POLL_LEASE_MS + 1_000])
async def test_a_claim_is_kept_as_long_as_the_longer_of_the_two_leases(
    event_room: EventRoom, lease_ms: int
) -> None:
    """A live tab of the same person renews no more often than its own lease asks for."""
    await event_room.open(seats=1, lease_ms=lease_ms)
    (a,) = await event_room.hello("a")
    await poll(event_room, "b")
    await event_room.leave(a)

    await poll(event_room, "b", claims=True)

    (holder,) = (await event_room.holders()).values()
    assert (holder.place, holder.ends_in_ms) == ("seat", max(lease_ms, POLL_LEASE_MS))


async def test_a_batch_is_admitted_in_order_of_arrival(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    places = (await polled(event_room, look("a"), claim("b"), look("c"))).places

    assert [place.kind for place in places] == ["seated", "waiting", "waiting"]
    assert await event_room.line() == ["b", "c"]


async def test_a_poll_tells_the_room_as_it_leaves_it(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    answer = await polled(event_room, look("a"), look("b"))

    snapshot = await event_room.rooms.snapshot(REF)
    assert (answer.revision, answer.state) == (snapshot.revision, snapshot.state)
    assert (snapshot.state.occupied, snapshot.state.waiting) == (1, 1)


async def test_a_poll_of_a_closed_room_tells_how_it_ended(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    closed = await event_room.rooms.close_room(REF)

    answer = await polled(event_room, look("a"), claim("b"))

    assert (answer.outcome, answer.places) == ("closed", ())
    assert (answer.revision, answer.state) == (closed.revision, closed.state)


async def test_a_poll_needs_a_room(event_room: EventRoom) -> None:
    answer = await polled(event_room, look("a"))

    assert (answer.outcome, answer.places, answer.state) == ("no_room", (), None)
