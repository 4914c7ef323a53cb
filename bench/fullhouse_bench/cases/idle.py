"""The cost of an idle connection while its person waits.

A node as operators run it, with all people connected and in line. The cost includes pings, leases
and sweeps.
"""

from __future__ import annotations

import time

from fullhouse_bench.case import Case, Notes
from fullhouse_bench.clients import crowd
from fullhouse_bench.fullhouse_server import fullhouse
from fullhouse_bench.lab import Lab
from fullhouse_bench.results import OURS

NODE, STORE = "node CPU", "store CPU"
UNIT = "µs a connection and second"
MOST_US = 2.2
REST_S = 3.0
NS_PER_US = 1000


def run(lab: Lab, notes: Notes) -> None:
    with (
        lab.store() as store,
        fullhouse(lab, store) as server,
        crowd(lab, server.target) as people,
    ):
        people.open(lab.size.people)
        time.sleep(REST_S)
        lab.tell(f"watching for {lab.size.idle_s:g} s")
        node_ns, store_s = server.program.cpu_ns(), store.cpu_s()
        time.sleep(lab.size.idle_s)
        over = lab.size.people * lab.size.idle_s
        notes.note(OURS, NODE, UNIT, (server.program.cpu_ns() - node_ns) / NS_PER_US / over)
        notes.note(OURS, STORE, UNIT, (store.cpu_s() - store_s) * 1e6 / over)
    each = notes.median(OURS, NODE)
    notes.hold("CPU of an idle connection, a second", each, "at most", MOST_US, "µs")


CASE = Case("idle", "Nobody says anything", run)
