"""Every room is swept by some node; a sweep that is ahead of the events finds a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.orphaned_rooms import OrphanedRoom
from fullhouse.domain.rooms import SEATED, Revision, RoomRef, Sweep
from fullhouse.domain.takeover import CLAIM_MS
from fullhouse.realtime.deadlines import TAKEN_AT_ONCE, Deadlines
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.local_room import LocalRoom
from tests.unit.realtime.events import snapshot, state
from tests.unit.realtime.fakes import REF, Store, World, a_room, comes, rooms_with

FAR = RoomRef("acme", "far")


def orphan(ref: RoomRef) -> OrphanedRoom:
    return OrphanedRoom(ref, due="1", rested=False)


class Sweeping(Store):
    """Answers the sweeps of each room in turn; the last answer again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.swept: list[tuple[str, Revision, bool]] = []
        self.sweeps: dict[RoomRef, list[Sweep]] = {}

    def _next(self, ref: RoomRef, seen: Revision, *, attended: bool) -> Sweep | StoreUnavailable:
        self.swept.append((ref.room, seen, attended))
        answers = self.sweeps.get(ref)
        if not answers:
            return StoreUnavailable()
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def sweep_room(self, ref: RoomRef, seen: Revision, *, attended: bool) -> Sweep:
        answer = self._next(ref, seen, attended=attended)
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer

    async def sweep_rooms(
        self, rooms: Sequence[tuple[RoomRef, Revision, bool]], /
    ) -> Sequence[Sweep | StoreUnavailable]:
        return [self._next(ref, seen, attended=attended) for ref, seen, attended in rooms]


@dataclass
class Index:
    """The sweep index, and the rooms that it lacks."""

    watched: list[RoomRef] = field(default_factory=list)
    postponed: list[RoomRef] = field(default_factory=list)
    claims_ms: list[int] = field(default_factory=list)
    rested: list[RoomRef] = field(default_factory=list)
    orphans: list[list[OrphanedRoom]] = field(default_factory=list)
    lacking: list[RoomRef] = field(default_factory=list)
    is_away: bool = False

    async def watch(self, refs: Iterable[RoomRef], /) -> None:
        self.watched += refs

    async def postpone(self, refs: Iterable[RoomRef], claim_ms: int, /) -> None:
        if self.is_away:
            raise StoreUnavailable
        self.postponed += refs
        self.claims_ms.append(claim_ms)

    async def take(self, limit: int, /) -> Sequence[OrphanedRoom]:
        if self.is_away:
            raise StoreUnavailable
        assert limit == TAKEN_AT_ONCE
        return self.orphans.pop(0) if self.orphans else ()

    async def rest(self, orphaned_rooms: Sequence[OrphanedRoom], /) -> None:
        self.rested += [orphan.ref for orphan in orphaned_rooms]

    async def unswept_rooms(self, part: int, /) -> Sequence[RoomRef]:
        return self.lacking


@dataclass
class EmptyRooms:
    """The index of open rooms without people."""

    forgotten_at: dict[RoomRef, int] = field(default_factory=dict)

    async def note(self, forgotten_at: Mapping[RoomRef, int], /) -> None:
        self.forgotten_at.update(forgotten_at)

    async def take(self, limit: int, /) -> Sequence[RoomRef]:
        return ()

    async def drop(self, refs: Iterable[RoomRef], /) -> None: ...


@dataclass
class Parts:
    """The parts of the index of accounts that are due."""

    due: list[int] = field(default_factory=list)
    finished: list[int] = field(default_factory=list)

    async def take(self) -> int | None:
        return self.due.pop(0) if self.due else None

    async def finish(self, part: int, /) -> None:
        self.finished.append(part)


class Node:
    """Deadlines with all that they lean on, and one room on the node."""

    def __init__(self) -> None:
        self.room: LocalRoom = a_room(rev=1)
        self.store, self.index = Sweeping(), Index()
        self.empty, self.parts = EmptyRooms(), Parts()
        self.world = World(self.store)
        local_rooms = rooms_with(self.room)
        self.deadlines = Deadlines(
            rooms=self.store,
            index=self.index,
            walk=self.parts,
            orphaned_rooms=self.index,
            forgotten=ForgottenRooms(self.store, self.empty),
            places=self.world.places,
            event_fanout=self.world.event_fanout(),
            local_rooms=local_rooms,
            background_tasks=self.world.background_tasks,
        )

    async def visits(self, *sweeps: Sweep) -> None:
        """A visit of the node's room, which the store answers so."""
        self.store.sweeps[REF] = list(sweeps)
        await self.deadlines.visit([self.room])
        await self.world.background_tasks.finish(5)


