"""A batch of hellos has the result of the same hellos one after the other."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import Newcomer, Role, RoomRef
from tests.event_room import WAIT_GRACE_MS, EventRoom

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.rooms import Place
    from tests.fakes import FakeClock

SEATS = 6
ROLES = (*(Role.ATTENDEE,) * 12, Role.PRESENTER, Role.HOST)


async def room_of(redis: Redis, clock: FakeClock, account: str, seed: int) -> EventRoom:
    """A room with some people inside, called or waiting; the same for the same seed."""
    chance = random.Random(seed)
    room = EventRoom(redis, clock, RoomRef(account, "hall"))
    await room.open(seats=SEATS, presenters=1)
    guests = await room.hello(*(f"g{number}" for number in range(chance.randint(1, 9))))
    for guest in chance.sample(guests, chance.randint(0, len(guests)) // 3):
        await room.leave(guest)
    await room.set_paused(f"pause-{seed}", paused=chance.random() < 0.3)
    return room


def batch_of(seed: int) -> list[Newcomer]:
    """Mostly newcomers; sometimes known people, other roles, and people twice."""
    chance = random.Random(seed)
    names = [f"g{number}" for number in range(chance.choice([0, 0, 6]))]
    names += [f"n{number}" for number in range(12)]
    chosen = chance.sample(names, 9) + chance.sample(names, chance.choice([0, 0, 2]))
    roles = ROLES if chance.random() < 0.5 else (Role.ATTENDEE,)
    return [Newcomer(name, chance.choice(roles)) for name in chosen]


async def places_in(room: EventRoom, batch: list[Newcomer]) -> list[Place]:
    names = sorted({newcomer.participant for newcomer in batch})
    return list((await room.rooms.positions(room.ref, names)).places)


@pytest.mark.parametrize("seed", range(40))
async def test_a_batch_has_the_result_of_one_after_the_other(
    redis: Redis, clock: FakeClock, seed: int
) -> None:
    together = await room_of(redis, clock, "together", seed)
    singly = await room_of(redis, clock, "singly", seed)
    batch = batch_of(seed)

    told = list((await together.rooms.admit(together.ref, batch)).places)
    for newcomer in batch:
        await singly.rooms.admit(singly.ref, [newcomer])

    places = await places_in(together, batch)
    assert places == await places_in(singly, batch)
    by_name = dict(zip(sorted({n.participant for n in batch}), places, strict=True))
    last = {newcomer.participant: number for number, newcomer in enumerate(batch)}
    for name, number in last.items():
        if told[number].holding:
            assert told[number] == by_name[name]
    states = [(await room.rooms.snapshot(room.ref)).state for room in (together, singly)]
    # One by one, a room is nearly full before it is full, so its notice is another.
    assert replace(states[0], notice=None) == replace(states[1], notice=None)


async def zadds(redis: Redis, room: EventRoom, *names: str) -> int:
    """How many ZADD one batch needs."""
    await redis.config_resetstat()
    await room.hello(*names)
    stats = await redis.info("commandstats")
    return int(stats["cmdstat_zadd"]["calls"])


async def test_an_expired_ticket_does_not_make_later_batches_dearer(
    redis: Redis, clock: FakeClock
) -> None:
    """Only people whose own ticket has expired must be told so."""
    room = EventRoom(redis, clock)
    await room.open(seats=1, away_ms=0)
    inside, gone = await room.hello("inside", "gone")
    await room.drop(gone)
    await room.wait(WAIT_GRACE_MS, keeping=[inside])

    of_strangers = await zadds(redis, room, *(f"n{number}" for number in range(50)))
    back, other = await room.hello("gone", "other")

    assert of_strangers == 2  # all tickets, and all leases
    assert (back.place.reason, other.place.reason) == ("expired", "full")
