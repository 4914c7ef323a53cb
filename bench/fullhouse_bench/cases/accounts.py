"""What accounts without live rooms cost a node.

One node as operators run it, first on an empty store, then with 100,000 accounts in it. Each is
watched for whole minutes, because a node looks at a sixty-fourth of the accounts once a minute.
"""

from __future__ import annotations

import time

from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.fullhouse_server import Node, nodes
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.results import OURS

ACCOUNTS = 100_000
AT_ONCE = 1_000
REST_S = 15.0  # a node has walked once through what it found at its start
WATCH_S = 60.0
MOST_PERCENT = 1.0
EMPTY, MANY, MORE = "node CPU, no account", f"node CPU, {ACCOUNTS:,} accounts", "more node CPU"
UNIT = "% of a core"
PLAN: dict[str | bytes, str | int] = {
    "plan": "large",
    "seats": 1,
    "presenters": 1,
    "parallel_events": 0,
}


def run(lab: Lab, notes: Notes) -> None:
    with lab.store() as store, nodes(lab, store, 1) as (node,):
        empty = _cpu_percent(lab, node)
        lab.tell(f"creating {ACCOUNTS:,} accounts")
        _create_accounts(store)
        many = _cpu_percent(lab, node)
    for what, percent in ((EMPTY, empty), (MANY, many), (MORE, many - empty)):
        notes.note(OURS, what, UNIT, percent)
    what = f"{ACCOUNTS:,} idle accounts, {MORE}"
    notes.hold(what, notes.median(OURS, MORE), "at most", MOST_PERCENT, UNIT)


def _cpu_percent(lab: Lab, node: Node) -> float:
    time.sleep(REST_S)
    lab.tell(f"watching for {WATCH_S:g} s")
    began_ns, began_s = node.program.cpu_ns(), time.monotonic()
    time.sleep(WATCH_S)
    return (node.program.cpu_ns() - began_ns) / 1e9 / (time.monotonic() - began_s) * 100


def _create_accounts(store: Store) -> None:
    for first in range(0, ACCOUNTS, AT_ONCE):
        pipeline = store.client.pipeline(transaction=False)
        for number in range(first, first + AT_ONCE):
            name = f"a{number}"
            pipeline.sadd(DEFAULT_KEYS.index_of(name), name)
            pipeline.hset(DEFAULT_KEYS.account(name).record, mapping=PLAN)  # type: ignore[arg-type]  # invariant
        pipeline.execute()


CASE = Case("accounts", "Accounts without live rooms", run)