@pytest.fixture
async def node() -> Node:
    return Node()


async def test_a_visit_that_comes_late_claims_the_room_for_longer(node: Node) -> None:
    """The next visit will be late as well, and another node must not sweep the room meanwhile."""
    await node.visits(Sweep("ok", 7, 1))
    node.room.swept_s = monotonic() - 4
    await node.visits(Sweep("ok", 7, 1))

    punctual_ms, late_ms = node.index.claims_ms
    assert punctual_ms == CLAIM_MS
    assert late_ms >= 6_000


async def test_a_visit_sweeps_with_what_the_node_has_seen_and_keeps_others_away(
    node: Node,
) -> None:
    await node.visits(Sweep("ok", 7, 1))
    comes(node.room, "ada", SEATED)
    await node.visits(Sweep("ok", 7, 1))

    assert node.store.swept == [("hall", Revision(7, 1), False), ("hall", Revision(7, 1), True)]
    assert node.index.postponed == [REF, REF]
    assert not node.room.replica.missed


async def test_a_visit_goes_on_without_the_index(node: Node) -> None:
    node.index.is_away = True

    await node.visits(Sweep("ok", 7, 1))

    assert len(node.store.swept) == 1


async def test_a_sweep_that_is_ahead_of_the_events_finds_a_gap(node: Node) -> None:
    await node.visits(Sweep("ok", 7, 3))

    assert node.room.replica.missed


async def test_a_sweep_in_which_much_has_expired_goes_on_until_all_has(node: Node) -> None:
    more = Sweep("ok", 7, 1, more=True)

    await node.visits(more, more, Sweep("ok", 7, 1))

    assert len(node.store.swept) == 3


async def test_a_closed_room_is_closed_for_its_members_though_no_event_came(node: Node) -> None:
    _, (tab,) = comes(node.room, "ada", SEATED)
    node.store.snapshots.append(snapshot(Revision(7, 5), state(status="closed")))

    await node.visits(Sweep("closed", 0, 0))

    assert (tab.heard, tab.closed) == (["room_closed closed @5"], 4010)
    assert dict(node.room.roster.members) == {}


async def test_a_closed_room_stays_as_it_is_while_its_snapshot_cannot_be_read(node: Node) -> None:
    _, (tab,) = comes(node.room, "ada", SEATED)

    await node.visits(Sweep("closed", 0, 0))

    assert (tab.heard, tab.closed) == ([], None)


async def test_an_unswept_room_is_swept_and_rests_once_nothing_in_it_has_a_deadline(
    node: Node,
) -> None:
    near, idle = RoomRef("acme", "near"), RoomRef("acme", "idle")
    node.index.orphans = [[orphan(ref) for ref in (near, idle, FAR, REF)]]
    node.store.sweeps = {
        near: [Sweep("ok", 7, 1, has_deadline=True)],
        idle: [Sweep("ok", 7, 1, forgotten_at=99)],
    }

    await node.deadlines.take_over()

    assert [room for room, _, _ in node.store.swept] == ["near", "idle", "far"]
    assert node.index.rested == [idle]
    assert node.empty.forgotten_at == {idle: 99}


async def test_rooms_are_taken_until_no_full_share_is_left(node: Node) -> None:
    full = [orphan(RoomRef("acme", f"r{n}")) for n in range(TAKEN_AT_ONCE)]
    node.index.orphans = [full, [orphan(FAR)], [orphan(FAR)]]

    await node.deadlines.take_over()

    assert len(node.store.swept) == TAKEN_AT_ONCE + 1
    assert len(node.index.orphans) == 1


@pytest.mark.parametrize("has_deadline", [True, False])
async def test_a_sweep_notes_whether_anything_in_the_room_can_expire(
    node: Node, *, has_deadline: bool
) -> None:
    node.room.has_deadline = not has_deadline

    await node.visits(Sweep("ok", 7, 1, has_deadline=has_deadline))

    assert node.room.has_deadline is has_deadline


async def test_where_the_index_is_away_nothing_is_taken(node: Node) -> None:
    node.index.is_away = True

    await node.deadlines.take_over()

    assert node.store.swept == []


async def test_a_walk_puts_the_rooms_that_the_index_lacks_into_it(node: Node) -> None:
    node.parts.due = [3]
    node.index.lacking = [FAR, REF]
    node.store.sweeps = {FAR: [Sweep("ok", 7, 1, more=True), Sweep("ok", 7, 1, forgotten_at=5)]}

    await node.deadlines.walk()

    assert node.index.watched == [FAR]
    assert [room for room, _, _ in node.store.swept] == ["far", "far"]
    assert node.empty.forgotten_at == {FAR: 5}
    assert node.parts.finished == [3]
