"""What members missed is told to them: after a gap, after a failed read, after a lost place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fullhouse.domain.host_message import HostMessage
from fullhouse.domain.rooms import SEATED, Place, Renewals, Revision, Role, RoomRef, Session
from fullhouse.realtime.lease_renewal import LeaseRenewal
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.resync import Resync
from tests.unit.realtime.events import snapshot, state
from tests.unit.realtime.fakes import Store, World, a_room, comes, rooms_with


class Renewing(Store):
    """Answers every renewal with what was prepared; with nothing prepared it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.news: tuple[tuple[str, Place], ...] | None = None
        self.renewed: list[str] = []

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        if self.news is None:
            return await super().renew(ref, sessions, seen, called_to=called_to)
        self.renewed += [session.participant for session in sessions]
        return Renewals("ok", 7, 1, self.news)


class Node:
    """A resync of one room with its parts."""

    def __init__(self, room: LocalRoom) -> None:
        self.room = room
        self.store = Renewing()
        self.world = World(self.store)
        self.resync = Resync(
            lease_renewal=LeaseRenewal(
                rooms=self.store,
                places=self.world.places,
                endings=self.world.endings,
                metrics=self.world.metrics,
                local_rooms=rooms_with(room),
                background_tasks=self.world.background_tasks,
            ),
            places=self.world.places,
            hosts=self.world.hosts,
            endings=self.world.endings,
            metrics=self.world.metrics,
            local_rooms=rooms_with(room),
        )

    async def step(self) -> None:
        await self.resync.step()
        await self.world.background_tasks.finish(5)


@pytest.fixture
async def node() -> Node:
    return Node(a_room(now=state(waiting=1)))


async def test_a_room_that_missed_nothing_is_left_alone(node: Node) -> None:
    comes(node.room, "ada", SEATED)

    await node.step()

    assert node.store.asked == []
    assert node.world.metrics.counted == []


async def test_after_a_gap_members_are_compared_and_the_line_is_told(node: Node) -> None:
    _, (inside,) = comes(node.room, "ada", SEATED)
    _, (waiting,) = comes(node.room, "cleo", 12)
    node.room.replica.missed = "gap"
    node.store.snapshots.append(snapshot(Revision(7, 4)))
    node.store.news = (("ada", Place("left", generation=5)),)
    node.store.places.append((Revision(7, 4), (Place("waiting", generation=5, ticket=12),)))

    await node.step()

    assert node.store.renewed == ["ada", "cleo"]
    assert inside.closed == 4011
    assert waiting.heard == ["waiting cleo @4"]
    assert ("gap_mended", "gap") in node.world.metrics.counted


async def test_a_message_in_a_missed_event_follows_the_place(node: Node) -> None:
    _, (tab,) = comes(node.room, "cleo", 12)
    node.room.replica.missed = "gap"
    node.store.snapshots.append(
        snapshot(Revision(7, 4), state(host_message=HostMessage(5, "Soon")))
    )
    node.store.news = ()
    node.store.places.append((Revision(7, 4), (Place("waiting", generation=5, ticket=12),)))

    await node.step()

    assert tab.heard == ["waiting cleo Soon @4"]


async def test_a_gap_stays_while_the_store_is_away(node: Node) -> None:
    node.room.replica.missed = "gap"

    await node.step()

    assert node.room.replica.missed
    assert node.world.metrics.counted == []


async def test_after_a_gap_hosts_are_asked_for_again(node: Node) -> None:
    """They have no lease, so no renewal would tell that the platform removed them."""
    _, (host,) = comes(node.room, "eve", None, role=Role.HOST)
    comes(node.room, "pia", None, role=Role.PRESENTER)
    node.room.replica.missed = "gap"
    node.store.snapshots.append(snapshot(Revision(7, 4)))
    node.store.news = ()

    await node.step()

    assert node.world.readmitted == ["eve"]
    assert host.heard == ["room @4"]


async def test_who_is_owed_a_place_is_told_it(node: Node) -> None:
    _, (tab,) = comes(node.room, "ada", 12)
    node.room.replica.owed.update(["ada", "gone"])
    node.store.places.append((Revision(7, 1), (Place("seated", generation=6),)))

    await node.step()

    assert tab.heard == ["seated ada @1"]
    assert not node.room.replica.owed


async def test_who_is_owed_a_place_is_owed_it_until_the_store_is_back(node: Node) -> None:
    comes(node.room, "ada", 12)
    node.room.replica.owed.add("ada")

    await node.step()

    assert node.room.replica.owed == {"ada"}


@pytest.mark.parametrize(("under_way", "readmitted"), [(0, ["ada"]), (1, [])])
async def test_a_lost_place_is_asked_for_unless_its_person_asks(
    node: Node, under_way: int, readmitted: list[str]
) -> None:
    member, _ = comes(node.room, "ada", None)
    node.room.lose_place(member)
    node.room.under_way["ada"] += under_way

    await node.step()

    assert node.world.readmitted == readmitted


async def test_who_lost_a_place_first_is_asked_for_first(node: Node) -> None:
    """Otherwise people who wait would come back in another order than their line had."""
    names = [f"p{number}" for number in range(20)]
    for name in reversed(names):
        comes(node.room, name, None)
    for name in names:
        node.room.lose_place(node.room.roster.members[name])

    await node.step()

    assert node.world.readmitted == names
