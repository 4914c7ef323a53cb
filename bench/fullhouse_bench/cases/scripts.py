"""What a script of a quiet room costs the store, compared with a script that does nothing.

500 rooms, with one person or with thirty each. Calls go in pipelines of 64, as from a node. The
empty script gets the same arguments as a sweep. Node CPU is the process time of one renewal of
10,000 rooms with one person each, without that of the node's loops meanwhile. It is compared with
the same calls in pipelines of redis-py.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import NOTHING_SEEN, SEATED, Newcomer, Revision, Role, RoomRef, Session
from fullhouse.store.connect import open_store
from fullhouse.store.renewal_arguments import packed_sessions
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.room_pipelines import RoomPipelines
from fullhouse.store.room_store import RoomStore
from fullhouse.store.script_source import digest_of, source_of
from fullhouse_bench import in_process
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.results import OURS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.errors import StoreUnavailable
    from fullhouse.domain.rooms import Sweep

ROOMS = 500
MANY_ROOMS = 10_000
MANY = 30  # people a room
BATCH = 256  # people a call
PIPELINE = 64
POLL_LEASE_MS = 60_000
PATIENCE_S = 30.0  # nothing is told apart here: a deadline would only end the run
EMPTY = "an empty script"
LIBRARY = "pipelines of redis-py"
CALL, SWEEP, RENEW, RENEW_MANY = "call", "idle sweep", "renewal of 1", f"renewal of {MANY}"
ADMIT, POLL, ADMITTED = "admission of 1", "poll of 1", f"each of {BATCH} admitted"
MANY_RENEWALS = f"node CPU of {MANY_ROOMS:,} renewals of 1"
LIMITS = ((SWEEP, 4), (RENEW, 5), (RENEW_MANY, 13), (ADMIT, 16), (POLL, 16), (ADMITTED, 1.5))
US, MS = "µs", "ms"

Call = Callable[[], Awaitable[object]]


def run(lab: Lab, notes: Notes) -> None:
    with lab.store(core=lab.cores.server) as store:
        in_process.run(_scripts(lab, notes, store))
        store.empty()
        in_process.run(_node(lab, notes, store))
    for what, limit in LIMITS:
        notes.hold_ratio(f"{what} ÷ {EMPTY}", (OURS, what), (EMPTY, CALL), "at most", limit)
    many = (OURS, MANY_RENEWALS), (LIBRARY, MANY_RENEWALS)
    notes.hold_ratio(f"{MANY_RENEWALS} ÷ {LIBRARY}", *many, "at most", 0.35)


async def _scripts(lab: Lab, notes: Notes, store: Store) -> None:
    small, large = ([RoomRef(f"{kind}{n}", "hall") for n in range(ROOMS)] for kind in "sl")
    await in_process.open_rooms(store.url, [ref.account for ref in (*small, *large)])
    async with open_store(store.url, deadline_s=PATIENCE_S) as redis:
        rooms, numbers = RoomStore(redis), count()
        few, many = await _enter(rooms, small, 1), await _enter(rooms, large, MANY)
        seen_small, seen_large = await _settled(rooms, small), await _settled(rooms, large)
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            quiet = {
                SWEEP: _sweeps(rooms, small, seen_small),
                RENEW: _renewals(rooms, small, few, seen_small),
                RENEW_MANY: _renewals(rooms, large, many, seen_large),
            }
            notes.note(EMPTY, CALL, US, await _store_us(store, _empty_calls(redis, small)) / ROOMS)
            for what, call in quiet.items():
                notes.note(OURS, what, US, await _store_us(store, call) / ROOMS)
            for what, call, people in (
                (POLL, _polls(rooms, small), ROOMS),
                (ADMIT, _admissions(rooms, small, next(numbers)), ROOMS),
                (ADMITTED, _batch(rooms, large[0], next(numbers)), BATCH),
            ):
                notes.note(OURS, what, US, await _store_us(store, call) / people)
            seen_small, seen_large = await _settled(rooms, small), await _settled(rooms, large)


async def _enter(
    rooms: RoomStore, refs: Sequence[RoomRef], people: int
) -> list[Sequence[Session]]:
    newcomers = [Newcomer(f"p{number}", Role.ATTENDEE) for number in range(people)]
    sessions: list[Sequence[Session]] = []
    for ref in refs:
        places = (await rooms.admit(ref, newcomers)).places
        given = zip(newcomers, places, strict=True)
        sessions.append(
            [Session(n.participant, p.generation, p.holding) for n, p in given if p.holding]
        )
    return sessions


async def _settled(rooms: RoomStore, refs: Sequence[RoomRef]) -> list[Revision]:
    """The revisions of the rooms after a full sweep of each: nothing is due in them."""
    answers: list[Sweep | StoreUnavailable] = []
    for _ in range(2):  # the second pipeline knows which run of the store it talks to
        answers = await rooms.sweep_rooms([(ref, NOTHING_SEEN, True) for ref in refs])
    return [answer.revision for answer in answers if not isinstance(answer, Exception)]


def _chunks(items: Sequence[RoomRef]) -> range:
    return range(0, len(items), PIPELINE)


def _sweeps(rooms: RoomStore, refs: Sequence[RoomRef], seen: Sequence[Revision]) -> Call:
    calls = [(ref, revision, True) for ref, revision in zip(refs, seen, strict=True)]

    async def send() -> None:
        for first in _chunks(refs):
            await rooms.sweep_rooms(calls[first : first + PIPELINE])

    return send


def _renewals(
    rooms: RoomStore,
    refs: Sequence[RoomRef],
    sessions: Sequence[Sequence[Session]],
    seen: Sequence[Revision],
) -> Call:
    calls = [(ref, s, r, 0) for ref, s, r in zip(refs, sessions, seen, strict=True)]

    async def send() -> None:
        for first in _chunks(refs):
            await rooms.renew_rooms(calls[first : first + PIPELINE])

    return send


def _empty_calls(redis: Redis, refs: Sequence[RoomRef]) -> Call:
    source = "return 1"

    async def send() -> None:
        await redis.script_load(source)
        pipelines = RoomPipelines(redis, digest_of(source), deadline_s=PATIENCE_S)
        calls = [(RoomKeys(ref), (0, 0, 0, 1)) for ref in refs]
        for first in _chunks(refs):
            await pipelines.send(calls[first : first + PIPELINE])

    return send


def _admissions(rooms: RoomStore, refs: Sequence[RoomRef], number: int) -> Call:
    newcomers = [Newcomer(f"n{number}", Role.ATTENDEE)]

    async def send() -> None:
        for first in _chunks(refs):
            chunk = refs[first : first + PIPELINE]
            await asyncio.gather(*(rooms.admit(ref, newcomers) for ref in chunk))

    return send


def _polls(rooms: RoomStore, refs: Sequence[RoomRef]) -> Call:
    """Polls of people who are known."""
    polls = [Poll("p0", Role.ATTENDEE)]

    async def send() -> None:
        for first in _chunks(refs):
            chunk = refs[first : first + PIPELINE]
            await asyncio.gather(
                *(rooms.poll(ref, polls, lease_ms=POLL_LEASE_MS) for ref in chunk)
            )

    return send


def _batch(rooms: RoomStore, ref: RoomRef, number: int) -> Call:
    newcomers = [Newcomer(f"b{number}-{n}", Role.ATTENDEE) for n in range(BATCH)]
    return lambda: rooms.admit(ref, newcomers)


async def _store_us(store: Store, call: Call) -> float:
    began_s = store.cpu_s()
    await call()
    return (store.cpu_s() - began_s) * 1e6


async def _node(lab: Lab, notes: Notes, store: Store) -> None:
    accounts = [f"m{number}" for number in range(MANY_ROOMS)]
    lab.tell(f"opening {MANY_ROOMS:,} rooms")
    await in_process.open_rooms(store.url, accounts)
    digest = digest_of(source_of("renew"))
    async with (
        in_process.realtime_on(store.url) as realtime,
        open_store(store.url, deadline_s=PATIENCE_S) as redis,
    ):
        await in_process.Rush(realtime.hub, tuple(accounts), "p").come(MANY_ROOMS, at_once=500)
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            notes.note(OURS, MANY_RENEWALS, MS, await _node_ms(realtime.lease_renewal.renew_all))
            library = _by_the_library(redis, accounts, digest)
            notes.note(LIBRARY, MANY_RENEWALS, MS, await _node_ms(library))


def _by_the_library(redis: Redis, accounts: Sequence[str], digest: str) -> Call:
    async def send() -> None:
        for first in range(0, len(accounts), PIPELINE):
            async with redis.pipeline(transaction=False) as pipeline:
                for number, account in enumerate(accounts[first : first + PIPELINE], first):
                    room = RoomKeys(RoomRef(account, "hall"))
                    keys = [*room.all(), *room.last_keys]
                    sessions = packed_sessions([Session(f"p{number}", 1, SEATED)])
                    pipeline.evalsha(digest, len(keys), *keys, 0, 0, 0, 0, sessions)
                await pipeline.execute()

    return send


async def _node_ms(call: Call) -> float:
    """Process time of a call, without what the loops of the node take in as much time."""
    began_s = time.perf_counter()
    all_s = await _process_s(call)
    took_s = time.perf_counter() - began_s
    idle = partial(asyncio.sleep, took_s)  # noqa: TID251  # the loops run while nothing is asked
    loops_s = await _process_s(idle)
    return (all_s - loops_s) * 1000


async def _process_s(call: Call) -> float:
    began_s = time.process_time()
    await call()
    return time.process_time() - began_s


CASE = Case("scripts", "What a quiet room costs", run)
