"""One room on the rig, and words for what people do in it while something breaks."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.clients import WsClient, room_token
from tests.days import business_day
from tests.faults.rig import Rig, is_at_rest
from tests.faults.visitors import Visitor
from tests.nodes import Platform
from tests.stopwatch import Stopwatch
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from tests.nodes import Node

CONVERGE_S = 4.0  # the promise is 2 s; a look at all places takes its time too

Json = Any

_numbers = count(1)


class NodesRoom:
    """The room `hall` of an account that no other test uses.

    Attributes:
        nodes: The servers that people come to.
        visitors: Everybody who is here and obeys the protocol.
    """

    def __init__(
        self, nodes: Sequence[Node], running: AsyncExitStack, account: str | None = None
    ) -> None:
        self.nodes = nodes
        self.account = account or f"acme-{next(_numbers)}"
        self.visitors: list[Visitor] = []
        self._running = running
        self._path = f"/v1/accounts/{self.account}/rooms/hall"

    async def now(self) -> datetime:
        """The time of the store."""
        return datetime.now(UTC)  # noqa: TID251  # stores of this machine have its clock

    async def open(self, *, seats: int | None = None, plan: str = "live-25") -> None:
        """The account and its room, with that many seats."""
        await self.put_account(plan)
        await self.put_room()
        if seats is not None:
            await self.set_seats(seats)

    async def put_account(self, plan: str = "live-25", number: int = 0) -> None:
        body = business_day(await self.now()).account(plan)
        await self.platform(number).persist("PUT", f"/v1/accounts/{self.account}", body)

    async def put_room(self, number: int = 0) -> None:
        await self.platform(number).persist("PUT", self._path, {"title": "Hall"})

    async def set_seats(self, seats: int | None, number: int = 0) -> None:
        await self.platform(number).persist("PATCH", self._path, {"seats": seats})

    async def say_to_line(self, text: str, number: int = 0) -> None:
        await self.platform(number).persist("POST", f"{self._path}/messages", {"text": text})

    async def close(self, number: int = 0) -> None:
        await self.platform(number).persist("POST", f"{self._path}/close")

    async def remove(self, name: str, number: int = 0) -> None:
        await self.platform(number).persist("DELETE", f"{self._path}/participants/{name}")

    def platform(self, number: int = 0) -> Platform:
        return Platform(self.nodes[number])

    async def room(self, number: int = 0) -> Json:
        return await self.platform(number).persist("GET", self._path)

    async def audit(self, number: int = 0) -> Json:
        return await self.platform(number).persist("GET", f"{self._path}/audit")

    async def places(self, number: int = 0) -> dict[str, int]:
        """The places by name: 0 for a seat, else the ticket. The sets agree.

        Not those that are kept for people who are away.
        """
        audit = await self.audit(number)
        assert audit["drift"] == []
        holders = [holder for holder in audit["holders"] if holder["place"] != "away"]
        return {holder["participant"]: holder["ticket"] or 0 for holder in holders}

    async def visit(self, name: str, *, role: str = "attendee", first: int = 0) -> Visitor:
        """A person comes, by way of that node first, and obeys the protocol from then on."""
        visitor = Visitor(self.nodes, room_token(self.account, name, role), first=first)
        self.visitors.append(visitor)
        self._running.push_async_callback(visitor.go)
        await visitor.come()
        return visitor

    async def crowd(self, names: Iterable[str], *, node: int | None = None) -> list[Visitor]:
        """People come one after the other, to that node or by turns; each has a place."""
        people = []
        for turn, name in enumerate(names):
            person = await self.visit(name, first=turn % len(self.nodes) if node is None else node)
            await wait_until(lambda person=person: person.place is not None)  # type: ignore[misc]
            people.append(person)
        return people

    async def tab(self, name: str, number: int, role: str = "attendee") -> WsClient:
        """One plain connection that was let in and obeys nothing from then on."""
        token = room_token(self.account, name, role)
        client = await WsClient.enter(self.nodes[number], token)
        self._running.push_async_callback(client.close)
        await wait_until(lambda: client.heard)
        while client.heard[-1]["type"] == "retry":  # the last fault may not be over for the node
            answers = len(client.heard)
            await asyncio.sleep(client.heard[-1]["after_ms"] / 1000)  # noqa: TID251  # as told
            await client.hello()
            await wait_until(lambda answers=answers: len(client.heard) > answers)  # type: ignore[misc]
        return client

    def stopwatch(self) -> Stopwatch:
        """For what is promised to happen in time."""
        return Stopwatch(node.process.pid for node in self.nodes)

    async def agrees(self, number: int = 0) -> bool:
        """Whether everybody who is here believes what the store holds."""
        places, room = await self.places(number), await self.room(number)
        return all(visitor.agrees(places, room) for visitor in self.visitors)

    async def converges(self, within_s: float = CONVERGE_S, number: int = 0) -> None:
        """No client is left with a gap: all beliefs meet the store's truth within the time."""
        try:
            await self.stopwatch().within(within_s, lambda: self.agrees(number))
        except (TimeoutError, AssertionError) as error:
            places, room = await self.places(number), await self.room(number)
            wrong = [v.story() for v in self.visitors if not v.agrees(places, room)]
            raise AssertionError(f"{places} {room}:\n" + "\n".join(wrong)) from error

    def forget(self, *visitors: Visitor) -> None:
        """These are not expected to be here any more."""
        for visitor in visitors:
            visitor.check()
            self.visitors.remove(visitor)


@asynccontextmanager
async def full_room(
    nodes: Sequence[Node], account: str | None = None, *, seats: int
) -> AsyncIterator[NodesRoom]:
    """A room without a free seat, and one person in the line. All must obey the protocol."""
    async with AsyncExitStack() as running:
        room = NodesRoom(nodes, running, account)
        await room.open(seats=seats)
        await room.crowd(f"p{number}" for number in range(seats + 1))
        yield room
        for visitor in room.visitors:
            visitor.check()


class EventRoom(NodesRoom):
    """A room on the rig, each of whose nodes has a network of its own to one store."""

    def __init__(self, rig: Rig, running: AsyncExitStack) -> None:
        super().__init__(rig.nodes, running)
        self.rig = rig
        self.store = rig.store
        self.lines = rig.lines

    def stopwatch(self) -> Stopwatch:
        return self.rig.stopwatch()

    async def now(self) -> datetime:
        return datetime.fromtimestamp(await self.store.now_ms() / 1000, UTC)


@asynccontextmanager
async def an_event_room(rig: Rig) -> AsyncIterator[EventRoom]:
    """A room for one test; what holds after every fault is checked at the end."""
    # The network is in our loop: while a test in another loop ran, nodes were cut off.
    await rig.mend()
    complaints = [len(node.complaints()) for node in rig.nodes]
    async with AsyncExitStack() as running:
        event_room = EventRoom(rig, running)
        yield event_room
        for visitor in event_room.visitors:
            visitor.check()
    await rig.mend()
    for node, before in zip(rig.nodes, complaints, strict=True):
        await wait_until(lambda node=node: is_at_rest(node))  # type: ignore[misc]
        complaints_now = node.complaints()[before:]
        assert not complaints_now, "\n".join(complaints_now)
