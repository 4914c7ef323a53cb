"""One fault after the other, while people come and go and hosts buy: do the promises hold?

After each round everything must be whole again within seconds: every client believes what the
store holds, the audit finds no drift, no seat was sold twice, and no purchase was charged twice.
At the end, when everybody has gone, each node is as it was at the beginning.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import click
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from fullhouse.store.account_store import AccountStore
from tests.faults.event_room import EventRoom, an_event_room
from tests.faults.rig import Rig, running_rig
from tests.soak.nemesis import FAULTS
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.faults.visitors import Visitor
    from tests.soak.nemesis import Fault

NODES = 3
RECOVERY_S = 30.0  # a node starts in one or two seconds, on a machine that others use much later
SEATS = 25
LADDER = ("live-50", "live-100", "live-250", "live-500", "live-1000")
FREE_MEMORY_BYTES = 40 * 2**20  # Python keeps what it once had; more than this would be a leak


class Soak:
    """One room on the rig, and what happens in it.

    Attributes:
        acts: How often people, hosts and the platform did what.
    """

    def __init__(self, event_room: EventRoom, random: Random, people: int) -> None:
        self.event_room = event_room
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
        """People act before, during and after the fault."""
        await self._change_seats()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._suffer(fault))
            for _ in range(self._random.randint(1, 6)):
                group.create_task(self._act())
            if self._random.random() < 0.2:
                group.create_task(self._buy())
        await wait_until(self.event_room.rig.all_ready, RECOVERY_S)
        await self.check()

    async def check(self) -> None:
        """The promises, once everything is whole."""
        await self.event_room.converges(RECOVERY_S)
        room = await self.event_room.room()
        taken = room["occupied"] + room["held"]
        assert taken <= max(room["capacity"], self._taken_before), f"a seat was sold twice: {room}"
        self._taken_before = taken
        ledger = await AccountStore(self.event_room.store.redis, waits_for_disk=False).read_ledger(
            self.event_room.account
        )
        charged = [entry for entry in ledger if entry.amount.amount]
        assert len(charged) == len(self._keys), "a purchase was charged twice, or not at all"

    async def end(self) -> None:
        """Everybody leaves."""
        for visitor in list(self.event_room.visitors):
            self.event_room.forget(visitor)
            await visitor.go()

    async def _suffer(self, fault: Fault) -> None:
        async with fault(self.event_room.rig, self._random):
            pass  # what people do meanwhile may wait for its end

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
        name = next(self._names)
        for number in count(self._random.randrange(NODES)):
            try:
                await self.event_room.visit(name, first=number)
            except (OSError, InvalidHandshake):  # that node is down or going down
                self.event_room.visitors = [v for v in self.event_room.visitors if v.pages]
                await asyncio.sleep(0.2)  # noqa: TID251  # the page tries again
            else:
                return

    async def _leave(self) -> None:
        """Until the leave has come through: a page would say it again, too."""
        if not (visitor := self._somebody()):
            return
        while 4011 not in visitor.closed:
            if visitor.is_connected:
                with suppress(ConnectionClosed):  # the next connection says it again
                    await visitor.say("leave")
            await asyncio.sleep(0.1)  # noqa: TID251  # until it came through

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


def memory_of(rig: Rig) -> dict[int, int]:
    """The resident bytes of each node's process."""
    return {
        node.process.pid: int(Path(f"/proc/{node.process.pid}/statm").read_text().split()[1])
        * 4096
        for node in rig.nodes
    }


async def run(*, minutes: float, seed: int, people: int) -> Counter[str]:
    random, done = Random(seed), Counter[str]()
    until_s = time.monotonic() + minutes * 60
    async with running_rig(NODES) as rig, an_event_room(rig) as event_room:
        soak = Soak(event_room, random, people)
        await soak.begin()
        memory = memory_of(rig)
        while time.monotonic() < until_s:
            fault = random.choice(FAULTS)
            click.echo(f"{until_s - time.monotonic():6.0f} s left  {fault.__name__}")
            await soak.round(fault)
            done[fault.__name__] += 1
        await soak.end()
        for pid, after in memory_of(rig).items():
            before = memory.get(pid, after)  # a node that was restarted has nothing to compare
            assert after - before <= FREE_MEMORY_BYTES, f"{before} -> {after} bytes"
        return done + soak.acts


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--people", default=40, show_default=True, help="Attendees at the beginning.")
@click.option("--seed", type=int, help="Of an earlier run, to repeat it. Default: a new one.")
def main(minutes: float, people: int, seed: int | None) -> None:
    """Break one part after the other, at random, and check the promises after each.

    Ends with an error at the first promise that was broken. It prints the seed first.
    """
    seed = Random().randrange(10**6) if seed is None else seed
    click.echo(f"seed {seed}")
    done = asyncio.run(run(minutes=minutes, seed=seed, people=people))
    for what, times in sorted(done.items()):
        click.echo(f"{times:6} {what}")
    click.echo("All promises were kept.")


if __name__ == "__main__":
    main()
