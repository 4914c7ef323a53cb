"""The cost of each kind of call to the store. docs/scale.md computes with these figures.

The figures are the CPU times of the store's one thread and of the calling process, for a room with
people in line. Batches are as large as in a node. There is no bar, because these are costs and not
comparisons.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role, RoomRef, Session
from fullhouse.realtime.lease_renewal import RENEWED_AT_ONCE
from fullhouse.realtime.place_updates import BATCH
from fullhouse.store.connect import open_store
from fullhouse.store.room_store import RoomStore
from fullhouse_bench import in_process
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.results import OURS

REF = RoomRef("acme", "hall")
BATCHES = 16
RENEWALS = BATCHES * BATCH // RENEWED_AT_ONCE
CALLS = 200
STORE, NODE = "store", "node"
UNIT = "µs"

Call = Callable[[int], Awaitable[Any]]


def run(lab: Lab, notes: Notes) -> None:
    with lab.store(core=lab.cores.server) as store:
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            store.empty()
            in_process.run(_round(notes, store))


def cost_of(what: str, where: str) -> str:
    """The name of a figure."""
    return f"{what}, {where} CPU"


async def _round(notes: Notes, store: Store) -> None:
    await in_process.open_rooms(store.url, ["acme"], seats=1)
    async with open_store(store.url) as redis:
        rooms = RoomStore(redis)
        await rooms.admit(REF, _people(BATCHES))  # warm up: opens the connection, loads the script
        sessions: list[Session] = []

        async def admit(batch: int) -> None:
            people = _people(batch)
            answer = await rooms.admit(REF, people)
            places = zip(people, answer.places, strict=True)
            sessions.extend(
                Session(p.participant, a.generation, a.holding) for p, a in places if a.holding
            )

        async def renew(batch: int) -> None:
            reported = sessions[batch * RENEWED_AT_ONCE :][:RENEWED_AT_ONCE]
            await rooms.renew(REF, reported, NOTHING_SEEN, called_to=0)

        async def positions(batch: int) -> None:
            asking = sessions[batch * BATCH :][:BATCH]
            tickets = [s.holding.ticket for s in asking if s.holding.kind == "waiting"]
            await rooms.people_ahead(REF, tickets)

        async def sweep(_: int) -> None:
            await rooms.sweep_room(REF)

        async def snapshot(_: int) -> None:
            await rooms.snapshot(REF)

        for name, call, count, each in (
            ("admission", admit, BATCHES, BATCH),
            ("renewal", renew, RENEWALS, RENEWED_AT_ONCE),
            ("position", positions, BATCHES, BATCH),
            ("sweep", sweep, CALLS, 1),
            ("snapshot", snapshot, CALLS, 1),
        ):
            store_us, node_us = await _spent(store, call, count)
            notes.note(OURS, cost_of(name, STORE), UNIT, store_us / each)
            notes.note(OURS, cost_of(name, NODE), UNIT, node_us / each)


def _people(batch: int) -> list[Newcomer]:
    return [Newcomer(f"p{batch}-{number}", Role.ATTENDEE) for number in range(BATCH)]


async def _spent(store: Store, call: Call, count: int) -> tuple[float, float]:
    """The µs of one of `count` calls in the store's thread, and in this process."""
    store_s, node_s = store.cpu_s(), time.process_time()
    for number in range(count):
        await call(number)
    node_s = time.process_time() - node_s
    store_s = store.cpu_s() - store_s
    return store_s * 1e6 / count, node_s * 1e6 / count


CASE = Case("units", "What each call costs", run)
