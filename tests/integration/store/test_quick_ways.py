"""The quick ways of scripts change, answer and tell exactly what the long ways do."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from server.domain.rooms import Role, RoomRef
from server.store.keys import RoomKeys
from server.store.room_store import packed_beliefs
from server.store.scripts import quick_way_of, source_of
from tests.ears import ear_on
from tests.hall import Guest, Hall

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

STEPS = 250
JUMPS_MS = (0, 1, *(250, 900, 1000, 1500, 2000) * 25, 2001, -700)
NAMES = "abcdefgh"
SHORT = {"lease_ms": 8000, "grace_ms": 3000, "wait_grace_ms": 5000, "claim_ms": 4000}


is_bookkeeping = re.compile(rb"due|(pace|freed)_(slot|\d)").fullmatch
"""Fields that each way keeps as it needs them; what they are for, `joins_per_min` and `freed`, is
compared."""


def long_way_of(script: str) -> str:
    return source_of(script).replace(quick_way_of(script), "")


@dataclass(slots=True)
class Way:
    """One of two rooms in which the same happens; `scripts` are how it is swept and renewed."""

    hall: Hall
    redis: Redis
    scripts: dict[str, str]
    guests: dict[str, Guest]

    async def run(self, script: str, *more: str | int | bytes, seen: bool = True) -> Any:  # noqa: ANN401  # JSON
        revision = await self.hall.revision()
        args = [revision.epoch, revision.rev] if seen else [0, 0]
        keys = RoomKeys(self.hall.ref).all()
        text = await self.redis.eval(
            self.scripts[script], len(keys), *keys, self.hall.clock.now_ms(), *args, *more
        )
        return json.loads(text)

    async def renew(self, names: list[str], *, wrong: bool) -> Any:  # noqa: ANN401  # as above
        known = [guest.session for guest in self.known(names)]
        believed = [s._replace(generation=s.generation + wrong) for s in known]
        if not believed:
            return None
        believed.sort(key=lambda session: session.ticket)
        return await self.run("renew", 0, packed_beliefs(believed))

    def known(self, names: list[str]) -> list[Guest]:
        return [self.guests[name] for name in names if name in self.guests]

    async def contents(self) -> dict[str, object]:
        contents = await self.hall.contents()
        plain = {key.replace(self.hall.ref.account, "acme"): it for key, it in contents.items()}
        for fields in plain.values():
            if isinstance(fields, dict):
                for field in filter(is_bookkeeping, list(fields)):
                    del fields[field]
        return plain


async def enter(way: Way, names: list[str]) -> None:
    way.guests |= {guest.name: guest for guest in await way.hall.hello(*names)}


async def present(way: Way, names: list[str]) -> None:
    guests = await way.hall.hello(names[0], role=Role.PRESENTER)
    way.guests |= {guest.name: guest for guest in guests}


async def leave(way: Way, names: list[str]) -> None:
    if known := way.known(names):
        await way.hall.leave(*known)


async def drop(way: Way, names: list[str]) -> None:
    if known := way.known(names):
        await way.hall.drop(*known)


async def resize(way: Way, names: list[str]) -> None:
    await way.hall.set_seats(len(names), f"resize-{way.hall.clock.now_ms()}")


async def pause(way: Way, names: list[str]) -> None:
    await way.hall.set_paused(f"pause-{way.hall.clock.now_ms()}", paused=len(names) % 2 == 0)


async def sweep(way: Way, _: list[str]) -> object:
    return await way.run("sweep_room")


async def sweep_as_stray(way: Way, _: list[str]) -> object:
    return await way.run("sweep_room", seen=False)


async def renew(way: Way, names: list[str]) -> object:
    return await way.renew(names, wrong=False)


async def renew_wrongly(way: Way, names: list[str]) -> object:
    return await way.renew(names, wrong=True)


ACTS = (
    *(sweep,) * 100,
    *(sweep_as_stray,) * 10,
    *(renew,) * 10,
    *(enter, enter, leave, drop, resize, resize, pause, pause, present, renew_wrongly),
)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_both_ways_do_the_same(redis: Redis, clock: FakeClock, seed: int) -> None:
    chance = random.Random(seed)
    sources = ({n: source_of(n) for n in NAMED}, {n: long_way_of(n) for n in NAMED})
    ways = [
        Way(Hall(redis, clock, RoomRef(account, "hall")), redis, scripts, {})
        for account, scripts in zip(("quick", "slow"), sources, strict=True)
    ]
    for way in ways:
        await way.hall.open(seats=4, presenters=1, **SHORT)
    async with ear_on(redis, "quick") as quick_ear, ear_on(redis, "slow") as slow_ear:
        for _ in range(STEPS):
            clock.advance(ms=chance.choice(JUMPS_MS))
            act, names = chance.choice(ACTS), chance.sample(NAMES, chance.randint(1, 4))
            answers = [await act(way, names) for way in ways]
            assert answers[0] == answers[1], act
            assert await ways[0].contents() == await ways[1].contents(), act
            assert await quick_ear.heard() == await slow_ear.heard(), act


NAMED = ("sweep_room", "renew")


async def test_an_idle_room_is_swept_and_renewed_by_the_quick_way(
    redis: Redis, clock: FakeClock
) -> None:
    """Most sweeps are of rooms in which nothing happens: they read a few fields of one hash."""
    hall = Hall(redis, clock)
    await hall.open(seats=4)
    guests = await hall.hello("a", "b")
    await hall.wait(80_000, keeping=guests)  # nobody has come for a minute
    seen = await hall.revision()
    await redis.config_resetstat()

    for _ in range(5):
        clock.advance(ms=1000)
        await hall.sweep()
        await hall.vouch(*(guest.session for guest in guests), seen=seen)

    stats = await redis.info("commandstats")
    assert "cmdstat_hgetall" not in stats
    assert stats["cmdstat_hmget"]["calls"] <= 5 + 5 * 2
