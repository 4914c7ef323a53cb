"""Polls and leaves of a room go to the store in batches, each answer to whoever asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.polls import Poll, Polled
from fullhouse.domain.rooms import Answer, Place, Role, RoomRef
from fullhouse.service.poll_requests import BATCH
from fullhouse.service.polls import PollService
from fullhouse.supervise import BackgroundTasks
from tests.unit.realtime.events import state
from tests.waiting import wait_until

REF, OTHER = RoomRef("acme", "hall"), RoomRef("acme", "annex")
STATE = state(
    capacity=1,
    occupied=1,
    waiting=1,
    presenter_capacity=0,
    level="full",
    observed_s=0,
    called_to=0,
    last_ticket=7,
    grace_ms=20_000,
)


Call: TypeAlias = tuple[str, list[str]]
Asking: TypeAlias = asyncio.Future[Any]


@dataclass
class SlowRooms:
    """A store that answers when it is let: a poll with the number of the call as ticket."""

    calls: list[Call] = field(default_factory=list)
    error: Exception | None = None
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def poll(self, ref: RoomRef, polls: Sequence[Poll], *, lease_ms: int) -> Polled:
        await self._called("poll", [poll.participant for poll in polls])
        place = Place("waiting", ticket=len(self.calls))
        return Polled("ok", 1, 5, (place,) * len(polls), STATE)

    async def leave(self, ref: RoomRef, leavers: Sequence[tuple[str, int]]) -> Answer:
        await self._called("leave", [name for name, _ in leavers])
        return Answer("ok", 1, 5)

    async def _called(self, verb: str, names: list[str]) -> None:
        self.calls.append((verb, names))
        await self.answers.wait()
        if self.error:
            raise self.error


@dataclass
class PolledPeople:
    """The service, and people who ask it one after another without waiting."""

    rooms: SlowRooms = field(default_factory=SlowRooms)
    background_tasks: BackgroundTasks = field(default_factory=BackgroundTasks)
    asked: list[Asking] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = PollService(self.rooms, self.background_tasks)

    def look(self, name: str, role: Role = Role.ATTENDEE, ref: RoomRef = REF) -> Asking:
        return self._asked(self.service.poll(ref, Poll(name, role)))

    def leave(self, name: str) -> Asking:
        return self._asked(self.service.leave(REF, name))

    def _asked(self, answer: Awaitable[object]) -> Asking:
        asking = asyncio.ensure_future(answer)
        self.asked.append(asking)
        return asking

    async def first_call(self) -> Asking:
        """Somebody's poll that is under way."""
        asking = self.look("first")
        await wait_until(lambda: self.rooms.calls)
        return asking

    async def calls_after(self, *askings: Asking) -> list[Call]:
        """What the store was called with after the first call, once all have their answers."""
        self.rooms.answers.set()
        await asyncio.wait(askings)
        return self.rooms.calls[1:]


@pytest.fixture
async def people() -> AsyncIterator[PolledPeople]:
    """At the end no error is left unread: asyncio would log it in the middle of another test."""
    people = PolledPeople()
    yield people
    people.rooms.answers.set()
    await asyncio.gather(*people.asked, return_exceptions=True)


async def test_a_poll_alone_waits_for_nobody(people: PolledPeople) -> None:
    people.rooms.answers.set()

    standing = await people.look("ann")

    assert standing is not None
    assert (standing.now.state, standing.place) == (STATE, Place("waiting", ticket=1))
    assert people.rooms.calls == [("poll", ["ann"])]


async def test_who_comes_while_a_call_is_under_way_shares_the_next(people: PolledPeople) -> None:
    first = await people.first_call()
    later = [people.look(name) for name in "abc"]

    assert await people.calls_after(*later) == [("poll", ["a", "b", "c"])]
    tickets = [asking.result().place.ticket for asking in (first, *later)]
    assert tickets == [1, 2, 2, 2]


async def test_a_batch_has_a_bound(people: PolledPeople) -> None:
    askings = [people.look(f"p{number}") for number in range(BATCH + 1)]
    people.rooms.answers.set()
    await asyncio.wait(askings)

    assert [len(names) for _, names in people.rooms.calls] == [BATCH, 1]


