"""One frame to all waiting people: time to the last client, and memory of each connection.

For Fullhouse, an HTTP call adds one seat to a room in which all people wait: script, event, one
frame to all. The limit is a loop in C that calls send() on the same number of sockets. Peers send
the same number of bytes, each in the way that its documentation shows. All servers hold their
connections at the same time on one core, and the clients are on the other. The servers take turns,
and are stopped during the turns of the others. The first frame of a turn does not count, because
the memory of a server is cold after a pause. For the same reason, servers that take seconds have
their turns after all others.
"""

from __future__ import annotations

from fullhouse_bench.case import Case, Notes
from fullhouse_bench.event_probe import Ear, ear
from fullhouse_bench.fullhouse_server import fullhouse
from fullhouse_bench.lab import Lab
from fullhouse_bench.plots import Bars
from fullhouse_bench.results import OURS
from fullhouse_bench.rivals import (
    AT_HAND,
    CHANNELS,
    LIMIT,
    NCHAN,
    NODE_WS,
    PYTHON_SOCKETIO,
    RIVALS,
    STARLETTE,
)
from fullhouse_bench.sides import Side, gathered

LAST = "last client"
PEOPLE = "people"
FROM_EVENT = "last client, from the event"
MS = 1e6
SLOW = (PYTHON_SOCKETIO, CHANNELS)
MOST_KIB = 4.0


def run(lab: Lab, notes: Notes) -> None:
    rivals = RIVALS if lab.size.has_peers else {name: RIVALS[name] for name in AT_HAND}
    with lab.store() as store:
        starts = {OURS: lambda lab: fullhouse(lab, store), **rivals}
        with gathered(lab, notes, starts) as sides, ear(store.client, "acme") as events:
            quick = [side for side in sides if side.server.name not in SLOW]
            _rounds(lab, notes, quick, events)
            _rounds(lab, notes, [side for side in sides if side not in quick], events)
        notes.note("Store", "memory", "KiB a person", store.used_bytes() / 1024 / lab.size.people)
    notes.note(OURS, PEOPLE, "connections", lab.size.people)
    _hold(notes)


def _rounds(lab: Lab, notes: Notes, sides: list[Side], events: Ear) -> None:
    for number in range(lab.size.rounds):
        for side in sides:
            lab.tell(f"round {number + 1} of {lab.size.rounds}: {side.server.name}")
            with side.awake():
                side.broadcast()  # warm up
                began, came = side.broadcast()
            name = side.server.name
            notes.note(name, "median client", "ms", (came.p50 - began) / MS)
            notes.note(name, LAST, "ms", (came.last - began) / MS)
            if name == OURS:
                notes.note(name, FROM_EVENT, "ms", (came.last - events.newest_ns) / MS)


def _hold(notes: Notes) -> None:
    ours = (OURS, FROM_EVENT)
    notes.hold_ratio("event to last client ÷ C send() loop", ours, (LIMIT, LAST), "at most", 1.3)
    for peer in (NCHAN, NODE_WS):
        notes.hold_ratio(f"the same ÷ {peer}", ours, (peer, LAST), "at most", 1.0)
    for peer, times in ((STARLETTE, 3), (PYTHON_SOCKETIO, 15), (CHANNELS, 40)):
        notes.hold_ratio(f"{peer} ÷ the same", (peer, LAST), ours, "at least", times)
    each = notes.median(OURS, "memory")
    notes.hold("memory of a waiting connection", each, "at most", MOST_KIB, "KiB")


CASE = Case(
    "broadcast",
    "One frame to everybody who waits",
    run,
    (
        Bars("broadcast", "One frame to everybody, last client", LAST),
        Bars("memory", "Memory of a waiting connection", "memory"),
    ),
)
