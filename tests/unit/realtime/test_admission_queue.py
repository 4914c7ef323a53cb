"""The admission queue serves each room's requests in order, and answers every one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from fullhouse.domain.errors import NotFound, StoreUnavailable
from fullhouse.domain.orphaned_rooms import OrphanedRoom
from fullhouse.domain.rooms import (
    SEATED,
    Admissions,
    Answer,
    Drop,
    Newcomer,
    Place,
    Renewals,
    Revision,
    Role,
    RoomRef,
    Session,
    Snapshot,
)
from fullhouse.domain.waits import Progress
from fullhouse.realtime import admissions
from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admission_requests import DropRequest, HelloRequest, LeaveRequest, Request
from fullhouse.realtime.admissions import AdmissionHandler, admission_queue
from fullhouse.realtime.local_room import LocalRoom, renewal_of
from fullhouse.realtime.place_updates import BATCH
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import (
    REF,
    Store,
    Tab,
    World,
    a_room,
    comes,
    progress_of,
)
from tests.waiting import wait_until


class Transitions(Store):
    """Gives everybody the same place, a seat at first; notes each call."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Place("seated", generation=5)
        self.calls: list[str] = []
        self.outcome: Any = "ok"
        self.news: tuple[tuple[str, Place], ...] = ()

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if isinstance(self.outcome, Exception):
            raise self.outcome

    async def admit(
        self, ref: RoomRef, newcomers: Sequence[Newcomer], seen: Revision
    ) -> Admissions:
        self._note("admit " + " ".join(one.participant for one in newcomers))
        places = (self.place,) * len(newcomers)
        return Admissions(self.outcome, 7, 1, places if self.outcome == "ok" else ())

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        self._note("renew " + " ".join(session.participant for session in sessions))
        return Renewals("ok", 7, 1, self.news)

    async def leave(
        self, ref: RoomRef, leavers: Sequence[tuple[str, int]], seen: Revision
    ) -> Answer:
        self._note("leave " + " ".join(f"{name}/{generation}" for name, generation in leavers))
        return Answer("ok", 7, 1)

    async def drop(self, ref: RoomRef, drops: Sequence[Drop], seen: Revision) -> Answer:
        self._note("drop " + " ".join(f"{drop.participant}+{drop.after_ms}" for drop in drops))
        return Answer("ok", 7, 1)

    async def subscribe(self, account: str) -> None:
        self._note(f"subscribe {account}")

    async def watch(self, refs: Iterable[RoomRef], /) -> None:
        self._note("watch " + " ".join(ref.room for ref in refs))

    async def postpone(self, refs: Iterable[RoomRef], claim_ms: int, /) -> None:
        raise StoreUnavailable

    async def take(self, limit: int, /) -> Sequence[OrphanedRoom]:
        raise StoreUnavailable

    async def rest(self, orphaned_rooms: Sequence[OrphanedRoom], /) -> None:
        raise StoreUnavailable

    async def unsubscribe(self, account: str) -> None:
        self._note(f"unsubscribe {account}")


class Work:
    """An admission queue, and everything it asked and counted."""

    def __init__(self) -> None:
        self.store = Transitions()
        world = World(self.store)
        self.metrics = world.metrics
        self.background_tasks = world.background_tasks
        replies = AdmissionReplies(world.frames, world.places, world.hosts, world.metrics)
        handler = AdmissionHandler(self.store, self.store, self.store, replies)
        self.queue = admission_queue(handler, self.background_tasks)

    def submit(self, room: LocalRoom, request: Request) -> None:
        if isinstance(request, HelloRequest):
            request = room.hello(request.participant, request.role, request.client)
        self.queue.submit(room, request)

    async def serves(self, room: LocalRoom, *requests: Request) -> list[str]:
        """What was asked of the store to serve these requests."""
        for request in requests:
            self.submit(room, request)
        await self.background_tasks.finish(5)
        return self.store.calls


async def test_where_the_store_is_away_nobody_waits_for_more_than_one_deadline() -> None:
    """All who queue behind for the same are told at once; others still have their turn."""
    work, room = Work(), a_room()
    tabs = [Tab() for _ in range(3 * BATCH)]
    work.store.outcome = StoreUnavailable()

    hellos = [HelloRequest(f"guest-{n}", Role.ATTENDEE, tab) for n, tab in enumerate(tabs)]
    calls = await work.serves(room, *hellos, DropRequest("eve", 5))

    assert [call.split()[0] for call in calls] == ["admit", "drop"]
    assert {len(tab.heard) for tab in tabs} == {1}
    assert all(tab.heard[0].startswith("retry") for tab in tabs)
    assert work.metrics.counted == [("admitted", "retry")] * len(tabs)
    assert room.under_way == Counter()


