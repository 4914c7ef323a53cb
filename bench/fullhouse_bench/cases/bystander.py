"""An unrelated request while everybody in line is told something.

A GET falls due every 2 ms on one connection; while it waits for its answer, so do those that fall
due after it, and each counts. Broadcasts to all people begin 100 ms after the last one ended.
The same for the loop over `send_json`, which lets nobody in between.
"""

from __future__ import annotations

import time

from fullhouse_bench.case import Case, Notes
from fullhouse_bench.clients import Probe
from fullhouse_bench.fullhouse_server import fullhouse
from fullhouse_bench.lab import Lab
from fullhouse_bench.plots import Bars
from fullhouse_bench.results import OURS
from fullhouse_bench.rivals import RIVALS, STARLETTE
from fullhouse_bench.sides import Side, gathered

P99 = "GET, p99"
REST_S = 0.1
BROADCASTS = 5
PATHS = {OURS: "/health/live", STARLETTE: "/hello"}


def run(lab: Lab, notes: Notes) -> None:
    with lab.store() as store:
        starts = {OURS: lambda lab: fullhouse(lab, store), STARLETTE: RIVALS[STARLETTE]}
        with gathered(lab, notes, starts) as sides:
            for number in range(lab.size.rounds):
                lab.tell(f"round {number + 1} of {lab.size.rounds}")
                for side in sides:
                    _note(notes, side.server.name, _disturbed(side))
    what = "p99 of an unrelated GET ÷ that of the send_json loop"
    notes.hold_ratio(what, (OURS, P99), (STARLETTE, P99), "at most", 0.1)


def _disturbed(side: Side) -> Probe:
    with side.awake():
        side.broadcast()
        side.crowd.probe(PATHS[side.server.name])
        for _ in range(BROADCASTS):
            time.sleep(REST_S)
            side.broadcast()
        time.sleep(REST_S)
        return side.crowd.probed()


def _note(notes: Notes, name: str, probe: Probe) -> None:
    notes.note(name, "GET, median", "ms", probe.p50)
    notes.note(name, P99, "ms", probe.p99)
    notes.note(name, "GET, longest", "ms", probe.max)


CASE = Case(
    "bystander",
    "An unrelated request during broadcasts",
    run,
    (Bars("bystander", "An unrelated GET during broadcasts, p99", P99),),
)
