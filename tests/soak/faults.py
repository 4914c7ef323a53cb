"""One fault after the other, while people come and go and hosts buy: do the promises hold?

After each round everything must be whole again within seconds: every client believes what the
store holds, the audit finds no drift, no seat was sold twice, and no purchase was charged twice.
At the end, when everybody has gone, no node has grown.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from tests.faults.event_room import NodesRoom, an_event_room
from tests.faults.rig import running_rig
from tests.soak.cluster_nemesis import ACCOUNT, CLUSTER_FAULTS
from tests.soak.cluster_rig import running_cluster_rig
from tests.soak.event import NODES, Event
from tests.soak.nemesis import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.nodes import Node
    from tests.soak.event import Fault

FREE_MEMORY_BYTES = 40 * 2**20  # Python keeps what it once had; more than this would be a leak


def memory_of(nodes: Sequence[Node]) -> dict[int, int]:
    """The resident bytes of each node's process."""
    pids = [node.process.pid for node in nodes]
    return {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 for pid in pids}


async def soak(event: Event, choose: Callable[[], tuple[str, Fault]], minutes: float) -> None:
    until_s = time.monotonic() + minutes * 60
    await event.begin()
    memory = memory_of(event.event_room.nodes)
    while (left_s := until_s - time.monotonic()) > 0:
        name, fault = choose()
        click.echo(f"{left_s:6.0f} s left  {name}")
        event.acts[name] += 1
        await event.round(fault)
    await event.end()
    for pid, after in memory_of(event.event_room.nodes).items():
        before = memory.get(pid, after)  # a node that was restarted has nothing to compare
        assert after - before <= FREE_MEMORY_BYTES, f"{before} -> {after} bytes"


async def on_one_store(minutes: float, random: Random, people: int) -> Counter[str]:
    async with running_rig(NODES) as rig, an_event_room(rig) as event_room:
        event = Event(event_room, rig, random, people, may_lose=False)

        def choose() -> tuple[str, Fault]:
            fault = random.choice(FAULTS)
            return fault.__name__, fault(rig, random)

        await soak(event, choose, minutes)
        return event.acts


async def on_a_cluster(minutes: float, random: Random, people: int) -> Counter[str]:
    async with running_cluster_rig(NODES) as rig, AsyncExitStack() as running:
        event_room = NodesRoom(rig.nodes, running, ACCOUNT)
        event = Event(event_room, rig, random, people, may_lose=True)

        def choose() -> tuple[str, Fault]:
            fault = random.choice(CLUSTER_FAULTS)
            return fault.__name__, fault(rig, random)

        await soak(event, choose, minutes)
        for node in rig.nodes:
            assert not node.complaints(), "\n".join(node.complaints())
        return event.acts


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--people", default=40, show_default=True, help="Attendees at the beginning.")
@click.option("--seed", type=int, help="Of an earlier run, to repeat it. Default: a new one.")
@click.option(
    "--cluster", is_flag=True, help="Three masters and three replicas, in place of one store."
)
def main(*, minutes: float, people: int, seed: int | None, cluster: bool) -> None:
    """Break one part after the other, at random, and check the promises after each.

    Ends with an error at the first promise that was broken. It prints the seed first.
    """
    seed = Random().randrange(10**6) if seed is None else seed
    click.echo(f"seed {seed}")
    run = on_a_cluster if cluster else on_one_store
    done = asyncio.run(run(minutes, Random(seed), people))
    for what, times in sorted(done.items()):
        click.echo(f"{times:6} {what}")
    click.echo("All promises were kept.")


if __name__ == "__main__":
    main()