@pytest.fixture
async def work() -> Work:
    return Work()


def hello(name: str, tab: Tab | None = None) -> HelloRequest:
    return HelloRequest(name, Role.ATTENDEE, tab or Tab())


def waits(ahead: int) -> Place:
    return Place("waiting", generation=5, ticket=12, ahead=ahead)


async def test_hellos_of_one_moment_are_one_call(work: Work) -> None:
    tabs = {name: Tab() for name in ("ada", "bob", "cleo")}

    calls = await work.serves(a_room(), *(hello(name, tab) for name, tab in tabs.items()))

    assert calls == ["admit ada bob cleo"]
    assert [tab.heard for tab in tabs.values()] == [[f"seated {name} @1"] for name in tabs]
    assert work.metrics.counted == [("admitted", "seated")] * 3


async def turns(count: int) -> None:
    """So many turns of the loop, which take no time worth speaking of."""
    for _ in range(count):
        await asyncio.sleep(0)  # noqa: TID251  # a turn


async def test_the_first_to_come_waits_for_nobody_and_those_after_it_go_together(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admissions, "GATHER_S", 0.2)
    room = a_room()
    work.submit(room, hello("ada"))
    await turns(5)
    assert work.store.calls == ["admit ada"]

    for name in ("bob", "cleo"):
        work.submit(room, hello(name))
        await turns(5)
    await work.background_tasks.finish(5)

    assert work.store.calls == ["admit ada", "admit bob cleo"]


async def test_a_crowd_is_served_without_waiting_for_more(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admissions, "GATHER_S", 60)
    room = a_room()
    work.submit(room, hello("ada"))
    await turns(5)

    for number in range(admissions.ENOUGH):
        work.submit(room, hello(f"guest-{number}"))
    await turns(5)

    assert len(work.store.calls) == 2


async def test_a_batch_that_fails_leaves_nobody_behind_it_unserved(work: Work) -> None:
    room = a_room()
    work.store.outcome = RuntimeError("a bug")

    work.submit(room, hello("ada"))
    work.submit(room, DropRequest("ben", 5))
    await wait_until(lambda: not work.queue.is_busy(room))

    assert work.store.calls == ["admit ada", "drop ben+0"]
    assert not room.under_way


async def test_a_leave_right_after_a_hello_leaves(work: Work) -> None:
    room, tab = a_room(), Tab()

    calls = await work.serves(room, hello("ada", tab), LeaveRequest("ada", tab))

    assert calls == ["admit ada", "renew ada", "leave ada/5"]
    assert tab.closed == 4011
    assert room.roster.sessions() == []


async def test_nothing_is_asked_on_a_connection_after_it_left(work: Work) -> None:
    """Its leave closes it: a seat would be held for nobody until the grace ends."""
    room, tab = a_room(), Tab()
    requests = hello("ada", tab), LeaveRequest("ada", tab), hello("ada", tab), hello("ada", tab)

    calls = await work.serves(room, *requests)

    assert calls == ["admit ada", "renew ada", "leave ada/5"]
    assert (room.roster.members["ada"].clients, room.under_way) == ((tab,), Counter())


async def test_a_hello_after_a_leave_in_another_tab_is_a_new_one(work: Work) -> None:
    room, leaving, coming = a_room(), Tab(), Tab()

    calls = await work.serves(
        room, hello("ada", leaving), LeaveRequest("ada", leaving), hello("ada", coming)
    )

    assert calls[-1] == "admit ada"
    assert coming.heard == ["seated ada @1"]


async def test_a_hello_after_a_leave_that_was_not_taken_is_answered(work: Work) -> None:
    tab = Tab()
    work.store.outcome = StoreUnavailable()

    await work.serves(a_room(), LeaveRequest("ada", tab), hello("ada", tab))

    assert [word.split()[0] for word in tab.heard] == ["retry", "retry"]
    assert work.store.calls == ["renew ", "admit ada"]


async def test_a_leave_names_the_session_that_the_store_knows(work: Work) -> None:
    """A reload on another node has begun a newer one than this node has heard of."""
    room = a_room()
    _, (tab,) = comes(room, "ada", SEATED, generation=5)
    work.store.news = (("ada", Place("seated", generation=8)),)

    calls = await work.serves(room, LeaveRequest("ada", tab))

    assert calls[-1] == "leave ada/8"


async def test_a_leave_of_somebody_without_a_place_is_answered_too(work: Work) -> None:
    tab = Tab()

    await work.serves(a_room(), LeaveRequest("ada", tab))

    assert tab.closed == 4011


