"""Computes how many nodes and stores a load needs, from the cost of one unit of each thing.

This is arithmetic on measured costs. Nothing was run at that size.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from fullhouse.realtime.queue_mark import PEOPLE_PER_STEP
from fullhouse.realtime.queue_progress import STEP_S
from fullhouse.settings import Settings
from fullhouse_bench.cases import broadcast, idle, units
from fullhouse_bench.cases.arrivals import RATE
from fullhouse_bench.results import OURS, Run

FILL = 0.5  # the used part of a core in the steady state: the other half is for peaks
SOCKETS = 50_000  # per node: a usual limit of open files
NODE_KIB = 4 * 1024 * 1024  # the memory of a node
TOLD_WITHIN_S = 1.0  # the time in which the last client of a node must get a call
SWEEP_S = 1.0

_US = 1e6


class NotMeasured(Exception):
    """The results lack a cost that the computation needs. The text names the case to run."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost of one unit of each thing: µs of a core, KiB of memory.

    Attributes:
        idle_node_us: One connection for one second: pings, renewals, all loops.
        told_us: One frame to one client.
        arrival_us: One person on the node: connection, verification, admission and answer.
        admission_store_us, renewal_store_us, position_store_us: One person, in a full batch.
        sweep_store_us, sweep_node_us: One sweep of one room.
        connection_kib, place_kib: The memory of one person, on the node and in the store.
    """

    idle_node_us: float
    told_us: float
    arrival_us: float
    admission_store_us: float
    renewal_store_us: float
    position_store_us: float
    sweep_store_us: float
    sweep_node_us: float
    connection_kib: float
    place_kib: float


@dataclass(frozen=True, slots=True)
class Load:
    """People in line in rooms. The people of each room are on `nodes_per_room` nodes."""

    rooms: int
    people_per_room: int
    nodes_per_room: int

    @property
    def people(self) -> int:
        return self.rooms * self.people_per_room

    @property
    def sweeps_per_s(self) -> float:
        """Sweeps per second. Every node with people in a room sweeps the room."""
        return self.rooms * self.nodes_per_room / SWEEP_S

    @property
    def positions_per_s(self) -> float:
        """Positions per second while all lines move. In longer lines each person gets fewer."""
        return self.people / (STEP_S * (1 + self.people_per_room // PEOPLE_PER_STEP))


@dataclass(frozen=True, slots=True)
class Need:
    """The need of a load for one thing, in units of the supply of one node or store."""

    what: str
    amount: float


def node_needs(load: Load, costs: Costs) -> list[Need]:
    """The needs that decide the number of nodes. The largest need counts."""
    cpu = load.people * costs.idle_node_us + load.sweeps_per_s * costs.sweep_node_us
    return [
        Need("CPU at rest", cpu / _US / FILL),
        Need(f"a call told within {TOLD_WITHIN_S:g} s", _told_s(load, costs) / TOLD_WITHIN_S),
        Need("memory", load.people * costs.connection_kib / NODE_KIB),
        Need("open sockets", load.people / SOCKETS),
    ]


def store_needs(load: Load, costs: Costs) -> list[Need]:
    """The needs that fill the one core of the store in the steady state."""
    renewals = load.people / Settings().beat_s * costs.renewal_store_us
    return [
        Need("renewals", renewals / _US / FILL),
        Need(
            "sweeps, one a second from each node",
            load.sweeps_per_s * costs.sweep_store_us / _US / FILL,
        ),
        Need(
            "places read while lines move",
            load.positions_per_s * costs.position_store_us / _US / FILL,
        ),
    ]


def largest(needs: list[Need]) -> Need:
    return max(needs, key=lambda need: need.amount)


def nodes(load: Load, costs: Costs) -> int:
    return max(ceil(largest(node_needs(load, costs)).amount), 1)


def shards(load: Load, costs: Costs) -> int:
    """The number of stores for that load, if accounts are spread evenly over them."""
    return max(ceil(sum(need.amount for need in store_needs(load, costs))), 1)


def arrival_s(load: Load, costs: Costs) -> tuple[float, float]:
    """If all people arrive at once: how long the nodes are busy, and how long the stores."""
    on_nodes = load.people * costs.arrival_us / _US / nodes(load, costs)
    in_stores = load.people * costs.admission_store_us / _US / shards_of_rooms(load, costs)
    return on_nodes, in_stores


def shards_of_rooms(load: Load, costs: Costs) -> int:
    """The number of stores that the load can use: a room with its account is in one store."""
    return min(load.rooms, shards(load, costs))


def largest_room(costs: Costs) -> int:
    """The number of people in one room that fill its one store in the steady state."""
    load = Load(1, 1_000_000, 1)
    taken = sum(need.amount for need in store_needs(load, costs))
    return int(load.people / taken)


def _told_s(load: Load, costs: Costs) -> float:
    """The seconds of CPU time to send one call to all people of its room, over all nodes."""
    return load.people_per_room * costs.told_us / _US


def costs_of(run: Run) -> Costs:
    """The costs in the results.

    Raises:
        NotMeasured: the results lack a cost.
    """
    size = people_of(run)
    return Costs(
        idle_node_us=_median(run, idle.CASE.name, idle.NODE),
        told_us=_median(run, broadcast.CASE.name, broadcast.FROM_EVENT) * 1000 / size,
        arrival_us=_US / _median(run, "arrivals", RATE),
        admission_store_us=_unit(run, "admission", units.STORE),
        renewal_store_us=_unit(run, "renewal", units.STORE),
        position_store_us=_unit(run, "position", units.STORE),
        sweep_store_us=_unit(run, "sweep", units.STORE),
        sweep_node_us=_unit(run, "sweep", units.NODE),
        connection_kib=_median(run, broadcast.CASE.name, "memory"),
        place_kib=_median(run, broadcast.CASE.name, "memory", subject="Store"),
    )


def people_of(run: Run) -> int:
    """The number of people in the broadcasts of this run."""
    return int(_median(run, broadcast.CASE.name, broadcast.PEOPLE))


def _unit(run: Run, what: str, where: str) -> float:
    return _median(run, units.CASE.name, units.cost_of(what, where))


def _median(run: Run, case: str, quantity: str, *, subject: str = OURS) -> float:
    outcome = run.outcome(case)
    found = outcome.median(subject, quantity) if outcome else None
    if found is None:
        raise NotMeasured(f"fullhouse bench --all --case {case}")
    return found
