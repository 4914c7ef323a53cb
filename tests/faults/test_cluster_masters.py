"""The slot of a busy account moves to another master, or its master stands still."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import NOTHING_SEEN, RoomRef, Sweep
from fullhouse.store.connect import open_store
from fullhouse.store.keys import KeySpace
from fullhouse.store.room_store import RoomStore
from tests.clusters import running_cluster, told
from tests.faults.event_room import NodesRoom, full_room
from tests.nodes import running_nodes
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.clusters import RunningCluster
    from tests.nodes import Node
    from tests.servers import StoreName
    from tests.store_servers import StoreServer

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module")]

FOLLOWED_S = 3.0  # how soon a subscription is at the new master
SEATS = 3
LOOKS = 40


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["valkey", "redis"])
async def cluster(request: pytest.FixtureRequest) -> AsyncIterator[RunningCluster]:
    store: StoreName = request.param
    async with running_cluster(store) as cluster:
        yield cluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nodes(cluster: RunningCluster) -> AsyncIterator[Sequence[Node]]:
    with running_nodes(cluster.url, 2, lease_s=12) as nodes:
        yield nodes


@asynccontextmanager
async def busy_hall(nodes: Sequence[Node], account: str) -> AsyncIterator[NodesRoom]:
    """A full room with people on both nodes, and somebody in the line."""
    async with full_room(nodes, account, seats=SEATS) as hall:
        yield hall
    for node in nodes:
        assert node.complaints() == []


async def subscribers(server: StoreServer, account: str) -> int:
    """How many nodes hear the events of the account at this server."""
    channel = KeySpace().events_channel(account)
    return int((await told(server, "PUBSUB", "SHARDNUMSUB", channel))[1])


async def other_than(cluster: RunningCluster, source: StoreServer) -> StoreServer:
    return next(server for server in cluster.servers if server is not source)


async def test_people_keep_their_places_while_the_slot_of_their_account_moves(
    cluster: RunningCluster, nodes: Sequence[Node]
) -> None:
    async with busy_hall(nodes, "moves") as hall:
        before = await hall.places()
        source = await cluster.owner_of("moves")
        target = await other_than(cluster, source)

        await cluster.start_move("moves", source, target)
        newcomer = await hall.visit("newcomer")
        assert newcomer.frames[0]["type"] == "retry"
        assert await cluster.move_keys("moves", source, target) > 5
        await cluster.end_move("moves", source, target)
        followed = hall.stopwatch()
        await wait_until(lambda: newcomer.place is not None)

        async def is_followed() -> bool:
            return await subscribers(target, "moves") == len(nodes)

        await followed.within(FOLLOWED_S, is_followed)
        await hall.set_seats(SEATS + 2)  # the event comes from the new master
        await wait_until(lambda: all_are_inside(hall, [*before, "newcomer"]))
        await hall.converges()


async def test_an_account_on_another_master_does_not_notice(
    cluster: RunningCluster, nodes: Sequence[Node]
) -> None:
    source = await cluster.owner_of("travels")
    assert await cluster.owner_of("calm") is not source
    async with busy_hall(nodes, "travels"), busy_hall(nodes, "calm") as bystanders:
        target = await other_than(cluster, source)
        await cluster.start_move("travels", source, target)

        newcomers = await bystanders.crowd(["n1", "n2"])

        await cluster.move_keys("travels", source, target)
        await cluster.end_move("travels", source, target)
        assert [each.frames[0]["type"] for each in newcomers] == ["waiting", "waiting"]


async def all_are_inside(hall: NodesRoom, names: Sequence[str]) -> bool:
    places = await hall.places()
    return {name: places.get(name) for name in names} == dict.fromkeys(names, 0)


async def test_who_asks_for_rooms_of_all_masters_does_not_wait_for_a_frozen_one_each_time(
    cluster: RunningCluster,
) -> None:
    """Each wait would be a second, in which no room of the others is swept."""
    refs = [RoomRef(f"many-{number}", "hall") for number in range(30)]
    frozen = await cluster.owner_of(refs[0].account)
    async with open_store(cluster.url) as redis:
        rooms = RoomStore(redis, KeySpace(in_cluster=True))
        await rooms.sweep_rooms([(ref, NOTHING_SEEN, False) for ref in refs])

        frozen.freeze()
        try:
            async with asyncio.timeout(LOOKS / 2):
                for _ in range(LOOKS):
                    answers = await rooms.sweep_rooms([(ref, NOTHING_SEEN, False) for ref in refs])
        finally:
            frozen.thaw()

    assert isinstance(answers[0], StoreUnavailable)
    served = [answer for answer in answers if isinstance(answer, Sweep)]
    assert len(served) > len(refs) / 3
    await wait_until(cluster.is_whole)