async def test_a_leave_that_the_store_did_not_take_is_to_be_said_again(work: Work) -> None:
    room = a_room()
    _, (asking, other) = comes(room, "ada", SEATED, tabs=2)
    work.store.outcome = StoreUnavailable()

    await work.serves(room, LeaveRequest("ada", asking))

    assert asking.heard[0].startswith("retry")
    assert (asking.closed, other.heard) == (None, [])


async def test_somebody_who_went_while_the_hello_was_under_way_is_dropped(work: Work) -> None:
    tab = Tab()
    tab.goes()

    calls = await work.serves(a_room(), hello("ada", tab))

    assert calls == ["admit ada", "drop ada+0"]


@pytest.mark.parametrize(
    ("outcome", "word", "code", "counted"),
    [
        (StoreUnavailable(), "retry", None, "retry"),
        (NotFound("room", "hall"), "retry", 4004, "no_room"),
        ("no_room", "retry", 4004, "no_room"),
        ("closed", "room_closed", 4010, "closed"),
    ],
)
async def test_a_hello_that_cannot_be_taken_is_told_why(
    work: Work,
    outcome: Any,  # noqa: ANN401  # an outcome or an error
    word: str,
    code: int | None,
    counted: str,
) -> None:
    tab = Tab()
    work.store.outcome = outcome

    await work.serves(a_room(), hello("ada", tab))

    assert tab.heard[0].split()[0] == word
    assert tab.closed == code
    assert work.metrics.counted == [("admitted", counted)]


async def test_the_first_of_a_room_are_let_in_after_its_events_are_heard(work: Work) -> None:
    room = LocalRoom(REF)
    work.store.snapshots.append(Snapshot(Revision(7, 1), a_room().replica.snapshot.state))

    calls = await work.serves(room, hello("ada"))

    assert calls == ["subscribe acme", "watch hall", "admit ada"]
    assert room.replica.applied == Revision(7, 1)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.PRESENTER, Place("seated", generation=6)),
        (Role.PRESENTER, waits(ahead=0)),
        (Role.ATTENDEE, Place("presenting", generation=6)),
        (Role.HOST, Place("seated", generation=6)),
    ],
)
async def test_whoever_has_come_in_another_role_meanwhile_is_sent_out_of_the_old_one(
    work: Work, role: Role, place: Place
) -> None:
    """On another node, before the answer came: the place is that of the newer hello."""
    room, tab = a_room(), Tab(role)
    work.store.place = place

    await work.serves(room, HelloRequest("ada", role, tab))

    assert (tab.closed, tab.heard) == (4011, [])
    assert room.roster.members == {}


async def test_a_connection_that_has_asked_in_a_newer_role_stays_for_that_answer(
    work: Work,
) -> None:
    room, tab = a_room(), Tab(Role.ATTENDEE)

    await work.serves(room, HelloRequest("ada", Role.PRESENTER, tab), hello("ada", tab))

    assert tab.heard == ["seated ada @1"]
    assert room.roster.members["ada"].role is Role.ATTENDEE


async def test_tabs_that_are_not_answered_hear_the_new_place_with_the_line(work: Work) -> None:
    room, asking = a_room(now=state(waiting=3)), Tab()
    member, (other,) = comes(room, "ada", 12)
    member.progress = Progress(2)
    work.store.place = waits(ahead=1)

    await work.serves(room, hello("ada", asking))
    work.store.progress.append((Revision(7, 1), (1,)))
    await progress_of(work.store, room).step()

    assert asking.heard[0] == "waiting ada @1"
    assert other.heard == ["line 1 @1"]


async def test_a_tab_that_went_while_it_asked_does_not_hear_for_the_others(work: Work) -> None:
    room, asking = a_room(now=state(waiting=3)), Tab()
    member, (other,) = comes(room, "ada", 12)
    member.progress = Progress(2)
    work.store.place = waits(ahead=1)
    asking.goes()

    await work.serves(room, hello("ada", asking))
    work.store.progress.append((Revision(7, 1), (1,)))
    await progress_of(work.store, room).step()

    assert other.heard == ["line 1 @1"]


async def test_a_drop_waits_for_a_renewal_under_way_that_may_name_the_person(work: Work) -> None:
    """Overtaken by it the person would count as connected, and keep the place for a lease."""
    room = a_room()
    with renewal_of([room]):
        work.submit(room, DropRequest("ada", 5))
        for _ in range(10):
            await asyncio.sleep(0)  # noqa: TID251  # turns of the loop
        before = list(work.store.calls)

    assert before == []
    assert await work.serves(room) == ["drop ada+0"]
