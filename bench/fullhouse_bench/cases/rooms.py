"""As many rooms as people, each with one person, all on one node.

Two nodes run as operators run them, with a lease of 12 s, a renewal every 5 s and a grace of 6 s.
The case measures the CPU time of the node and the store while nothing happens. It measures how
long the places of disconnected people last. And it measures how long all places last when the node
is killed and the other node takes over.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Sequence

from fullhouse.domain.rooms import RoomRef, RoomRules
from fullhouse.store.connect import open_store
from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse.store.room_store import RoomStore
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.clients import Target, crowd
from fullhouse_bench.fullhouse_server import Node, Room, nodes
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.results import OURS

BEAT_S, LEASE_S, GRACE_S = 5, 12, 6
DROPPED = 50  # people who lose their connections
MOST_LATE_S = 2
NODE, STORE = "node CPU", "store CPU"
IDLE_NODE = "CPU of a node with nobody on it"
RENEWED = "renewals ÷ those due"
GONE, FIRST, LAST = "dropped people gone", "first place of the killed node", "last place"
PERCENT, SECONDS = "% of a core", "s"
MOST_PERCENT = ((NODE, 20), (STORE, 22))  # for as many rooms as follow
FOR_ROOMS = 12_000
REST_S = 65.0  # for a minute after an arrival a room has full sweeps, which count its joins anew
LOOK_S, GIVE_UP_S = 0.2, 120.0
AT_ONCE = 32
IN_A_RUSH = 50  # each person is the first of their room, so the node must subscribe to it first

RULES = RoomRules(
    lease_ms=LEASE_S * 1000,
    grace_ms=GRACE_S * 1000,
    wait_grace_ms=GRACE_S * 1000,
    claim_ms=3_600_000,
    window_ms_per_100=1_000,
    nearly_full_percent=80,
    rearm_percent=75,
    forecast_s=0,
)


def run(lab: Lab, notes: Notes) -> None:
    refs = [RoomRef(f"a{number}", "hall") for number in range(lab.size.people + DROPPED)]
    times = {"beat_s": BEAT_S, "lease_s": LEASE_S, "grace_s": GRACE_S, "wait_grace_s": GRACE_S}
    with lab.store() as store, nodes(lab, store, 2, **times) as (busy, idle):
        lab.tell(f"opening {len(refs):,} rooms")
        asyncio.run(_open_rooms(store.url, refs))
        stay, go = _target(busy, refs[DROPPED:]), _target(busy, refs[:DROPPED])
        with crowd(lab, stay) as people, crowd(lab, go) as leaving:
            for first in range(0, lab.size.people, IN_A_RUSH):
                people.open(min(IN_A_RUSH, lab.size.people - first))
            leaving.open(DROPPED)
            time.sleep(REST_S)
            _rest(lab, notes, store, busy, idle)
            leaving.close()
            notes.note(OURS, GONE, SECONDS, _until_free(store, refs[:DROPPED])[1])
            os.kill(busy.program.pid, signal.SIGKILL)
            lab.tell("waiting for the places of the killed node")
            first_s, last_s = _until_free(store, refs[DROPPED:])
            notes.note(OURS, FIRST, SECONDS, first_s)
            notes.note(OURS, LAST, SECONDS, last_s)
    rooms = f"{lab.size.people:,} rooms"
    for what, limit in ((GONE, GRACE_S + MOST_LATE_S), (LAST, LEASE_S + MOST_LATE_S)):
        notes.hold(f"{rooms}, {what}", notes.median(OURS, what), "at most", limit, SECONDS)
    for what, percent in MOST_PERCENT:
        most = percent * lab.size.people / FOR_ROOMS
        notes.hold(f"{rooms}, {what}", notes.median(OURS, what), "at most", most, PERCENT)
    renewed = notes.median(OURS, RENEWED)
    notes.hold(f"{rooms}, {RENEWED}", renewed, "at least", 0.95, "×")


def _rest(lab: Lab, notes: Notes, store: Store, busy: Node, idle: Node) -> None:
    lab.tell(f"watching for {lab.size.idle_s:g} s")
    renewals, began_s = _renewals(busy), time.monotonic()
    gauges: list[tuple[str, Callable[[], float]]] = [
        (NODE, lambda: busy.program.cpu_ns() / 1e9),
        (IDLE_NODE, lambda: idle.program.cpu_ns() / 1e9),
        (STORE, store.cpu_s),
    ]
    before = [read() for _, read in gauges]
    time.sleep(lab.size.idle_s)
    took_s = time.monotonic() - began_s
    for (what, read), used_s in zip(gauges, before, strict=True):
        notes.note(OURS, what, PERCENT, (read() - used_s) / took_s * 100)
    due = (lab.size.people + DROPPED) * took_s / BEAT_S
    notes.note(OURS, RENEWED, "×", (_renewals(busy) - renewals) / due)


def _renewals(node: Node) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    name = "fullhouse_renewals_total "
    return next(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def _target(node: Node, refs: Sequence[RoomRef]) -> Target:
    hellos = [Room(node, ref.account).hellos(1)[0] for ref in refs]
    return Target(node.port, "/v1/connect", "fullhouse.v1", hellos, placed='"seated"')


def _until_free(store: Store, refs: Sequence[RoomRef]) -> tuple[float, float]:
    """The seconds until the first and until the last of the rooms is empty."""
    began_s, first_s = time.monotonic(), None
    while (taken := _taken(store, refs)) and time.monotonic() - began_s < GIVE_UP_S:
        if taken < len(refs) and first_s is None:
            first_s = time.monotonic() - began_s
        time.sleep(LOOK_S)
    last_s = time.monotonic() - began_s
    return first_s or last_s, last_s


def _taken(store: Store, refs: Sequence[RoomRef]) -> int:
    """The number of rooms with a person inside, read with one cheap command."""
    return store.client.exists(*(DEFAULT_KEYS.room(ref).seats for ref in refs))


async def _open_rooms(url: str, refs: Sequence[RoomRef]) -> None:
    """Open the rooms, each with its own account."""
    async with open_store(url) as redis:
        rooms = RoomStore(redis)
        for first in range(0, len(refs), AT_ONCE):
            chunk = refs[first : first + AT_ONCE]
            pipeline = redis.pipeline(transaction=False)
            for ref in chunk:
                pipeline.sadd(DEFAULT_KEYS.index_of(ref.account), ref.account)
                pipeline.hset(DEFAULT_KEYS.account(ref.account).record, mapping=_PLAN)  # type: ignore[arg-type]  # invariant
            await pipeline.execute()
            await asyncio.gather(*(rooms.open_room(ref, "Hall", RULES) for ref in chunk))


_PLAN = {"plan": "large", "seats": 1, "presenters": 1, "parallel_events": 0}

CASE = Case("rooms", "As many rooms as people", run)
