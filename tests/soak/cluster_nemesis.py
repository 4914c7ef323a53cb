"""What breaks in a cluster during a soak. The account of the event is `ACCOUNT`."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.clusters import told
from tests.soak.nemesis import frozen_node, killed_node, lasts, stopped_node
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from tests.soak.cluster_rig import ClusterRig
    from tests.store_servers import StoreServer

    ClusterFault = Callable[[ClusterRig, Random], AbstractAsyncContextManager[None]]

ACCOUNT = "soak"
FAILOVER_S = 60.0


async def master_of(rig: ClusterRig) -> StoreServer:
    return await rig.cluster.owner_of(ACCOUNT)


@asynccontextmanager
async def killed_master(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    """Its replica is promoted. The old master comes back as a replica."""
    master = await master_of(rig)
    master.kill()
    yield

    async def is_replaced() -> bool:
        return await master_of(rig) is not master

    await wait_until(is_replaced, FAILOVER_S)
    await lasts(random)
    master.start()
    await wait_until(rig.cluster.is_whole, FAILOVER_S)


@asynccontextmanager
async def failover(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    """As an operator asks for it, before the maintenance of a machine."""
    replica = await rig.cluster.replica_of(await master_of(rig))
    await told(replica, "CLUSTER", "FAILOVER")
    yield
    await lasts(random)
    await wait_until(rig.cluster.is_whole, FAILOVER_S)


@asynccontextmanager
async def frozen_master(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    """Long enough for a promotion, or not."""
    master = await master_of(rig)
    master.freeze()
    yield
    await lasts(random)
    master.thaw()
    await wait_until(rig.cluster.is_whole, FAILOVER_S)


@asynccontextmanager
async def killed_replica(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    replica = await rig.cluster.replica_of(await master_of(rig))
    replica.kill()
    yield
    await lasts(random)
    replica.start()
    await wait_until(rig.cluster.is_whole, FAILOVER_S)


@asynccontextmanager
async def moved_slot(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    """The account moves to another master while people are in the room."""
    source = await master_of(rig)
    masters = {await rig.cluster.owner_of(f"{{{number}}}") for number in range(100)}
    target = random.choice(sorted(masters - {source}, key=lambda server: server.port))
    await rig.cluster.start_move(ACCOUNT, source, target)
    yield
    while await rig.cluster.move_keys(ACCOUNT, source, target):
        await lasts(random, 0.3)
    await rig.cluster.end_move(ACCOUNT, source, target)


@asynccontextmanager
async def forgotten_scripts(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    yield
    for _ in range(10):
        await told(await master_of(rig), "SCRIPT", "FLUSH")
        await lasts(random, 0.4)


@asynccontextmanager
async def killed_subscriptions(rig: ClusterRig, random: Random) -> AsyncIterator[None]:
    yield
    for _ in range(10):
        await told(await master_of(rig), "CLIENT", "KILL", "TYPE", "pubsub")
        await lasts(random, 0.4)


CLUSTER_FAULTS: tuple[ClusterFault, ...] = (
    killed_master,
    failover,
    frozen_master,
    killed_replica,
    moved_slot,
    moved_slot,
    forgotten_scripts,
    killed_subscriptions,
    killed_node,
    stopped_node,
    frozen_node,
)
