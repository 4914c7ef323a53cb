"""positions: the exact places of many people."""

from __future__ import annotations

from fullhouse.domain.rooms import Place, Role
from tests.event_room import LEASE_MS, REF, EventRoom


async def test_places_are_told_in_the_order_asked(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a, _, c, d = await event_room.hello("a", "b", "c", "d")
    (p,) = await event_room.hello("p", role=Role.PRESENTER)

    answer = await event_room.rooms.positions(REF, ["d", "nobody", "a", "p", "c"])

    assert answer.places == (
        Place("waiting", d.generation, d.place.ticket, ahead=2),
        Place("none"),
        a.place,
        p.place,
        Place("waiting", c.generation, c.place.ticket, ahead=1),
    )
    assert answer.revision == await event_room.revision()


async def test_ahead_counts_only_the_uncalled_in_front(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    a, _ = await event_room.hello("a", "x")
    _, c, *_ = await event_room.hello("b", "c", "d", "e")
    await event_room.leave(a)
    await event_room.leave(c)

    places = (await event_room.rooms.positions(REF, ["b", "d", "e"])).places

    assert [(place.called, place.ahead) for place in places] == [(True, 0), (False, 0), (False, 1)]


async def test_the_generation_of_someone_dropped_is_told_as_it_was(event_room: EventRoom) -> None:
    await event_room.open(seats=0)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    assert await event_room.place("a") == a.place


async def test_looking_changes_nothing_and_takes_no_time(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    before = await event_room.contents()

    event_room.clock.advance(ms=LEASE_MS)
    await event_room.rooms.positions(REF, ["a", "b"])

    assert await event_room.contents() == before


async def test_positions_need_a_room(event_room: EventRoom) -> None:
    assert (await event_room.rooms.positions(REF, ["a"])).outcome == "no_room"
