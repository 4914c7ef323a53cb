"""An unrelated request during broadcasts to all people in line.

A GET is due every 2 ms on one connection. While one waits for its answer, the later ones wait too,
and the waiting time of each one counts. A broadcast to all people begins 100 ms after the end of
the previous one. The comparison is a loop over `send_json`, which serves no request in between.
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
