"""A master of a cluster is killed, and its replica promoted; or it loses its replica."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.clusters import running_cluster, told
from tests.faults.event_room import NodesRoom, full_room
from tests.nodes import running_nodes
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.clusters import RunningCluster
    from tests.nodes import Node

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module")]

RETRY_S = 10.0
LEASE_S = 12
SEATS = 3
STRUCK, SPARED, NEW = "struck", "spared", "calm"  # accounts; the first has a master of its own
HELD = "held"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cluster() -> AsyncIterator[RunningCluster]:
    async with running_cluster(replicas=True) as cluster:
        master = await cluster.owner_of(STRUCK)
        assert master not in [await cluster.owner_of(each) for each in (SPARED, NEW)]
        yield cluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nodes(cluster: RunningCluster) -> AsyncIterator[Sequence[Node]]:
    with running_nodes(cluster.url, 2, lease_s=LEASE_S) as nodes:
        yield nodes


async def test_only_the_accounts_of_a_killed_master_notice(
    cluster: RunningCluster, nodes: Sequence[Node]
) -> None:
    async with (
        AsyncExitStack() as running,
        full_room(nodes, STRUCK, seats=SEATS) as struck,
        full_room(nodes, SPARED, seats=SEATS) as spared,
    ):
        before, master = await struck.places(), await cluster.owner_of(STRUCK)

        master.kill()
        killed = struck.stopwatch()
        turned_away = await struck.visit("newcomer")
        people = await spared.crowd(f"n{number}" for number in range(4))
        await NodesRoom(nodes, running, NEW).open()
        is_ready = await asyncio.to_thread(nodes[0].is_ready)

        assert turned_away.frames[0]["type"] == "retry"
        assert {each.frames[0]["type"] for each in people} == {"waiting"}
        assert is_ready
        await killed.within(RETRY_S, lambda: turned_away.place is not None)
        await struck.converges(LEASE_S)
        after = await struck.places()
        assert {name: after[name] for name in before} == before
    assert [line for node in nodes for line in node.complaints()] == []
    master.start()
    await wait_until(cluster.is_whole)


async def test_a_master_without_its_replica_takes_no_write_where_it_may_not(
    cluster: RunningCluster, nodes: Sequence[Node]
) -> None:
    """Neither seat nor event comes of what the master refuses."""
    async with full_room(nodes, HELD, seats=SEATS) as hall:
        master = await cluster.owner_of(HELD)
        replica = await cluster.replica_of(master)
        await told(master, "CONFIG", "SET", "min-replicas-to-write", "1")
        await told(master, "CONFIG", "SET", "min-replicas-max-lag", "1")
        replica.freeze()
        try:
            await wait_until(lambda: is_refused(nodes[0]))
            before = await hall.room()
            turned_away = await hall.visit("late")
            assert turned_away.frames[0]["type"] == "retry"
            assert await hall.room() == before
        finally:
            replica.thaw()
            await told(master, "CONFIG", "SET", "min-replicas-to-write", "0")
        await wait_until(lambda: turned_away.place is not None)


async def is_refused(node: Node) -> bool:
    return await asyncio.to_thread(node.figure, REFUSED) > 0


REFUSED = 'fullhouse_store_refusals_total{kind="no_replicas"}'
