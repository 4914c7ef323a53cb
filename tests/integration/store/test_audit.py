"""audit: who holds what, recounted from the sets."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Role, SeatHolder
from fullhouse.store.keys import RoomKeys
from tests.room_fixture import LEASE_MS, REF, RoomFixture


async def test_every_place_is_listed_with_what_is_left_of_its_lease(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    a, b = await hall.hello("a", "b")
    hall.clock.advance(ms=1_000)
    (p,) = await hall.hello("p", role=Role.PRESENTER)

    audit = await hall.rooms.audit(REF)

    assert set(audit.holders) == {
        SeatHolder("a", "seat", LEASE_MS - 1_000, a.generation),
        SeatHolder("b", "ticket", LEASE_MS - 1_000, b.generation, b.place.ticket),
        SeatHolder("p", "presenter", LEASE_MS, p.generation),
    }
    assert audit.drift == ()
    assert audit.snapshot == await hall.rooms.snapshot(REF)


async def test_a_dropped_holder_is_listed_under_the_same_generation(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    await hall.drop(a)

    assert (await hall.holders())["a"].generation == a.generation


async def test_an_empty_room_has_an_empty_audit(hall: RoomFixture) -> None:
    await hall.open()

    audit = await hall.rooms.audit(REF)

    assert (audit.holders, audit.drift) == ((), ())


@pytest.mark.parametrize(
    ("part", "drift"),
    [
        ("seats", "2 seats are taken, 1 were told"),
        ("line", "1 participants in line without a lease"),
        ("present", "1 participants with a lease but not in line"),
        ("presenters", "1 participants without a generation"),
    ],
)
async def test_sets_that_disagree_are_named(hall: RoomFixture, part: str, drift: str) -> None:
    await hall.open(seats=5)
    await hall.hello("a")
    await hall.redis.zadd(_key(part), {"stranger": hall.clock.now_ms()})

    assert drift in (await hall.rooms.audit(REF)).drift


@pytest.mark.parametrize(
    ("part", "drift"),
    [
        ("line", "1 participants inside and in line"),
        ("presenters", "1 participants in a seat and a presenter seat"),
    ],
)
async def test_a_person_in_two_places_is_named(hall: RoomFixture, part: str, drift: str) -> None:
    await hall.open(seats=5)
    await hall.hello("a")
    await hall.redis.zadd(_key(part), {"a": hall.clock.now_ms()})

    assert drift in (await hall.rooms.audit(REF)).drift


async def test_an_overfull_room_that_does_not_drain_is_named(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.redis.zadd(_key("seats"), {"b": hall.clock.now_ms() + LEASE_MS})

    audit = await hall.rooms.audit(REF)

    assert "1 seats above capacity, and the room does not drain" in audit.drift


async def test_a_draining_room_has_no_drift(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a", "b")
    await hall.set_seats(1)

    assert (await hall.rooms.audit(REF)).drift == ()


async def test_an_audit_needs_a_room(hall: RoomFixture) -> None:
    with pytest.raises(NotFound):
        await hall.rooms.audit(REF)


def _key(part: str) -> str:
    (key,) = (key for key in RoomKeys(REF).all() if key.endswith(f":{part}"))
    return key
