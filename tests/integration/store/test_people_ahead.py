"""people_ahead: how many people wait in front of a ticket, for many tickets in one read."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.event_room import LEASE_MS, REF, EventRoom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.event_room import Guest


async def line_of(event_room: EventRoom, people: int) -> list[Guest]:
    """A full room, and so many people in line."""
    await event_room.open(seats=20)
    await event_room.set_seats(2, "full")
    await event_room.hello("x", "y")
    return await event_room.hello(*(f"p{number}" for number in range(people)))


async def ahead_of(event_room: EventRoom, tickets: Sequence[int]) -> tuple[int | None, ...]:
    return (await event_room.rooms.people_ahead(REF, tickets)).ahead


def tickets_of(guests: Sequence[Guest]) -> list[int]:
    return [guest.place.ticket for guest in guests]


@pytest.mark.parametrize("share", [1.0, 0.5, 0.05], ids=["all", "half", "few"])
@pytest.mark.parametrize("seed", range(3))
async def test_the_numbers_are_those_of_each_place(
    event_room: EventRoom, seed: int, share: float
) -> None:
    chance = random.Random(seed)
    guests = await line_of(event_room, 60)
    gone = chance.sample(guests, 15)
    await event_room.leave(*gone)
    await event_room.set_seats(2 + chance.randint(1, 10))
    asked = sorted(chance.sample(guests, int(len(guests) * share)), key=lambda g: g.place.ticket)

    ahead = await ahead_of(event_room, tickets_of(asked))

    names = [guest.name for guest in asked]
    places = (await event_room.rooms.positions(REF, names)).places
    assert ahead == tuple(
        place.ahead if place.kind == "waiting" and not place.called else None for place in places
    )


async def test_only_people_who_are_not_called_count(event_room: EventRoom) -> None:
    guests = await line_of(event_room, 5)
    await event_room.set_seats(4)

    assert await ahead_of(event_room, tickets_of(guests)) == (None, None, 0, 1, 2)


async def test_one_ticket_at_the_end_of_a_long_line(event_room: EventRoom) -> None:
    guests = await line_of(event_room, 200)

    assert await ahead_of(event_room, tickets_of([guests[0], guests[-1]])) == (0, 199)
    assert await ahead_of(event_room, [guests[-1].place.ticket + 1]) == (None,)


async def test_reading_changes_nothing_and_takes_no_time(event_room: EventRoom) -> None:
    guests = await line_of(event_room, 3)
    before = await event_room.contents()

    event_room.clock.advance(ms=LEASE_MS)
    answer = await event_room.rooms.people_ahead(REF, tickets_of(guests))

    assert await event_room.contents() == before
    assert answer.revision == await event_room.revision()


async def test_there_must_be_an_open_room(event_room: EventRoom) -> None:
    assert (await event_room.rooms.people_ahead(REF, [1])).outcome == "no_room"
    await event_room.open(seats=1)
    await event_room.rooms.close_room(REF)
    assert (await event_room.rooms.people_ahead(REF, [1])).outcome == "closed"
