"""Two rooms in which the same happens: one by the fast paths of scripts, one by the full scripts.

An omission of a fast path shows as a difference of state, answers or events.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.store.renewal_arguments import packed_sessions
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.script_source import fast_path_of, source_of
from tests.event_probe import ear_on
from tests.event_room import EventRoom, Guest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from redis.asyncio import Redis

    from tests.event_probe import Ear
    from tests.fakes import FakeClock

SCRIPTS = ("sweep_room", "renew")
NAMES = "abcdefghijkl"
JUMPS_MS = (0, 1, *(250, 900, 1000, 1500, 2000) * 25, 2001, -700)

# In each kind of room another instant comes first, so that each is missed where it is forgotten.
KINDS: tuple[dict[str, int], ...] = (
    {"lease_ms": 8000, "grace_ms": 3000, "wait_grace_ms": 5000, "claim_ms": 4000, "away_ms": 6000},
    {"lease_ms": 60_000, "grace_ms": 50_000, "wait_grace_ms": 55_000, "claim_ms": 2500},
    {"lease_ms": 60_000, "grace_ms": 3000, "wait_grace_ms": 50_000, "claim_ms": 50_000},
    {
        "lease_ms": 60_000,
        "grace_ms": 50_000,
        "wait_grace_ms": 3000,
        "claim_ms": 50_000,
        "away_ms": 4500,
    },
    {"lease_ms": 4000, "grace_ms": 50_000, "wait_grace_ms": 50_000, "claim_ms": 50_000},
)

is_bookkeeping = re.compile(
    rb"due|due_but_for_leases|paced_at|freed_slot|(came|grown|freed)_\d"
).fullmatch
"""Fields that each path keeps as it needs them; their results, like `joins_per_min` and `freed`,
are compared."""


def without_bookkeeping(contents: dict[str, object]) -> dict[str, object]:
    """What a store keeps of an account, but for what may differ between two paths."""
    return {
        key: {field: it for field, it in kept.items() if not is_bookkeeping(field)}
        if isinstance(kept, dict)
        else kept
        for key, kept in contents.items()
    }


def full_script_of(script: str) -> str:
    """The script without its fast path."""
    return source_of(script).replace(fast_path_of(script), "")


@dataclass(slots=True)
class ScriptedRoom:
    """One of the two rooms; `scripts` are how it is swept and renewed."""

    event_room: EventRoom
    redis: Redis
    scripts: Mapping[str, str]
    guests: dict[str, Guest]

    async def run(
        self, script: str, *more: str | int | bytes, seen: bool = True, ahead: int = 0
    ) -> Any:  # noqa: ANN401  # JSON
        """The answer of a script to a node that has seen the room so many revisions ahead."""
        revision = await self.event_room.revision()
        args: list[str | int | bytes] = [revision.epoch, revision.rev + ahead] if seen else [0, 0]
        room = RoomKeys(self.event_room.ref)
        keys = [*room.all(), *room.last_keys]
        args += [*more, await self.store_run()]
        text = await self.redis.eval(
            self.scripts[script], len(keys), *keys, self.event_room.clock.now_ms(), *args
        )
        return json.loads(text)

    async def store_run(self) -> str:
        return cast("str", (await self.redis.info("replication"))["master_replid"])

    async def renew(self, names: list[str], *, wrong: bool = False, ahead: int = 0) -> object:
        known = [guest.session for guest in self.known(names)]
        believed = [s._replace(generation=s.generation + wrong) for s in known]
        if not believed:
            return None
        believed.sort(key=lambda session: session.holding)
        return await self.run("renew", 0, packed_sessions(believed), ahead=ahead)

    def known(self, names: list[str]) -> list[Guest]:
        return [self.guests[name] for name in names if name in self.guests]

    async def contents(self) -> dict[str, object]:
        contents = without_bookkeeping(await self.event_room.contents())
        account = self.event_room.ref.account
        return {key.replace(account, "acme"): it for key, it in contents.items()}


async def enter(room: ScriptedRoom, names: list[str]) -> None:
    room.guests |= {guest.name: guest for guest in await room.event_room.hello(*names)}


async def present(room: ScriptedRoom, names: list[str]) -> None:
    guests = await room.event_room.hello(names[0], role=Role.PRESENTER)
    room.guests |= {guest.name: guest for guest in guests}


async def leave(room: ScriptedRoom, names: list[str]) -> None:
    if known := room.known(names):
        await room.event_room.leave(*known)


async def drop(room: ScriptedRoom, names: list[str]) -> None:
    if known := room.known(names):
        await room.event_room.drop(*known)


async def resize(room: ScriptedRoom, names: list[str]) -> None:
    await room.event_room.set_seats(len(names), f"resize-{room.event_room.clock.now_ms()}")


async def pause(room: ScriptedRoom, names: list[str]) -> None:
    await room.event_room.set_paused(
        f"pause-{room.event_room.clock.now_ms()}", paused=len(names) % 2 == 0
    )


async def sweep(room: ScriptedRoom, _: list[str]) -> object:
    return await room.run("sweep_room", 0)


async def sweep_as_orphan(room: ScriptedRoom, _: list[str]) -> object:
    return await room.run("sweep_room", 0, seen=False)


async def renew(room: ScriptedRoom, names: list[str]) -> object:
    return await room.renew(names)


async def renew_wrongly(room: ScriptedRoom, names: list[str]) -> object:
    return await room.renew(names, wrong=True)


async def remember_more(room: ScriptedRoom, names: list[str]) -> object:
    """A node has seen what the store has lost: the room is refilled."""
    return await room.renew(names, ahead=5)


Act = Callable[[ScriptedRoom, list[str]], Awaitable[object]]

OFTEN: tuple[Act, ...] = (*(sweep,) * 100, *(sweep_as_orphan,) * 10, *(renew,) * 10, enter, enter)
SELDOM: tuple[Act, ...] = (leave, drop, resize, resize, pause, pause, present, renew_wrongly)
SELDOM += (remember_more,)


def acts_of(chance: random.Random) -> tuple[Act, ...]:
    """Not everything happens in every room: what is rare may need quiet to be seen."""
    return (*OFTEN, *chance.sample(SELDOM, chance.randint(1, len(SELDOM))))


@dataclass(frozen=True, slots=True)
class BothPaths:
    """Both rooms, and who hears their events."""

    clock: FakeClock
    rooms: tuple[ScriptedRoom, ScriptedRoom]
    event_probe: tuple[Ear, Ear]

    async def act(self, act: Act, *names: str) -> None:
        """Do the same in both rooms, and compare them.

        Raises:
            AssertionError: they are no longer alike.
        """
        told = f"{act.__name__}({', '.join(names)}) at {self.clock.now_ms()}"
        answers = [await act(room, list(names)) for room in self.rooms]
        assert answers[0] == answers[1], told
        contents = [await room.contents() for room in self.rooms]
        assert contents[0] == contents[1], told
        heard = [await ear.heard() for ear in self.event_probe]
        assert heard[0] == heard[1], told

    async def wait(self, ms: int, *, step_ms: int = 500) -> None:
        """Let time pass, with sweeps alone, and compare the rooms after each."""
        for _ in range(ms // step_ms):
            self.clock.advance(ms=step_ms)
            await self.act(sweep)

    async def skip(self, ms: int, *, step_ms: int = 1900) -> None:
        """Let time pass, with sweeps alone."""
        for _ in range(ms // step_ms):
            self.clock.advance(ms=step_ms)
            for room in self.rooms:
                await sweep(room, [])


async def full_scripts(redis: Redis) -> int:
    """How many scripts read a whole room since the statistics were reset: fast paths do not."""
    stats = await redis.info("commandstats")
    return int(stats.get("cmdstat_hgetall", {"calls": 0})["calls"])


@asynccontextmanager
async def both_paths(
    redis: Redis,
    clock: FakeClock,
    *,
    seats: int,
    rules: Mapping[str, int],
    fast: Mapping[str, str] | None = None,
) -> AsyncIterator[BothPaths]:
    """Two rooms, empty.

    Args:
        redis: A client of a store.
        clock: The time of both rooms.
        seats: Of each.
        rules: As in `RoomRules`; the forecast speaks from ten minutes on.
        fast: The scripts with fast paths, if not those of the server.
    """
    fast = fast or {name: source_of(name) for name in SCRIPTS}
    full = {name: full_script_of(name) for name in SCRIPTS}
    first, second = (
        ScriptedRoom(EventRoom(redis, clock, RoomRef(account, "hall")), redis, scripts, {})
        for account, scripts in (("fast", fast), ("full", full))
    )
    for room in (first, second):
        await room.event_room.open(seats=seats, presenters=1, **{"forecast_s": 600, **rules})
    async with ear_on(redis, "fast") as fast_ear, ear_on(redis, "full") as full_ear:
        yield BothPaths(clock, (first, second), (fast_ear, full_ear))


async def walk(
    redis: Redis,
    clock: FakeClock,
    *,
    seed: int,
    steps: int,
    fast: Mapping[str, str] | None = None,
) -> None:
    """Take so many random steps in both rooms and compare them after each.

    Raises:
        AssertionError: the rooms are no longer alike; the text names the step.
    """
    chance = random.Random(seed)
    acts, guests = acts_of(chance), NAMES[: chance.randint(4, len(NAMES))]
    rules = KINDS[seed % len(KINDS)]
    seats = 4 + seed % 3 * 3
    async with both_paths(redis, clock, seats=seats, rules=rules, fast=fast) as both:
        for _ in range(steps):
            clock.advance(ms=chance.choice(JUMPS_MS))
            await both.act(chance.choice(acts), *chance.sample(guests, chance.randint(1, 4)))
