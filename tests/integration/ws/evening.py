"""An evening on nodes that are far from the store, with people who do whatever comes to mind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed

from tests.faults.proxy import store_proxy
from tests.integration.ws.event_room import EventRoom
from tests.nodes import Node, running_nodes
from tests.servers import short_directory
from tests.stores import patient_url
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.clients import WsClient
    from tests.faults.proxy import StoreProxy

STEPS, PEOPLE = 25, 8
SEATED, GONE = 0, -1


@asynccontextmanager
async def far_node(store: str, plans: Path) -> AsyncIterator[tuple[Node, StoreProxy]]:
    """A node with a network of its own to the store."""
    async with AsyncExitStack() as running:
        directory = running.enter_context(short_directory())
        line = store_proxy(directory / "line.sock", Path(urlsplit(store).path))
        proxy = await running.enter_async_context(line)
        # In a thread: the way to the store leads through this loop.
        starting = running_nodes(patient_url(proxy.url), 1, plans=plans)
        (node,) = await asyncio.to_thread(starting.__enter__)
        running.push_async_callback(asyncio.to_thread, starting.__exit__, None, None, None)
        yield node, proxy


class Visit:
    """Somebody who opens tabs, closes them, leaves, claims and asks, as the dice fall."""

    def __init__(self, event_room: EventRoom, name: str, random: Random) -> None:
        self._event_room = event_room
        self._name = name
        self._random = random
        self.tabs: list[WsClient] = []

    async def live(self) -> None:
        for _ in range(STEPS):
            self.tabs = [tab for tab in self.tabs if not tab.is_closed]
            if self.tabs:
                await self._do_something(self._random.choice(self.tabs))
            else:
                await self._open()

    async def _open(self) -> None:
        tab = await self._event_room.enter(self._name, node=self._random.randrange(2))
        self.tabs.append(tab)
        await wait_until(lambda: tab.heard or tab.is_closed)

    async def _do_something(self, tab: WsClient) -> None:
        actions: dict[Callable[[], Awaitable[None]], int] = {
            self._open: 2,
            partial(tab.say, "claim"): 4,
            partial(tab.say, "position"): 3,
            tab.hello: 2,
            tab.vanish: 1,
            tab.close: 1,
            partial(tab.say, "leave"): 1,
        }
        (action,) = self._random.choices(list(actions), list(actions.values()))
        with suppress(ConnectionClosed):  # a leave in another tab, or its own
            await action()
            await tab.round_trip()


@dataclass(slots=True)
class Evening:
    """An event on far nodes, with people coming and going and seats put in and taken out.

    Attributes:
        near: The room by way of nodes that are not far, for the platform.
        hall: The room by way of the far ones, for everybody else.
    """

    nodes: tuple[Node, ...]
    far: tuple[Node, Node]
    seed: int
    near: EventRoom = field(init=False)
    event_room: EventRoom = field(init=False)
    visits: list[Visit] = field(default_factory=list)

    async def opens(self) -> None:
        self.near = EventRoom(self.nodes)
        self.event_room = EventRoom(self.far, self.near.account)
        await self.near.has_account(seats=2)
        await self.near.opens()

    async def passes(self) -> None:
        random = Random(self.seed)
        names = [f"guest-{n}" for n in range(PEOPLE)]
        self.visits = [
            Visit(self.event_room, name, Random(f"{self.seed}-{name}")) for name in names
        ]
        await self.event_room.enter("eve", "host", node=1)
        await asyncio.gather(self._changes_capacity(random), *(v.live() for v in self.visits))

    async def all_show_what_is_so(self) -> bool:
        audit = await self.near.audit()
        tickets = {holder["participant"]: holder.get("ticket") for holder in audit["holders"]}
        tabs = [tab for visit in self.visits for tab in visit.tabs if not tab.is_closed]
        return all(_believed(tab) == (tickets.get(tab.name, GONE) or SEATED) for tab in tabs)

    async def _changes_capacity(self, random: Random) -> None:
        for _ in range(STEPS):
            await self.near.sets(seats=random.randrange(3), paused=random.random() < 0.2)
        await self.near.sets(seats=2, paused=False)


def _believed(tab: WsClient) -> int:
    told = [frame for frame in tab.heard if frame["type"] in {"seated", "waiting", "seat_lost"}]
    if not told or told[-1]["type"] == "seat_lost":
        return GONE
    ticket: int = told[-1].get("ticket", SEATED)
    return ticket
