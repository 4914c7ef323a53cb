"""Nodes on a cluster of three masters and three replicas, all of which may be killed."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from tests.clusters import running_cluster
from tests.nodes import running_nodes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.clusters import RunningCluster
    from tests.nodes import Node

LEASE_S = 12  # a failover takes some seconds


class ClusterRig:
    """As `tests.faults.rig.Rig`, without a network of their own for the nodes."""

    def __init__(self, cluster: RunningCluster, running: AsyncExitStack) -> None:
        self.cluster = cluster
        self.nodes: list[Node] = []
        self._running = running

    async def start(self, count: int) -> None:
        for _ in range(count):
            self.nodes.append(await self._node())

    async def restart(self, number: int) -> None:
        """A new server at the address of one that is gone."""
        self.nodes[number] = await self._node(port=self.nodes[number].port)

    async def all_ready(self) -> bool:
        nodes_ready = [await asyncio.to_thread(node.is_ready) for node in self.nodes]
        return all(nodes_ready) and await self.cluster.is_whole()

    async def _node(self, port: int = 0) -> Node:
        starting = running_nodes(self.cluster.url, 1, lease_s=LEASE_S, port=port)
        (node,) = await asyncio.to_thread(starting.__enter__)
        self._running.push_async_callback(asyncio.to_thread, starting.__exit__, None, None, None)
        return node


@asynccontextmanager
async def running_cluster_rig(nodes: int) -> AsyncIterator[ClusterRig]:
    async with AsyncExitStack() as running:
        cluster = await running.enter_async_context(running_cluster(replicas=True))
        rig = ClusterRig(cluster, running)
        await rig.start(nodes)
        yield rig
