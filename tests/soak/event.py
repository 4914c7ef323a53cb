"""The event of a soak: people come and go, hosts buy, and the promises are checked."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from tests.waiting import wait_until

if TYPE_CHECKING:
    from random import Random

    from tests.faults.event_room import NodesRoom
    from tests.faults.visitors import Visitor

NODES = 3
RECOVERY_S = 30.0  # a node starts in one or two seconds, on a machine that others use much later
SEATS = 25
BUYS = 0.2  # the share of rounds in which a host buys
LADDER = ("live-50", "live-100", "live-250", "live-500", "live-1000")


Fault = AbstractAsyncContextManager[None]


class Servers(Protocol):
    """The nodes, and all that they need."""

    async def all_ready(self) -> bool:
        """Whether everything is whole."""
        ...


class Event:
    """One room, and what happens in it.

    Args:
        event_room: A room that is not open yet.
        servers: What serves it.
        random: Decides who does what.
        people: How many attendees there are at the beginning.
        may_lose: Whether the store may lose its newest changes.

    Attributes:
        acts: How often people, hosts and the platform did what.
    """

    def __init__(
        self,
        event_room: NodesRoom,
        servers: Servers,
        random: Random,
        people: int,
        *,
        may_lose: bool,
    ) -> None:
        self.event_room = event_room
        self._servers = servers
        self._may_lose = may_lose
        self.acts: Counter[str] = Counter()
        self._random = random
        self._people = people
        self._names = (f"p{number}" for number in count())
        self._plans = iter(LADDER)
        self._keys: list[str] = []
        self._seats = SEATS
        self._taken_before = 0

    @property
    def attendees(self) -> list[Visitor]:
        """Those who have heard an answer."""
        present = [visitor for visitor in self.event_room.visitors if visitor.frames]
        return [visitor for visitor in present if visitor.role == "attendee"]

    async def begin(self) -> None:
        await self.event_room.open(seats=SEATS)
        for number in range(2):
            await self.event_room.visit(f"host-{number}", role="host", first=number)
        await self.event_room.crowd(next(self._names) for _ in range(self._people))
        await self.check()

    async def round(self, fault: Fault) -> None:
        """People act while the fault lasts and after it.

        A store that loses its newest changes may have let newcomers in on seats that others had.
        """
        before = self.acts["come"]
        await self._change_seats()
        async with asyncio.TaskGroup() as group:
            group.create_task(_suffer(fault))
            for _ in range(self._random.randint(1, 6)):
                group.create_task(self._act())
            if self._random.random() < BUYS:
                group.create_task(self._buy())
        await wait_until(self._servers.all_ready, RECOVERY_S)
        await self.check(self.acts["come"] - before if self._may_lose else 0)

    async def check(self, newcomers: int = 0) -> None:
        """The promises, once everything is whole."""
        await self.event_room.converges(RECOVERY_S)
        room = await self.event_room.room()
        taken = room["occupied"] + room["held"]
        most = max(room["capacity"], self._taken_before) + newcomers
        assert taken <= most, f"a seat was sold twice: {room}"
        self._taken_before = taken
        listed = await self.event_room.platform().persist(
            "GET", f"/v1/accounts/{self.event_room.account}/upgrades"
        )
        applied = [each["id"] for each in listed["upgrades"] if each["status"] == "applied"]
        assert len(applied) == len(set(applied)) == len(self._keys), listed

    async def end(self) -> None:
        """Everybody leaves."""
        for visitor in list(self.event_room.visitors):
            self.event_room.forget(visitor)
            await visitor.go()

    async def _act(self) -> None:
        act = self._random.choice(
            [self._come, self._come, self._leave, self._vanish, self._reload]
        )
        self.acts[act.__name__.strip("_")] += 1
        async with asyncio.timeout(RECOVERY_S):
            await act()

    async def _come(self) -> None:
        if len(self.attendees) >= self._people * 3 // 2:
            return
        await self.event_room.visit(next(self._names), first=self._random.randrange(NODES))

    async def _leave(self) -> None:
        if visitor := self._somebody():
            await visitor.leave()

    async def _vanish(self) -> None:
        """The page is gone and says nothing."""
        if visitor := self._somebody():
            await visitor.go()

    async def _reload(self) -> None:
        if self.attendees:
            visitor = self._random.choice(self.attendees)
            if visitor.is_connected:
                await visitor.pages[-1].close()

    def _somebody(self) -> Visitor | None:
        """Somebody who is not expected to be here any more."""
        if not self.attendees:
            return None
        visitor = self._random.choice(self.attendees)
        self.event_room.forget(visitor)
        return visitor

    async def _change_seats(self) -> None:
        """Only where everything is whole: the check compares with the room before."""
        before = self._seats
        self._seats = self._random.randint(SEATS // 2, SEATS)
        self.acts["seats changed"] += self._seats != before
        await self.event_room.set_seats(self._seats, self._random.randrange(NODES))

    async def _buy(self) -> None:
        """A host taps on every node until each of them has said that it is bought."""
        if not (plan := next(self._plans, None)):
            return
        self.acts["bought"] += 1
        account = f"/v1/accounts/{self.event_room.account}"
        quote = await self._until_served("POST", f"{account}/upgrade-quotes", {"plan": plan})
        self._keys.append(quote["id"])
        body, headers = {"quote": quote["id"]}, {"Idempotency-Key": quote["id"]}
        answers = await asyncio.gather(
            *(
                self._until_served("POST", f"{account}/upgrades", body, number, headers)
                for number in range(NODES)
            )
        )
        assert len({answer["id"] for answer in answers}) == 1

    async def _until_served(
        self,
        method: str,
        path: str,
        body: object,
        number: int = 0,
        headers: dict[str, str] | None = None,
    ) -> Any:  # noqa: ANN401  # JSON
        for turn in count(number):
            platform = self.event_room.platform(turn % NODES)
            try:
                answer = await platform.ask(method, path, body, headers=headers)
            except OSError:
                pass  # that node is down
            else:
                if answer.status < 300:
                    return answer.json
                assert answer.status == 503, answer
            await asyncio.sleep(0.3)  # noqa: TID251  # the platform tries again
        raise AssertionError


async def _suffer(fault: Fault) -> None:
    async with fault:
        pass  # what people do meanwhile may wait for its end
