"""An upgrade is bought on one node, and half of the waiting people are on another node.

The time is from the buyer's answer to the last frame to a person in line. It is compared with one
frame to the same number of people on one node. All nodes share one core. A time below zero means
that all people in line knew before the buyer had the answer.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace

from fullhouse_bench.case import Case, Notes
from fullhouse_bench.clients import Crowd, crowd
from fullhouse_bench.event_probe import ear
from fullhouse_bench.fullhouse_server import PLANS, Room, fullhouse, nodes, opened
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.results import OURS
from fullhouse_bench.servers import MARK
from fullhouse_bench.sides import Side, gathered

ANSWERED = "upgrade answered, to last client of two nodes"
ASKED = "upgrade asked for, to last client of two nodes"
ALONE = "event to last client of one node"
MS = 1e6


@dataclass(frozen=True, slots=True)
class _Halves:
    """A room with half of its people on one node, and half on another."""

    room: Room
    crowds: tuple[Crowd, ...]

    def upgrade(self, notes: Notes, plan_seats: int) -> None:
        """Buy a plan of `plan_seats` seats, and wait until all people have the message."""
        account = f"/v1/accounts/{self.room.account}"
        must = self.room.node.must
        quote = must("POST", f"{account}/upgrade-quotes", {"plan": f"seats-{plan_seats}"})
        for people in self.crowds:
            people.arm(MARK)
        asked = time.monotonic_ns()
        key = {"Idempotency-Key": f"upgrade-{plan_seats}"}
        must("POST", f"{account}/upgrades", {"quote": quote["id"]}, **key)
        answered = time.monotonic_ns()
        last = max(people.round().last for people in self.crowds)
        notes.note(OURS, ANSWERED, "ms", (last - answered) / MS)
        notes.note(OURS, ASKED, "ms", (last - asked) / MS)


def run(lab: Lab, notes: Notes) -> None:
    with ExitStack() as running:
        store = running.enter_context(lab.store())
        starts = {OURS: lambda lab: fullhouse(lab, store)}
        (alone,) = running.enter_context(gathered(lab, Notes(), starts))
        halves = _halves(lab, store, running)
        for number, plan_seats in enumerate(PLANS[1 : lab.size.rounds + 1], 1):
            lab.tell(f"round {number} of {lab.size.rounds}")
            notes.note(OURS, ALONE, "ms", _alone(store, alone))
            halves.upgrade(notes, plan_seats)
    what = "upgrade answered → last of two nodes ÷ the broadcast alone"
    notes.hold_ratio(what, (OURS, ANSWERED), (OURS, ALONE), "at most", 2.0)


def _alone(store: Store, side: Side) -> float:
    with ear(store.client, "acme") as events, side.awake():
        _, came = side.broadcast()
        return (came.last - events.newest_ns) / MS


def _halves(lab: Lab, store: Store, running: ExitStack) -> _Halves:
    pair = running.enter_context(nodes(lab, store, 2))
    room = opened(pair[0], "buyer", plan_seats=PLANS[0], seats=PLANS[0])
    pause = {"paused": True}
    pair[0].must("PATCH", room.path, pause)  # otherwise the first person would get a seat
    half = lab.size.people // 2
    target = room.target(2 * half)
    parts = (target.hellos[:half], target.hellos[half:])
    crowds = []
    for node, hellos in zip(pair, parts, strict=True):
        at_node = replace(target, port=node.port, hellos=hellos)
        crowds.append(running.enter_context(crowd(lab, at_node)))
        crowds[-1].open(half)
    pair[0].must("PATCH", room.path, {"paused": False})
    return _Halves(room, tuple(crowds))


CASE = Case("upgrade", "An upgrade, and people on two nodes", run)
