"""positions: the exact places of many people."""

from __future__ import annotations

from fullhouse.domain.rooms import Place, Role
from tests.room_fixture import LEASE_MS, REF, RoomFixture


async def test_places_are_told_in_the_order_asked(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    a, _, c, d = await hall.hello("a", "b", "c", "d")
    (p,) = await hall.hello("p", role=Role.PRESENTER)

    answer = await hall.rooms.positions(REF, ["d", "nobody", "a", "p", "c"])

    assert answer.places == (
        Place("waiting", d.generation, d.place.ticket, ahead=2),
        Place("none"),
        a.place,
        p.place,
        Place("waiting", c.generation, c.place.ticket, ahead=1),
    )
    assert answer.revision == await hall.revision()


async def test_ahead_counts_only_the_uncalled_in_front(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    a, _ = await hall.hello("a", "x")
    _, c, *_ = await hall.hello("b", "c", "d", "e")
    await hall.leave(a)
    await hall.leave(c)

    places = (await hall.rooms.positions(REF, ["b", "d", "e"])).places

    assert [(place.called, place.ahead) for place in places] == [(True, 0), (False, 0), (False, 1)]


async def test_the_generation_of_someone_dropped_is_told_as_it_was(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    (a,) = await hall.hello("a")
    await hall.drop(a)

    assert await hall.place("a") == a.place


async def test_looking_changes_nothing_and_takes_no_time(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a", "b")
    before = await hall.contents()

    hall.clock.advance(ms=LEASE_MS)
    await hall.rooms.positions(REF, ["a", "b"])

    assert await hall.contents() == before


async def test_positions_need_a_room(hall: RoomFixture) -> None:
    assert (await hall.rooms.positions(REF, ["a"])).outcome == "no_room"
