"""One renewal of all leases of the people in line on one node.

The figures are the process time of a node without sockets, and the CPU time that the store
reports.
"""

from __future__ import annotations

import time

from fullhouse_bench import in_process
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.results import OURS

NODE, STORE, WALL = "node CPU", "store CPU", "wall"
MOST_NODE_MS, MOST_STORE_MS = 30.0, 25.0


def run(lab: Lab, notes: Notes) -> None:
    with lab.store(core=lab.cores.server) as store:
        in_process.run(_rounds(lab, notes, store))
    people = f"{lab.size.people:,} renewals"
    scale = 10_000 / lab.size.people
    for quantity, limit in ((NODE, MOST_NODE_MS), (STORE, MOST_STORE_MS)):
        spent = notes.median(OURS, quantity)
        each = None if spent is None else spent * scale
        notes.hold(f"{people}, {quantity}, for 10,000", each, "at most", limit, "ms")


async def _rounds(lab: Lab, notes: Notes, store: Store) -> None:
    await in_process.open_rooms(store.url, ["acme"], seats=1)
    async with in_process.realtime_on(store.url) as realtime:
        await in_process.Rush(realtime.hub, ("acme",), "p").come(lab.size.people, at_once=1000)
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            store_s, node_s, wall_s = store.cpu_s(), time.process_time(), time.perf_counter()
            await realtime.lease_renewal.renew_all()
            notes.note(OURS, NODE, "ms", (time.process_time() - node_s) * 1000)
            notes.note(OURS, WALL, "ms", (time.perf_counter() - wall_s) * 1000)
            notes.note(OURS, STORE, "ms", (store.cpu_s() - store_s) * 1000)


CASE = Case("renewals", "Renewal of every lease", run)
