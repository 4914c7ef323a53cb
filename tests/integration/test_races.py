"""Many nodes at one door: no burst sells a seat twice, and a check-then-add in its place does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
import pytest

from fullhouse.domain.rooms import Admissions, Answer, Newcomer, Place, Role, RoomRef
from fullhouse.domain.waiting_people import CallNext
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.room_store import RoomStore
from fullhouse.store.waiting_people import WaitingPeople
from tests.event_room import REF, EventRoom
from tests.fakes import FakeClock
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")

SEATS = 50
HOUR_MS = 3_600_000
PEOPLE = 2_000
NODES = 2
AT_ONCE = 40
"""Connections of one node, so that its calls really run at the same time."""


class UpgradeHandler(Protocol):
    """What lets people in: the room store, or the control in its place."""

    async def admit(self, ref: RoomRef, newcomers: Sequence[Newcomer]) -> Admissions: ...


@asynccontextmanager
async def nodes_of(url: str) -> AsyncIterator[list[Redis]]:
    """Several nodes, each with connections of its own."""
    async with AsyncExitStack() as stack:
        nodes = [patient_store(url) for _ in range(NODES)]
        yield [await stack.enter_async_context(node) for node in nodes]


@asynccontextmanager
async def services(url: str) -> AsyncIterator[list[RoomStore]]:
    """Their room stores."""
    async with nodes_of(url) as nodes:
        yield [RoomStore(node) for node in nodes]


async def at_once(nodes: int, calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """As many at a time as these nodes have connections for."""
    gate = asyncio.Semaphore(AT_ONCE * nodes)

    async def gated(call: Coroutine[Any, Any, T]) -> T:
        async with gate:
            return await call

    async with asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(gated(call)) for call in calls]
    return [task.result() for task in made]


async def join(
    services: Sequence[UpgradeHandler], count: int = PEOPLE, *, first: int = 0
) -> list[Place]:
    """Everyone at once, each in a call of their own, on one node or the other."""
    numbers = range(first, first + count)
    answers = await at_once(
        len(services),
        (services[i % len(services)].admit(REF, [attendee(f"guest-{i}")]) for i in numbers),
    )
    return [answer.places[0] for answer in answers]


def attendee(name: str) -> Newcomer:
    return Newcomer(name, Role.ATTENDEE)


def seats_and_tickets(places: Sequence[Place]) -> tuple[int, list[int]]:
    tickets = [place.ticket for place in places if place.kind == "waiting"]
    return sum(place.kind == "seated" for place in places), sorted(tickets)


@pytest.fixture
async def event_room(redis: Redis) -> EventRoom:
    """A room of fifty seats on the store's own clock, whose leases outlive any test."""
    event_room = EventRoom(redis, FakeClock(0))
    await event_room.open(seats=SEATS, lease_ms=HOUR_MS, grace_ms=HOUR_MS, claim_ms=HOUR_MS)
    return event_room


async def test_two_thousand_joins_for_fifty_seats_fill_exactly_fifty(
    event_room: EventRoom, redis_url: str
) -> None:
    async with services(redis_url) as nodes:
        places = await join(nodes)

    seats, tickets = seats_and_tickets(places)
    state = await event_room.state()
    assert seats == state.occupied == SEATS
    assert tickets == list(range(tickets[0], tickets[0] + PEOPLE - SEATS))
    assert len({place.generation for place in places}) == PEOPLE
    assert (state.waiting, state.held) == (PEOPLE - SEATS, 0)
    assert (await event_room.rooms.audit(REF)).drift == ()


async def test_tickets_are_in_order_of_arrival(event_room: EventRoom, redis_url: str) -> None:
    """Those who came in an earlier call stand before those of a later one, on any node."""
    async with services(redis_url) as nodes:
        await join(nodes, SEATS)
        tickets = []
        for number in range(20):
            answer = await nodes[number % NODES].admit(REF, [attendee(f"late-{number}")])
            tickets.append(answer.places[0].ticket)

    assert tickets == list(range(tickets[0], tickets[0] + 20))


async def test_one_person_in_five_tabs_on_two_nodes_has_one_place(
    event_room: EventRoom, redis_url: str
) -> None:
    newcomer = Newcomer("ada", Role.ATTENDEE)
    async with services(redis_url) as nodes:
        answers = await asyncio.gather(
            *(nodes[i % NODES].admit(REF, [newcomer]) for i in range(5))
        )

    assert len({answer.places for answer in answers}) == 1
    assert (await event_room.state()).occupied == 1


async def test_leaves_claims_and_joins_at_once_leave_no_seat_empty_or_sold_twice(
    event_room: EventRoom, redis_url: str
) -> None:
    async with services(redis_url) as nodes:
        places = await join(nodes, SEATS + 20)
        inside = [(f"guest-{i}", p.generation) for i, p in enumerate(places) if p.kind == "seated"]
        waiting = [f"guest-{i}" for i, p in enumerate(places) if p.kind == "waiting"]
        coming = [*waiting, *(f"new-{number}" for number in range(200))]

        calls: list[Coroutine[Any, Any, Answer]] = []
        calls += [nodes[0].leave(REF, [session]) for session in inside]
        calls += [nodes[1].admit(REF, [attendee(name)]) for name in coming]
        await at_once(NODES, calls)

    state = await event_room.state()
    assert state.occupied + state.held == SEATS
    assert state.waiting == 220 - SEATS
    assert (await event_room.rooms.audit(REF)).drift == ()


