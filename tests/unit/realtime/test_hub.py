"""What connections and the event bus ask of a node, and what it asks of the store for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import (
    SEATED,
    Admissions,
    Answer,
    Drop,
    Newcomer,
    Place,
    Revision,
    Role,
    RoomRef,
    Visitor,
)
from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admissions import AdmissionHandler, admission_queue
from fullhouse.realtime.hub import Hub
from fullhouse.realtime.local_rooms import LocalRooms
from tests.unit.realtime.events import an_event, snapshot
from tests.unit.realtime.fakes import (
    REF,
    Store,
    Subscriptions,
    SweepIndex,
    Tab,
    World,
    a_room,
    comes,
)

ADA = Visitor(REF, "ada", Role.ATTENDEE)


class Transitions(Store):
    """Seats everybody; notes drops and dismissals."""

    def __init__(self) -> None:
        super().__init__()
        self.drops: list[Drop] = []
        self.dismissal: Literal["ok", "unknown_notice"] | None = None

    async def admit(
        self, ref: RoomRef, newcomers: Sequence[Newcomer], seen: Revision
    ) -> Admissions:
        return Admissions("ok", 7, 1, (Place("seated", generation=5),) * len(newcomers))

    async def drop(self, ref: RoomRef, drops: Sequence[Drop], seen: Revision) -> Answer:
        self.drops += drops
        return Answer("ok", 7, 1)

    async def dismiss_notice(
        self, ref: RoomRef, notice: str, *, rest: bool
    ) -> Literal["ok", "no_room", "closed", "unknown_notice"]:
        if self.dismissal is None:
            return await super().dismiss_notice(ref, notice, rest=rest)
        return self.dismissal


class Node:
    """A hub with its parts, and one known room."""

    def __init__(self) -> None:
        self.watchers: list[tuple[str, bool]] = []
        self.store_is_away = False
        self.store = Transitions()
        self.world = World(self.store)
        self.bus = Subscriptions()
        self.local_rooms = LocalRooms()
        self.room = a_room()
        self.local_rooms.add(self.room)
        world = self.world
        replies = AdmissionReplies(world.frames, world.places, world.hosts, world.metrics)
        handler = AdmissionHandler(self.store, self.bus, SweepIndex(), replies)
        queue = admission_queue(handler, world.background_tasks)
        self.hub = Hub(
            rooms=self.store,
            bus=self.bus,
            frames=world.frames,
            local_rooms=self.local_rooms,
            places=world.places,
            queue=queue,
            event_fanout=world.event_fanout(),
            background_tasks=world.background_tasks,
            watching=self._note_watching,
        )

    async def _note_watching(self, ref: RoomRef, participant: str, *, watches: bool) -> None:
        if self.store_is_away:
            raise StoreUnavailable
        self.watchers.append((participant, watches))

    async def rests(self) -> None:
        await self.world.background_tasks.finish(5)


@pytest.fixture
async def node() -> Node:
    return Node()


async def test_a_hello_is_answered_and_makes_a_member(node: Node) -> None:
    tab = Tab()

    node.hub.enter(ADA, tab)
    assert node.room.under_way["ada"] == 1
    await node.rests()

    assert tab.heard == ["seated ada @1"]
    assert node.room.roster.members["ada"].clients == (tab,)
    assert not node.room.under_way


async def test_the_place_is_dropped_with_the_last_connection_of_a_person(node: Node) -> None:
    _, (first, second) = comes(node.room, "ada", SEATED, generation=5, tabs=2)

    node.hub.gone(ADA, first)
    await node.rests()
    assert node.store.drops == []
    node.hub.gone(ADA, second)
    await node.rests()

    assert node.store.drops == [Drop("ada", 5)]
    assert "ada" not in node.room.roster.members


async def test_a_member_without_a_place_has_none_to_be_dropped(node: Node) -> None:
    _, (tab,) = comes(node.room, "eve", None, role=Role.HOST)

    node.hub.gone(Visitor(REF, "eve", Role.HOST), tab)
    await node.rests()

    assert node.store.drops == []
    assert "eve" not in node.room.roster.members


async def test_a_connection_that_was_never_admitted_ends_nothing(node: Node) -> None:
    comes(node.room, "ada", SEATED)

    node.hub.gone(ADA, Tab())
    node.hub.gone(Visitor(RoomRef("acme", "unknown"), "ada", Role.ATTENDEE), Tab())
    await node.rests()

    assert node.store.drops == []
    assert "ada" in node.room.roster.members


async def test_on_a_drain_places_are_kept_until_the_last_tab_may_return(node: Node) -> None:
    _, tabs = comes(node.room, "ada", SEATED, generation=5, tabs=2)
    comes(node.room, "eve", None, role=Role.HOST)

    node.hub.drain(30)
    await node.rests()

    after_ms = max(tab.away_after_ms or 0 for tab in tabs)
    assert all(0 <= (tab.away_after_ms or 0) < 30_000 for tab in tabs)
    assert node.store.drops == [Drop("ada", 5, after_ms)]
    assert node.room.roster.sessions() == []


async def test_rooms_without_members_are_forgotten_with_their_subscription(node: Node) -> None:
    other = a_room(ref=RoomRef("acme", "annex"))
    node.local_rooms.add(other)
    member, _ = comes(other, "ada", SEATED)

    await node.hub.remove_empty_rooms()
    assert [room.ref for room in node.local_rooms] == [other.ref]
    assert node.bus.calls == []
    other.roster.remove(member)
    await node.hub.remove_empty_rooms()

    assert list(node.local_rooms) == []
    assert node.bus.calls == ["unsubscribe acme"]


async def test_a_room_without_members_is_kept_while_something_in_it_can_expire(
    node: Node,
) -> None:
    node.room.has_deadline = True

    await node.hub.remove_empty_rooms()
    assert list(node.local_rooms) == [node.room]
    node.room.has_deadline = False
    await node.hub.remove_empty_rooms()

    assert list(node.local_rooms) == []


async def test_a_room_with_a_request_under_way_is_kept(node: Node) -> None:
    node.hub.enter(ADA, Tab())

    await node.hub.remove_empty_rooms()

    assert list(node.local_rooms) == [node.room]
    await node.rests()


async def test_a_new_subscription_means_that_anything_may_have_been_missed(node: Node) -> None:
    never_read = node.local_rooms.obtain(RoomRef("acme", "annex"))

    node.hub.resume([REF.account])

    assert node.room.replica.missed
    assert not never_read.replica.missed


async def test_an_event_of_a_room_is_applied_and_one_of_another_ignored(node: Node) -> None:
    node.hub.hear(REF, an_event(Revision(7, 2)))
    node.hub.hear(RoomRef("acme", "unknown"), an_event(Revision(7, 2)))

    assert node.room.replica.applied == Revision(7, 2)


async def test_the_exact_place_in_line_is_told_after_the_reply_to_the_hello(node: Node) -> None:
    comes(node.room, "ada", 12)
    tab = Tab()
    node.store.places.append((Revision(7, 1), (Place("waiting", ticket=12, ahead=3),)))
    node.room.hello("ada", Role.ATTENDEE, tab)

    node.hub.position(ADA, tab)
    for _ in range(5):
        await asyncio.sleep(0)  # noqa: TID251  # turns of the loop
    assert tab.heard == []
    node.room.end_requests(["ada"])
    await node.rests()

    assert tab.heard == ["waiting ada @1"]


async def test_only_people_in_line_have_a_place_in_it(node: Node) -> None:
    comes(node.room, "ada", SEATED)
    tab = Tab()

    node.hub.position(ADA, tab)
    await node.rests()

    assert tab.heard == ["refused not_waiting"]


async def test_while_the_store_is_away_a_question_is_to_be_asked_again(node: Node) -> None:
    comes(node.room, "ada", 12)
    position, dismissal = Tab(), Tab(Role.HOST)

    node.hub.position(ADA, position)
    node.hub.dismiss(Visitor(REF, "eve", Role.HOST), dismissal, "7-1", rest=False)
    await node.rests()

    assert [tab.heard[0].split()[0] for tab in (position, dismissal)] == ["retry", "retry"]


@pytest.mark.parametrize(
    ("outcome", "heard"), [("ok", []), ("unknown_notice", ["refused unknown_notice"])]
)
async def test_a_dismissal_is_answered_where_the_notice_is_unknown(
    node: Node, outcome: Literal["ok", "unknown_notice"], heard: list[str]
) -> None:
    node.store.dismissal = outcome
    tab = Tab(Role.HOST)

    node.hub.dismiss(Visitor(REF, "eve", Role.HOST), tab, "7-1", rest=False)
    await node.rests()

    assert tab.heard == heard


async def test_the_first_hello_of_a_room_subscribes_before_it_is_admitted(node: Node) -> None:
    annex = RoomRef("globex", "annex")
    node.store.snapshots.append(snapshot(Revision(7, 1)))
    tab = Tab()

    node.hub.enter(Visitor(annex, "ada", Role.ATTENDEE), tab)
    await node.rests()

    assert node.bus.calls == ["subscribe globex"]
    assert tab.heard == ["seated ada @1"]


async def test_who_watches_is_noted_and_nobody_is_told(node: Node) -> None:
    _, (tab,) = comes(node.room, "ada", 3, generation=5)

    node.hub.watch(ADA, tab, watches=True)
    await node.rests()

    assert (node.watchers, tab.heard) == ([("ada", True)], [])


async def test_what_could_not_be_noted_is_said_again_after_a_retry(node: Node) -> None:
    _, (tab,) = comes(node.room, "ada", 3, generation=5)
    node.store_is_away = True

    node.hub.watch(ADA, tab, watches=True)
    await node.rests()

    assert [heard.split()[0] for heard in tab.heard] == ["retry"]
