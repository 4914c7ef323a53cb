"""A node inside this process, and people who enter it without a socket.

This measures the cost of rooms without the cost of connections. The queue, the store and all loops
are the real ones, composed as in `fullhouse serve`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, TypeVar

import uvloop

from fullhouse import app
from fullhouse.domain.rooms import Role, RoomRef, RoomRules, Visitor
from fullhouse.realtime.hub import Hub
from fullhouse.realtime.parts import Realtime
from fullhouse.settings import Settings
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.connect import open_store
from fullhouse.store.room_store import RoomStore
from fullhouse_bench.fullhouse_server import KEY, MOST_SEATS, SECRET

if TYPE_CHECKING:
    from fullhouse.realtime.ports import Topic

T = TypeVar("T")

RULES = RoomRules(
    lease_ms=600_000,
    grace_ms=600_000,
    wait_grace_ms=600_000,
    claim_ms=3_600_000,
    window_ms_per_100=1_000,
    nearly_full_percent=80,
    rearm_percent=75,
    forecast_s=0,
)
"""Rules with long durations, so that nothing expires during a measurement, and no forecast."""

AGAIN_S = 0.02

_QUIET: dict[str, Any] = {"beat_s": 250, "lease_s": 600, "grace_s": 600, "wait_grace_s": 600}


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run `coroutine` on uvloop, as the server does."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


@asynccontextmanager
async def realtime_on(url: str) -> AsyncIterator[Realtime]:
    """The realtime part of a running node. It renews leases only when a case asks for it."""
    settings = Settings(redis_url=url, api_keys=(KEY,), token_secret=SECRET, **_QUIET)
    async with app.node(settings) as node:
        yield node.realtime


async def open_rooms(url: str, accounts: Iterable[str], *, seats: int = MOST_SEATS) -> None:
    """Open a room `hall` for each of these accounts, on a plan of `seats` seats."""
    plan: dict[str | bytes, str | int] = {
        "plan": "large",
        "seats": seats,
        "presenters": 1,
        "parallel_events": 0,
    }
    async with open_store(url) as redis:
        rooms = RoomStore(redis)
        for account in accounts:
            await redis.hset(AccountKeys(account).record, mapping=plan)  # type: ignore[arg-type]  # invariant
            await rooms.open_room(RoomRef(account, "hall"), "Hall", RULES)


@dataclass(slots=True)
class Rush:
    """People who enter rooms, a fixed number at a time. When one has a place, the next one enters.

    Attributes:
        hub: The hub of the node.
        accounts: People enter the rooms `hall` of these accounts in turn.
        prefix: The beginning of their names. Each person enters once.
    """

    hub: Hub
    accounts: tuple[str, ...]
    prefix: str

    async def come(self, people: int, *, at_once: int) -> None:
        """Let `people` enter, `at_once` at a time. Returns when all of them have a place."""
        visitors = self._visitors(people)
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        left = people

        def enter() -> None:
            visitor = next(visitors, None)
            if visitor:
                Guest(self.hub, visitor, placed).enter()

        def placed() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                told.set_result(None)
            enter()

        for _ in range(at_once):
            enter()
        await told

    def _visitors(self, people: int) -> Iterator[Visitor]:
        refs = [RoomRef(account, "hall") for account in self.accounts]
        return (
            Visitor(ref, f"{self.prefix}{number}", Role.ATTENDEE, may_buy=False)
            for number, ref in enumerate(islice(cycle(refs), people))
        )


class Guest:
    """One connection, as rooms see it. After a `retry` it enters again in a moment."""

    __slots__ = ("_hub", "_is_placed", "_placed", "_visitor")

    is_open = True
    was_sent_out = False
    may_buy = False
    role = Role.ATTENDEE

    def __init__(self, hub: Hub, visitor: Visitor, placed: Callable[[], None]) -> None:
        self._hub = hub
        self._visitor = visitor
        self._placed = placed
        self._is_placed = False

    def enter(self) -> None:
        self._hub.enter(self._visitor, self)

    def send(self, frame: bytes, topic: Topic) -> None:  # noqa: ARG002  # its interface
        if self._is_placed:
            return
        if topic == "place":
            self._is_placed = True
            self._placed()
        else:
            asyncio.get_running_loop().call_later(AGAIN_S, self.enter)

    def close(self, code: int, reason: str, cause: str = "") -> None:
        raise RuntimeError(f"a guest was sent away: {code} {cause or reason}")

    def send_away(self, after_ms: int) -> None: ...
