"""Every room is visited once a period, in batches, with a bounded number of them under way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fullhouse.domain.rooms import RoomRef
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import SLOTS, LocalRooms, slot_of
from fullhouse.realtime.rounds import BATCH, IN_FLIGHT, MOST_BEHIND_S, Rounds

AT_ONCE_S = 0.0


def rooms_of(*refs: RoomRef) -> LocalRooms:
    rooms = LocalRooms()
    for ref in refs:
        rooms.obtain(ref)
    return rooms


def many(count: int) -> list[RoomRef]:
    return [RoomRef("acme", f"room-{number}") for number in range(count)]


def in_slot(slot: int) -> RoomRef:
    return next(ref for ref in many(100 * SLOTS) if slot_of(ref) == slot)


class Visits:
    """Notes each batch; the first ones go on only when told."""

    def __init__(self, *, held: bool = False) -> None:
        self.batches: list[list[RoomRef]] = []
        self.go_on = asyncio.Event()
        if not held:
            self.go_on.set()

    async def __call__(self, rooms: Sequence[LocalRoom]) -> None:
        self.batches.append([room.ref for room in rooms])
        await self.go_on.wait()

    @property
    def refs(self) -> list[RoomRef]:
        return [ref for batch in self.batches for ref in batch]


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_the_delay_of_each_slot_with_rooms_is_told() -> None:
    delays: list[float] = []
    rounds = Rounds(AT_ONCE_S, rooms_of(in_slot(3), in_slot(9)), Visits(), delays.append)

    await rounds.round(now_s() - 5)

    assert len(delays) == 2
    assert min(delays) >= 5


async def test_a_round_visits_every_room_once() -> None:
    refs, visits = many(1000), Visits()

    await Rounds(AT_ONCE_S, rooms_of(*refs), visits).round(now_s())

    assert sorted(visits.refs) == sorted(refs)


async def test_rooms_travel_together_as_many_as_fill_a_pipeline() -> None:
    """6,000 rooms, 94 to a slot: two batches, not ninety-four."""
    refs, visits = many(6000), Visits()

    await Rounds(AT_ONCE_S, rooms_of(*refs), visits).round(now_s())

    assert max(map(len, visits.batches)) <= BATCH
    assert len(visits.batches) <= 2 * SLOTS


async def test_the_next_trip_waits_while_as_many_as_may_are_under_way() -> None:
    """Whoever comes in meanwhile waits for those in the store, not for all that are to follow."""
    visits = Visits(held=True)
    rounds = Rounds(AT_ONCE_S, rooms_of(*many(20 * BATCH)), visits)

    walking = asyncio.create_task(rounds.round(now_s()))
    for _ in range(100):
        await asyncio.sleep(0)  # noqa: TID251  # turns of the loop
    under_way = len(visits.batches)
    visits.go_on.set()
    await walking

    assert under_way == IN_FLIGHT
    assert len(visits.refs) == 20 * BATCH


async def test_visits_are_spread_over_the_period_by_slots() -> None:
    refs, visits = many(500), Visits()

    await Rounds(AT_ONCE_S, rooms_of(*refs), visits).round(now_s())

    slots = [slot_of(ref) for ref in visits.refs]
    assert slots == sorted(slots)
    assert len(set(slots)) == SLOTS


async def test_a_room_that_comes_during_a_round_is_visited_in_it() -> None:
    """Else it would wait for up to two periods, longer than its clock may stand still."""
    early, late = in_slot(3), in_slot(40)
    rooms = rooms_of(early)

    class LateArrival(Visits):
        async def __call__(self, visited: Sequence[LocalRoom]) -> None:
            await super().__call__(visited)
            rooms.obtain(late)

    visits = LateArrival()
    await Rounds(AT_ONCE_S, rooms, visits).round(now_s())

    assert visits.refs == [early, late]


async def test_a_room_keeps_its_slot_whatever_other_rooms_come_and_go() -> None:
    stays = in_slot(7)
    rooms = rooms_of(stays, *many(50))

    for ref in set(many(50)) - {stays}:
        rooms.remove(ref)

    assert [room.ref for room in rooms.in_slot(7)] == [stays]
    assert [room.ref for room in rooms] == [stays]


async def test_an_account_is_here_as_long_as_one_of_its_rooms_is() -> None:
    one, two = many(2)
    rooms = rooms_of(one, two)

    rooms.remove(one)
    with_one = rooms.has_account("acme")
    rooms.remove(two)

    assert (with_one, rooms.has_account("acme")) == (True, False)


async def test_a_round_that_is_late_says_by_how_much() -> None:
    rounds = Rounds(AT_ONCE_S, rooms_of(*many(3)), Visits())

    await rounds.round(now_s() - 5)

    assert rounds.behind_s >= 5


async def test_a_round_that_is_stuck_says_so_before_it_ends() -> None:
    rounds = Rounds(AT_ONCE_S, rooms_of(*many(20 * BATCH)), Visits(held=True))
    walking = asyncio.create_task(rounds.round(now_s() - MOST_BEHIND_S - 1))
    for _ in range(100):
        await asyncio.sleep(0)  # noqa: TID251  # turns of the loop

    behind_s = rounds.behind_s
    walking.cancel()
    await asyncio.gather(walking, return_exceptions=True)

    assert behind_s > MOST_BEHIND_S
