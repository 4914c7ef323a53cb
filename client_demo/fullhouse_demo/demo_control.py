"""Carries out the orders of the demo's pages: send a crowd, crash a node, start all over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fullhouse.clock import SystemClock
from fullhouse_demo.control_socket import NodeScene, Order, Scene
from fullhouse_demo.crowds import USUAL_PEOPLE
from fullhouse_demo.nodes import process_for
from fullhouse_demo.platform import platform_of, start_over

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess

    from fullhouse_demo.control_socket import Act, NodeState
    from fullhouse_demo.crowds import Crowds
    from fullhouse_demo.node_job import NodeJob

CUT_S = 10.0  # half of a seat's grace, so that no person loses the seat
# The notice comes after eight seconds, the room is full after thirteen: slow enough to watch both.
ARRIVE_S = 30.0
_READY_EVERY_S = 0.1


class DemoControl:
    """Answers the nodes' orders. A crash is one of the other node, never of the order's own node.

    Args:
        jobs: The nodes of the demo.
        nodes: The processes of `jobs`. A crashed process is replaced in this list.
        crowds: Sends simulated people.
        group: Runs the tasks that wait until a node is ready again.
    """

    def __init__(
        self,
        jobs: Sequence[NodeJob],
        nodes: list[ForkServerProcess],
        crowds: Crowds,
        group: asyncio.TaskGroup,
    ) -> None:
        self._jobs = jobs
        self._nodes = nodes
        self._crowds = crowds
        self._group = group
        self._starting: dict[int, asyncio.Task[None]] = {}
        self._acts: Mapping[Act, Callable[[int], Awaitable[None]]] = {
            "send_crowd": self._send_crowd,
            "send_home": self._send_home,
            "stop_node": self._crash,
            "start_node": self._start_again,
            "cut_network": self._cut_network,
            "start_over": self._start_over,
        }

    async def answer(self, order: Order) -> Scene:
        """Carry out the order, and return the state of the demo."""
        if order.act in self._acts:
            await self._acts[order.act](self._beside(order.through))
        return self._scene()

    def end(self) -> None:
        """Stop the crowd and all waiting tasks."""
        self._crowds.end()
        for waiting in self._starting.values():
            waiting.cancel()

    def _scene(self) -> Scene:
        people = self._crowds.connections()
        nodes = (NodeScene(self._state(n), people[n]) for n in range(len(self._nodes)))
        away_s = self._crowds.network.away_s(asyncio.get_running_loop().time())
        return Scene(self._crowds.scene(), tuple(nodes), round(1000 * away_s))

    def _state(self, number: int) -> NodeState:
        if self._nodes[number].exitcode is not None:
            return "down"
        return "starting" if number in self._starting else "running"

    def _beside(self, node: int) -> int:
        return (node + 1) % len(self._nodes)

    async def _send_crowd(self, _node: int) -> None:
        self._crowds.send(over_s=ARRIVE_S)

    async def _send_home(self, _node: int) -> None:
        await self._crowds.send_home()

    async def _cut_network(self, _node: int) -> None:
        self._crowds.network.cut(asyncio.get_running_loop().time(), for_s=CUT_S)

    async def _crash(self, node: int) -> None:
        """Kill the node without a drain, as in a power failure."""
        self._nodes[node].kill()
        await asyncio.to_thread(self._nodes[node].join)

    async def _start_over(self, node: int) -> None:
        """The whole event once more: the plan, the room, the crowd, and all nodes."""
        await self._crowds.send_home_and_wait()
        running = self._jobs[self._beside(node)]
        async with platform_of(running) as platform:
            await start_over(platform, running.demo, SystemClock().now().date())
        await self._start_again(node)
        self._crowds.send(over_s=ARRIVE_S, people=USUAL_PEOPLE)

    async def _start_again(self, node: int) -> None:
        if self._nodes[node].exitcode is None:
            return
        self._nodes[node] = process_for(self._jobs[node])
        self._nodes[node].start()
        self._starting[node] = self._group.create_task(self._until_ready(node, self._nodes[node]))

    async def _until_ready(self, node: int, process: ForkServerProcess) -> None:
        async with platform_of(self._jobs[node]) as platform:
            while process.exitcode is None and not await platform.is_ready():  # noqa: ASYNC110
                await asyncio.sleep(_READY_EVERY_S)  # noqa: TID251  # another process, so no event
        if self._nodes[node] is process:  # otherwise it crashed, and a newer process is starting
            del self._starting[node]
