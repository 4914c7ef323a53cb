"""audit: who holds what, recounted from the sets."""

from __future__ import annotations

import pytest

from fullhouse.domain.audit import SeatHolder
from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import Role
from fullhouse.store.room_keys import RoomKeys
from tests.event_room import LEASE_MS, REF, EventRoom


async def test_every_place_is_listed_with_what_is_left_of_its_lease(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a, b = await event_room.hello("a", "b")
    event_room.clock.advance(ms=1_000)
    (p,) = await event_room.hello("p", role=Role.PRESENTER)

    audit = await event_room.rooms.audit(REF)

    assert set(audit.holders) == {
        SeatHolder("a", "seat", LEASE_MS - 1_000, a.generation),
        SeatHolder("b", "ticket", LEASE_MS - 1_000, b.generation, b.place.ticket),
        SeatHolder("p", "presenter", LEASE_MS, p.generation),
    }
    assert audit.drift == ()
    assert audit.snapshot == await event_room.rooms.snapshot(REF)


async def test_a_dropped_holder_is_listed_under_the_same_generation(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    assert (await event_room.holders())["a"].generation == a.generation


async def test_an_empty_room_has_an_empty_audit(event_room: EventRoom) -> None:
    await event_room.open()

    audit = await event_room.rooms.audit(REF)

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
async def test_sets_that_disagree_are_named(event_room: EventRoom, part: str, drift: str) -> None:
    await event_room.open(seats=5)
    await event_room.hello("a")
    await event_room.redis.zadd(_key(part), {"stranger": event_room.clock.now_ms()})

    assert drift in (await event_room.rooms.audit(REF)).drift


@pytest.mark.parametrize(
    ("part", "drift"),
    [
        ("line", "1 participants inside and in line"),
        ("presenters", "1 participants in a seat and a presenter seat"),
    ],
)
async def test_a_person_in_two_places_is_named(
    event_room: EventRoom, part: str, drift: str
) -> None:
    await event_room.open(seats=5)
    await event_room.hello("a")
    await event_room.redis.zadd(_key(part), {"a": event_room.clock.now_ms()})

    assert drift in (await event_room.rooms.audit(REF)).drift


async def test_an_overfull_room_that_does_not_drain_is_named(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.redis.zadd(_key("seats"), {"b": event_room.clock.now_ms() + LEASE_MS})

    audit = await event_room.rooms.audit(REF)

    assert "1 seats above capacity, and the room does not drain" in audit.drift


async def test_a_draining_room_has_no_drift(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a", "b")
    await event_room.set_seats(1)

    assert (await event_room.rooms.audit(REF)).drift == ()


async def test_an_audit_needs_a_room(event_room: EventRoom) -> None:
    with pytest.raises(NotFound):
        await event_room.rooms.audit(REF)


def _key(part: str) -> str:
    (key,) = (key for key in RoomKeys(REF).all() if key.endswith(f":{part}"))
    return key
