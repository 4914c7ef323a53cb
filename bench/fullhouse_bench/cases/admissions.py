"""Admissions per second: one process of ours with 100 requests at once, compared with Redis alone.

Ours is the whole path without sockets: queue, batch, script, event and a reply to each person. The
limit is `redis-benchmark -P 16`. It calls our own script with one new person at a time and ignores
the answers. The store has one core, and its client the other.
"""

from __future__ import annotations

import csv
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING

from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role, RoomRef
from fullhouse.store.connect import open_store
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.room_store import RoomStore
from fullhouse.store.script_source import source_of
from fullhouse_bench import in_process
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.plots import Bars
from fullhouse_bench.results import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

BENCHMARK = "redis-benchmark -P 16"
ONE_ROOM, MANY_ACCOUNTS = "one room", "every request its own account"
IN_BATCHES = "store alone, 100 a call"
UNIT = "admissions/s"
AT_ONCE = 100
ACCOUNTS = tuple(f"acme{number}" for number in range(AT_ONCE))
BENCHMARK_S = 120


def run(lab: Lab, notes: Notes) -> None:
    people = lab.size.admissions
    with lab.store(core=lab.cores.server) as store:
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            with notes.may_be_missing(BENCHMARK):
                notes.note(BENCHMARK, ONE_ROOM, UNIT, _by_redis_benchmark(lab, store, people))
            for accounts, name in ((("acme",), ONE_ROOM), (ACCOUNTS, MANY_ACCOUNTS)):
                store.empty()
                notes.note(OURS, name, UNIT, in_process.run(_by_a_node(store, accounts, people)))
            store.empty()
            notes.note(OURS, IN_BATCHES, UNIT, in_process.run(_in_batches(store, people)))
    limit = (BENCHMARK, ONE_ROOM)
    at_once = f"{AT_ONCE} at once in one room ÷ {BENCHMARK}"
    notes.hold_ratio(at_once, (OURS, ONE_ROOM), limit, "at least", 1.0)
    notes.hold_ratio(f"{MANY_ACCOUNTS} ÷ the same", (OURS, MANY_ACCOUNTS), limit, "at least", 0.25)


def _by_redis_benchmark(lab: Lab, store: Store, people: int) -> float:
    """The calls per second of our `admit`, each with one of a million people."""
    store.empty()
    in_process.run(in_process.open_rooms(store.url, ["acme"]))
    digest = store.client.script_load(source_of("admit"))
    room = RoomKeys(RoomRef("acme", "hall"))
    keys = [*room.all(), *room.last_keys]
    call = ["EVALSHA", digest, str(len(keys)), *keys, "0", "0", "0", "p__rand_int__", "attendee"]
    options = ["-s", str(store.socket), "-P", "16", "-c", "50", "-n", str(people), "--csv"]
    said = subprocess.run(
        [str(lab.tools.redis_benchmark()), *options, "-r", "1000000", *call],
        check=True,
        capture_output=True,
        text=True,
        timeout=BENCHMARK_S,
    ).stdout
    rows = list(csv.DictReader(said.splitlines()))
    return float(rows[-1]["rps"])


async def _by_a_node(store: Store, accounts: Sequence[str], people: int) -> float:
    await in_process.open_rooms(store.url, accounts)
    async with in_process.realtime_on(store.url) as realtime:
        come = partial(in_process.Rush, realtime.hub, tuple(accounts))
        await come("early-").come(2 * AT_ONCE, at_once=AT_ONCE)  # warm up: subscribes to rooms
        began_s = time.perf_counter()
        await come("p").come(people, at_once=AT_ONCE)
        return people / (time.perf_counter() - began_s)


async def _in_batches(store: Store, people: int) -> float:
    await in_process.open_rooms(store.url, ["acme"])
    ref = RoomRef("acme", "hall")
    async with open_store(store.url) as redis:
        rooms = RoomStore(redis)
        began_s = time.perf_counter()
        for first in range(0, people, AT_ONCE):
            names = (f"p{number}" for number in range(first, first + AT_ONCE))
            await rooms.admit(ref, [Newcomer(name, Role.ATTENDEE) for name in names], NOTHING_SEEN)
        return people / (time.perf_counter() - began_s)


CASE = Case(
    "admissions",
    "Admissions through the store",
    run,
    (Bars("admissions", "Admissions, all to one room", ONE_ROOM),),
)
