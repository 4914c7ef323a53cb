"""Calls of several nodes at once have the answers of one call after the other."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role
from fullhouse.store.room_store import RoomStore
from tests.event_room import REF, RULES, EventRoom
from tests.property.history import Done, explains
from tests.property.room_model import RoomModel
from tests.stores import patient_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio import Redis

    from fullhouse.domain.rooms import Place
    from tests.fakes import FakeClock

NODES, CALLS, SEATS = 4, 40, 4
NAMES = "abcdefgh"


def admitted(now: int, batch: list[Newcomer], model: RoomModel) -> object:
    return tuple(model.admit(now, batch, NOTHING_SEEN))


def left(now: int, names: list[str], model: RoomModel) -> object:
    model.leave(now, [(name, 0) for name in names], NOTHING_SEEN)
    return None


def resized(now: int, change: str, seats: int, model: RoomModel) -> object:
    model.set_room(now, change, None, seats)
    return model.people.capacity


async def act(rooms: RoomStore, chance: random.Random, now: int, change: str) -> Done:
    """One random call, and what the oracle has to do for it."""
    names = chance.sample(NAMES, chance.randint(1, 3))
    verb: Callable[[RoomModel], object]
    answer: object = None
    began = time.monotonic()  # the order of calls is what the test is about
    match chance.choice(["admit", "admit", "admit", "leave", "leave", "resize"]):
        case "admit":
            batch = [Newcomer(name, Role.ATTENDEE) for name in names]
            admissions = await rooms.admit(REF, batch)
            verb, answer, rev = partial(admitted, now, batch), admissions.places, admissions.rev
        case "leave":
            rev = (await rooms.leave(REF, [(name, 0) for name in names])).rev
            verb = partial(left, now, names)
        case _:
            seats = chance.randint(1, SEATS)
            snapshot = await rooms.set_room(REF, change, paused=None, seats=seats)
            verb, answer = partial(resized, now, change, seats), snapshot.state.capacity
            rev = snapshot.revision.rev
    return Done(began, time.monotonic(), verb, answer, rev)  # as above


async def history_of(redis_url: str, clock: FakeClock, seed: int) -> list[Done]:
    """The calls of several nodes, each of which sends one after the other."""

    async def node(redis: Redis, number: int) -> list[Done]:
        rooms, chance = RoomStore(redis, instant=clock.now_ms), random.Random(f"{seed}-{number}")
        now = clock.now_ms()
        return [await act(rooms, chance, now, f"{number}-{n}") for n in range(CALLS)]

    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(patient_store(redis_url)) for _ in range(NODES)]
        done = await asyncio.gather(*(node(redis, n) for n, redis in enumerate(clients)))
    return [call for calls in done for call in calls]


def empty_room(clock: FakeClock) -> RoomModel:
    model = RoomModel(RULES, SEATS, 1)
    model.open(clock.now_ms())
    return model


@pytest.mark.parametrize("seed", range(4))
async def test_one_order_explains_all_answers(
    redis: Redis, clock: FakeClock, redis_url: str, seed: int
) -> None:
    await EventRoom(redis, clock).open(seats=SEATS)

    history = await history_of(redis_url, clock, seed)

    assert len({call.rev for call in history}) > CALLS, "hardly anything happened"
    assert explains(empty_room(clock), history)


def with_another_kind(place: Place) -> Place:
    return replace(place, kind="seated" if place.kind == "waiting" else "waiting")


async def test_no_order_explains_a_history_with_a_wrong_answer(
    redis: Redis, clock: FakeClock, redis_url: str
) -> None:
    """The control: a seat given twice, an answer of the past, a change that nobody saw."""
    await EventRoom(redis, clock).open(seats=SEATS)
    history = await history_of(redis_url, clock, seed=5)
    admissions = [n for n, call in enumerate(history) if isinstance(call.answer, tuple)]
    number = admissions[len(admissions) // 2]
    call = history[number]
    assert isinstance(call.answer, tuple)

    for wrong in (
        replace(call, answer=(with_another_kind(call.answer[0]), *call.answer[1:])),
        replace(call, rev=call.rev - 20),
        replace(call, verb=lambda _: call.answer),
    ):
        assert not explains(empty_room(clock), [*history[:number], wrong, *history[number + 1 :]])
