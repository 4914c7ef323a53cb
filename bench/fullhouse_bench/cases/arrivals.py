"""Ten thousand arrivals: people connect, send their token and get their place.

For Fullhouse, the time is from the first connect to the last `waiting`: handshake, token, script
and answer. uvicorn + Starlette, and Node's `ws`, only accept connections, without token and place.
Each round has new people and a new room, with 128 connections being opened at once.
"""

from __future__ import annotations

from contextlib import ExitStack

from fullhouse_bench.case import Case, Notes
from fullhouse_bench.clients import Crowd, crowd
from fullhouse_bench.fullhouse_server import Node, nodes, opened
from fullhouse_bench.lab import Lab
from fullhouse_bench.plots import Bars
from fullhouse_bench.results import OURS
from fullhouse_bench.rivals import NODE_WS, RIVALS, STARLETTE

RATE, UNIT = "arrivals", "connections/s"


def run(lab: Lab, notes: Notes) -> None:
    with ExitStack() as running:
        store = running.enter_context(lab.store())
        (node,) = running.enter_context(nodes(lab, store))
        crowds = _crowds(lab, notes, running)
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            notes.note(OURS, RATE, UNIT, _ours(lab, node, f"acme{number}"))
            for name, people in crowds.items():
                notes.note(name, RATE, UNIT, lab.size.people / people.open(lab.size.people))
                people.close()
    what = "connect + hello + placed ÷ bare accepts of uvicorn + Starlette"
    notes.hold_ratio(what, (OURS, RATE), (STARLETTE, RATE), "at least", 2.0)


def _crowds(lab: Lab, notes: Notes, running: ExitStack) -> dict[str, Crowd]:
    """The crowds of the other servers, which keep running while their clients come and go."""
    names = (STARLETTE, NODE_WS) if lab.size.has_peers else (STARLETTE,)
    crowds = {}
    for name in names:
        with notes.may_be_missing(name):
            server = running.enter_context(RIVALS[name](lab))
            crowds[name] = running.enter_context(crowd(lab, server.target))
    return crowds


def _ours(lab: Lab, node: Node, account: str) -> float:
    room = opened(node, account)
    with crowd(lab, room.target(lab.size.people)) as people:
        seconds = people.open(lab.size.people)
        people.close()
    room.close()  # otherwise its people would be swept during the next round
    return lab.size.people / seconds


CASE = Case(
    "arrivals",
    "Everybody arrives at once",
    run,
    (Bars("arrivals", "Everybody arrives at once", RATE),),
)
