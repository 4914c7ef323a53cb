"""What breaks during a soak: each fault is a block, at whose end the part is whole again."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from tests.faults.proxy import Kind, StoreProxy
    from tests.faults.rig import Rig
    from tests.nodes import Node

    RigFault = Callable[[Rig, Random], AbstractAsyncContextManager[None]]

LONGEST_S = 5.0  # twice the lease of the rig
LATENCY_S, JITTER_S = 0.05, 0.05


class Nodes(Protocol):
    """Servers that may be killed."""

    nodes: list[Node]

    async def restart(self, number: int) -> None:
        """A new server at the address of one that is gone."""
        ...


def a_line(rig: Rig, random: Random) -> StoreProxy:
    return random.choice(rig.lines)


def a_kind(line: StoreProxy, random: Random) -> Kind:
    return random.choice(line.kinds)


async def lasts(random: Random, longest_s: float = LONGEST_S) -> None:
    await asyncio.sleep(random.uniform(0.2, longest_s))  # noqa: TID251  # the fault lasts so long


@asynccontextmanager
async def slow_lines(rig: Rig, random: Random) -> AsyncIterator[None]:
    """50 ± 50 ms in each direction, on all lines."""
    for line in rig.lines:
        for kind in line.kinds:
            for way in (kind.to_store, kind.to_node):
                way.delay_s = lambda: LATENCY_S + random.uniform(-JITTER_S, JITTER_S)
    yield
    await lasts(random)
    for line in rig.lines:
        line.heal()


@asynccontextmanager
async def reset_connections(rig: Rig, random: Random) -> AsyncIterator[None]:
    """Connections of any kind are reset, again and again, some in the middle of a message."""
    yield
    for _ in range(random.randint(3, 20)):
        kind = a_kind(a_line(rig, random), random)
        random.choice([kind.to_store, kind.to_node]).bytes_left = random.choice([0, 1, 60, 3000])
        await lasts(random, 0.4)
    for line in rig.lines:
        line.heal()


@asynccontextmanager
async def silent_line(rig: Rig, random: Random) -> AsyncIterator[None]:
    """One node reaches nothing, and no connection ends."""
    line = a_line(rig, random)
    line.hold()
    yield
    await lasts(random)
    line.heal()


@asynccontextmanager
async def lost_events(rig: Rig, random: Random) -> AsyncIterator[None]:
    """One node sends calls and gets answers, but hears no event."""
    line = a_line(rig, random)
    line.strand(line.events)
    yield
    await lasts(random)


@asynccontextmanager
async def few_lost_events(rig: Rig, random: Random) -> AsyncIterator[None]:
    """Too short for a missing canary: only the next revision tells."""
    way = a_line(rig, random).events.to_node
    way.swallows = True
    yield
    await lasts(random, 0.8)
    way.heal()


@asynccontextmanager
async def frozen_store(rig: Rig, random: Random) -> AsyncIterator[None]:
    rig.store.freeze()
    yield
    await lasts(random)
    rig.store.thaw()


@asynccontextmanager
async def killed_store(rig: Rig, random: Random) -> AsyncIterator[None]:
    """Its file is kept."""
    rig.store.kill()
    yield
    await lasts(random, 2)
    await rig.store.start()


@asynccontextmanager
async def full_store(rig: Rig, random: Random) -> AsyncIterator[None]:
    await rig.store.redis.config_set("maxmemory", 1)
    yield
    await lasts(random, 2)
    await rig.store.redis.config_set("maxmemory", 0)


@asynccontextmanager
async def forgotten_scripts(rig: Rig, random: Random) -> AsyncIterator[None]:
    yield
    for _ in range(10):
        await rig.store.redis.script_flush()
        await lasts(random, 0.4)


@asynccontextmanager
async def killed_subscriptions(rig: Rig, random: Random) -> AsyncIterator[None]:
    yield
    for _ in range(10):
        await rig.store.redis.client_kill_filter(_type="pubsub")
        await lasts(random, 0.4)


@asynccontextmanager
async def killed_node(rig: Nodes, random: Random) -> AsyncIterator[None]:
    """A new server follows at its address."""
    number = random.randrange(len(rig.nodes))
    rig.nodes[number].kill()
    yield
    await lasts(random)
    await rig.restart(number)


@asynccontextmanager
async def stopped_node(rig: Nodes, random: Random) -> AsyncIterator[None]:
    """As in a rolling restart."""
    number = random.randrange(len(rig.nodes))
    rig.nodes[number].terminate()
    yield
    await asyncio.to_thread(rig.nodes[number].ended)
    await rig.restart(number)


@asynccontextmanager
async def frozen_node(rig: Nodes, random: Random) -> AsyncIterator[None]:
    node = random.choice(rig.nodes)
    node.freeze()
    yield
    await lasts(random)
    node.thaw()


FAULTS: tuple[RigFault, ...] = (
    slow_lines,
    reset_connections,
    silent_line,
    lost_events,
    few_lost_events,
    frozen_store,
    killed_store,
    full_store,
    forgotten_scripts,
    killed_subscriptions,
    killed_node,
    stopped_node,
    frozen_node,
)
