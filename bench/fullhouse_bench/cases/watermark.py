"""The cost of an upgrade in the store, with few and with very many people in line, all called.

A call only raises one number, so it should cost the same for any number of people. The times are
those that the store logs for the script `apply_plan`, with a new room for each.
"""

from __future__ import annotations

from hashlib import sha1
from itertools import count

from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role, RoomRef
from fullhouse.store.connect import open_store
from fullhouse.store.room_store import RoomStore
from fullhouse.store.script_source import source_of
from fullhouse_bench import in_process
from fullhouse_bench.case import Case, Notes
from fullhouse_bench.fullhouse_server import MOST_SEATS, Room, nodes, opened
from fullhouse_bench.lab import Lab, Store
from fullhouse_bench.plots import Curve
from fullhouse_bench.results import OURS, ratio

BATCH = 256
BEGINNING = "upgrade that calls "
LONGEST_LINE_RATIO = 1.5
_DIGEST = sha1(source_of("apply_plan").encode()).hexdigest()  # noqa: S324  # Redis names it so


def run(lab: Lab, notes: Notes) -> None:
    accounts = count()
    # Long durations: no lease may expire while people are added.
    lasting = {"lease_s": 600, "wait_grace_s": 600, "grace_s": 600}
    with lab.store(core=lab.cores.server) as store, nodes(lab, store, **lasting) as (node,):
        store.client.config_set("slowlog-log-slower-than", 0)
        for number in range(lab.size.rounds + 1):
            for people in lab.size.lines:
                lab.tell(f"round {number} of {lab.size.rounds}: {people} in line")
                room = opened(node, f"acme{next(accounts)}", plan_seats=1, seats=1)
                took_us = _upgrade(store, room, people)
                if number:  # the first round is a warm-up
                    notes.note(OURS, quantity_of(people), "µs", took_us)
                room.close()
    few, many = lab.size.lines[0], lab.size.lines[-1]
    grew = ratio(notes.median(OURS, quantity_of(many)), notes.median(OURS, quantity_of(few)))
    what = f"script time of an upgrade that calls {many:,} ÷ one that calls {few:,}"
    notes.hold(what, grew, "at most", LONGEST_LINE_RATIO)


def quantity_of(people: int) -> str:
    return f"{BEGINNING}{people:,}"


def _upgrade(store: Store, room: Room, people: int) -> float:
    """Add `people` to the line, behind one person inside, and buy seats for all of them."""
    in_process.run(_fill(store, RoomRef(room.account, "hall"), people + 1))
    account = f"/v1/accounts/{room.account}"
    quote = room.node.must("POST", f"{account}/upgrade-quotes", {"plan": f"seats-{MOST_SEATS}"})
    store.client.slowlog_reset()
    key = {"Idempotency-Key": "upgrade"}
    room.node.must("POST", f"{account}/upgrades", {"quote": quote["id"]}, **key)
    _check_called(room, people)
    return _script_us(store)


async def _fill(store: Store, ref: RoomRef, people: int) -> None:
    names = [Newcomer(f"p{number}", Role.ATTENDEE) for number in range(people)]
    async with open_store(store.url) as redis:
        rooms = RoomStore(redis)
        for first in range(0, people, BATCH):
            await rooms.admit(ref, names[first : first + BATCH], NOTHING_SEEN)


def _check_called(room: Room, people: int) -> None:
    held = room.node.must("GET", room.path)["held"]
    if held != people:
        raise RuntimeError(f"{held} people were called, not {people}")


def _script_us(store: Store) -> float:
    """The duration in the store's log for the single call of the script."""
    calls = store.client.slowlog_get(1000)
    (took_us,) = [call["duration"] for call in calls if _DIGEST.encode() in call["command"]]
    return float(took_us)


CASE = Case(
    "watermark",
    "Calling people costs the same for any number",
    run,
    (
        Curve(
            "watermark",
            "Script time of an upgrade by how many it calls",
            BEGINNING,
            "people in line, all of them called",
        ),
    ),
)