async def test_hosts_who_let_people_in_first_while_others_leave_never_oversell(
    event_room: EventRoom, redis_url: str
) -> None:
    async with nodes_of(redis_url) as clients:
        nodes = [RoomStore(client) for client in clients]
        lines = [WaitingPeople(client) for client in clients]
        places = await join(nodes, SEATS + 100)
        inside = [(f"guest-{i}", p.generation) for i, p in enumerate(places) if p.kind == "seated"]
        waiting = [f"guest-{i}" for i, p in enumerate(places) if p.kind == "waiting"]

        calls: list[Coroutine[Any, Any, object]] = []
        for number, name in enumerate(waiting[-40:]):
            choice = CallNext(REF, name, by="hera", reason="speaks")
            calls += [line.call_next(f"{number}-{i}", choice) for i, line in enumerate(lines)]
            calls += [nodes[number % NODES].leave(REF, [inside[number]])]
        await at_once(NODES, calls)

    state = await event_room.state()
    chosen = (await event_room.rooms.positions(REF, waiting[-40:])).places
    called = sum(place.called for place in chosen)
    assert (state.occupied, state.held, state.waiting) == (SEATS - 40, 40, 60)
    assert len({place.ticket for place in chosen}) == 40
    # Those who are not called yet are the first of the line, each behind another number of people.
    assert sorted(place.ahead for place in chosen if not place.called) == list(range(40 - called))
    assert (await event_room.rooms.audit(REF)).drift == ()


async def test_several_processes_fill_exactly_fifty(event_room: EventRoom, redis_url: str) -> None:
    """Nothing that they share but the store."""
    crowds = [await crowd(redis_url, first, 500) for first in (0, 500)]
    for process in crowds:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"

    answers = await asyncio.gather(*(process.communicate(b"go\n") for process in crowds))

    places = [
        place for answer, _ in answers for place in msgspec.json.decode(answer, type=list[Place])
    ]
    seats, tickets = seats_and_tickets(places)
    assert len(places) == 1_000
    assert seats == (await event_room.state()).occupied == SEATS
    assert tickets == list(range(tickets[0], tickets[0] + 1_000 - SEATS))


async def crowd(url: str, first: int, count: int) -> asyncio.subprocess.Process:
    """A process of its own that joins when told to."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", __name__, url, str(first), str(count)]
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)


class CheckThenAdd:
    """The door that everybody builds first: count the seats, then take one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def admit(self, ref: RoomRef, newcomers: Sequence[Newcomer]) -> Admissions:
        _, seats, *_ = RoomKeys(ref).all()
        (newcomer,) = newcomers
        if await self._redis.zcard(seats) >= SEATS:
            return Admissions("ok", 0, 0, (Place("waiting"),))
        await self._redis.zadd(seats, {newcomer.participant: 0})
        return Admissions("ok", 0, 0, (Place("seated"),))


async def test_the_same_race_through_a_check_then_add_sells_seats_twice(redis_url: str) -> None:
    """The control: if this race were no race, the tests above would prove nothing."""
    async with nodes_of(redis_url) as nodes:

        async def is_sold_twice() -> bool:
            await nodes[0].flushall()
            seats, _ = seats_and_tickets(await join([CheckThenAdd(node) for node in nodes]))
            return seats > SEATS

        await wait_until(is_sold_twice)  # one race may come out well by chance


async def check_then_call(redis: Redis, name: str, number: int) -> None:
    """How a host's button is built first: look for a free seat, then call."""
    _, seats, _, line, *_ = RoomKeys(REF).all()
    if await redis.zcard(seats) + await redis.zcount(line, "-inf", 0) < SEATS:
        await redis.zadd(line, {name: -number})


async def test_the_same_race_through_a_check_then_call_holds_too_many_seats(
    redis_url: str,
) -> None:
    """The control of the race of hosts."""
    _, seats, _, line, *_ = RoomKeys(REF).all()
    async with nodes_of(redis_url) as nodes:

        async def is_oversold() -> bool:
            await nodes[0].flushall()
            await nodes[0].zadd(seats, {f"inside-{n}": 0 for n in range(SEATS - 10)})
            calls = (check_then_call(nodes[n % NODES], f"guest-{n}", n + 1) for n in range(100))
            await at_once(NODES, calls)
            return bool(await nodes[0].zcard(line) > 10)

        await wait_until(is_oversold)


async def _join_when_told(url: str, first: int, count: int) -> None:
    async with patient_store(url) as client:
        await client.ping()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        places = await join([RoomStore(client)], first=first, count=count)
    sys.stdout.write(msgspec.json.encode(places).decode())


if __name__ == "__main__":
    url, first, count = sys.argv[1:]
    asyncio.run(_join_when_told(url, int(first), int(count)))