async def test_rooms_do_not_wait_for_each_other(people: PolledPeople) -> None:
    await people.first_call()

    people.look("ann", ref=OTHER)

    await wait_until(lambda: len(people.rooms.calls) == 2)


async def test_one_persons_polls_and_leaves_keep_their_order(people: PolledPeople) -> None:
    await people.first_call()
    askings = [people.look("a"), people.leave("a"), people.look("a"), people.leave("a")]

    assert await people.calls_after(*askings) == [
        ("poll", ["a"]),
        ("leave", ["a"]),
        ("poll", ["a"]),
        ("leave", ["a"]),
    ]


async def test_a_leave_does_not_hold_up_the_polls_of_others(people: PolledPeople) -> None:
    await people.first_call()
    askings = [
        people.look("a"),
        people.leave("b"),
        people.look("c"),
        people.look("b"),
        people.leave("d"),
    ]

    assert await people.calls_after(*askings) == [
        ("poll", ["a", "c"]),
        ("leave", ["b", "d"]),
        ("poll", ["b"]),
    ]


async def test_nobody_is_in_one_batch_in_two_roles(people: PolledPeople) -> None:
    """The store answers a batch with its last word on each person."""
    await people.first_call()
    askings = [people.look("a"), people.look("a", Role.HOST), people.look("a"), people.look("b")]

    assert await people.calls_after(*askings) == [
        ("poll", ["a", "b"]),
        ("poll", ["a"]),
        ("poll", ["a"]),
    ]


async def test_an_error_of_the_store_is_for_all_whom_the_call_was_for(
    people: PolledPeople,
) -> None:
    people.rooms.error = StoreUnavailable()
    askings = [people.look("a"), people.look("b")]
    people.rooms.answers.set()
    await asyncio.wait(askings)

    assert [type(asking.exception()) for asking in askings] == [StoreUnavailable] * 2
    people.rooms.error = None
    assert await people.look("a") is not None


async def test_while_the_store_is_away_nobody_waits_for_more_than_one_call(
    people: PolledPeople,
) -> None:
    first = await people.first_call()
    later = [people.look(f"p{number}") for number in range(BATCH + 1)] + [
        people.look("h", Role.HOST)
    ]
    people.rooms.error = StoreUnavailable()

    assert await people.calls_after(*later) == []
    errors = {type(asking.exception()) for asking in (first, *later)}
    assert errors == {StoreUnavailable}


async def test_a_store_that_takes_no_looks_is_still_asked_for_leaves(people: PolledPeople) -> None:
    await people.first_call()
    askings = [people.look("a"), people.leave("b"), people.look("c"), people.leave("c")]
    people.rooms.error = StoreUnavailable()

    assert await people.calls_after(*askings) == [("leave", ["b", "c"])]


async def test_an_error_of_ours_is_only_for_those_whom_the_call_was_for(
    people: PolledPeople,
) -> None:
    first = await people.first_call()
    later = people.look("a")
    people.rooms.error = ValueError()

    assert await people.calls_after(first, later) == [("poll", ["a"])]


@pytest.mark.parametrize("is_under_way", [True, False])
async def test_who_goes_away_does_not_spoil_the_answer_of_others(
    people: PolledPeople, is_under_way: bool
) -> None:
    gone, stays = people.look("a"), people.look("b")
    if is_under_way:
        await wait_until(lambda: people.rooms.calls)
    gone.cancel()
    people.rooms.answers.set()

    assert await stays is not None
    assert people.rooms.calls == [("poll", ["a", "b"] if is_under_way else ["b"])]


async def test_who_goes_away_does_not_keep_an_error_from_others(people: PolledPeople) -> None:
    gone, stays = people.look("a"), people.look("b")
    await wait_until(lambda: people.rooms.calls)
    gone.cancel()
    people.rooms.error = StoreUnavailable()
    people.rooms.answers.set()
    await asyncio.wait([stays], timeout=5)

    assert stays.done()
    assert isinstance(stays.exception(), StoreUnavailable)


async def test_when_the_node_ends_nobody_is_left_waiting(people: PolledPeople) -> None:
    under_way = await people.first_call()
    queued = people.look("a")

    await people.background_tasks.finish(within_s=0)

    assert under_way.cancelled()
    assert queued.cancelled()
