"""Who has too many connections loses the oldest, whichever nodes they are on."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.realtime.connection_limit import UNREPORTED, ConnectionLimit
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks
from tests.unit.realtime.fakes import Tab, a_room

MOST = 8


class Counts:
    """Reports of this node, and how many connections other nodes have."""

    def __init__(self) -> None:
        self.reported: list[int] = []
        self.elsewhere = 0
        self.is_away = False

    async def count_connections(
        self, ref: RoomRef, participant: str, count: int, *, most: int, least: int, keep_ms: int
    ) -> int:
        if self.is_away:
            raise StoreUnavailable
        self.reported.append(count)
        return min(max(0, self.elsewhere + count - most), max(0, count - least))


class Node:
    """A node with one member of one room."""

    def __init__(self, most: int = MOST) -> None:
        self.counts = Counts()
        self.tasks = BackgroundTasks()
        self.room: LocalRoom = a_room()
        rooms = LocalRooms()
        rooms.add(self.room)
        self.limit = ConnectionLimit(self.counts, rooms, self.tasks, most=most)
        self.member = Member("ada", Role.ATTENDEE)
        self.room.roster.add(self.member)

    async def opens(self, count: int) -> list[Tab]:
        tabs = [Tab() for _ in range(count)]
        for tab in tabs:
            self.member.add(tab)
            self.limit.joined(self.room, self.member)
        await self.tasks.finish(1)
        return tabs


@pytest.fixture
async def node() -> Node:
    return Node()


async def test_the_oldest_connection_makes_room_for_the_newest(node: Node) -> None:
    tabs = await node.opens(MOST + 2)

    assert [tab.closed for tab in tabs] == [4102, 4102, *[None] * MOST]
    assert node.member.clients == tuple(tabs[2:])


async def test_the_tabs_that_many_people_have_cost_the_store_nothing(node: Node) -> None:
    await node.opens(UNREPORTED)

    assert node.counts.reported == []


async def test_connections_to_other_nodes_count(node: Node) -> None:
    node.counts.elsewhere = MOST - 5

    tabs = await node.opens(6)

    assert [tab.closed for tab in tabs] == [4102, *[None] * 5]


async def test_a_person_is_never_shut_out_by_what_other_nodes_say(node: Node) -> None:
    """Old connections there may be half open: nobody is at their other end."""
    node.counts.elsewhere = 1000

    tabs = await node.opens(MOST)

    assert [tab.closed for tab in tabs[-UNREPORTED:]] == [None] * UNREPORTED


async def test_while_the_store_is_away_a_node_counts_for_itself(node: Node) -> None:
    node.counts.is_away = True

    tabs = await node.opens(MOST + 1)

    assert [tab.closed for tab in tabs] == [4102, *[None] * MOST]


async def test_who_has_many_is_reported_again_until_few_are_left(node: Node) -> None:
    tabs = await node.opens(UNREPORTED + 1)
    await node.limit.step()

    node.member.discard(tabs[0])
    await node.limit.step()
    await node.limit.step()

    assert node.counts.reported == [UNREPORTED + 1, UNREPORTED + 1, 0]


async def test_without_a_limit_nothing_is_counted() -> None:
    node = Node(most=0)

    tabs = await node.opens(50)

    assert {tab.closed for tab in tabs} == {None}
    assert node.counts.reported == []
