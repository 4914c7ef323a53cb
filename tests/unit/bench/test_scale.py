"""The reckoning is arithmetic, and says what it lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fullhouse.settings import Settings
from fullhouse_bench.results import Figure, Outcome, Run
from fullhouse_bench.scale import (
    FILL,
    NODE_KIB,
    SOCKETS,
    Costs,
    Load,
    NotMeasured,
    arrival_s,
    costs_of,
    largest,
    largest_room,
    node_needs,
    nodes,
    shards,
    shards_of_rooms,
    store_needs,
)

NOTHING = Costs(*[0.0] * 10)
ROOM = Load(rooms=1, people_per_room=1_000_000, nodes_per_room=40)
ROOMS = Load(rooms=1_000, people_per_room=100, nodes_per_room=2)


def test_a_million_people_are_a_million_sockets() -> None:
    assert nodes(ROOM, NOTHING) == 1_000_000 // SOCKETS
    assert largest(node_needs(ROOM, NOTHING)).what == "open sockets"


@pytest.mark.parametrize(
    ("costs", "what", "amount"),
    [
        (replace(NOTHING, idle_node_us=30.0), "CPU at rest", 30 / FILL),
        (replace(NOTHING, told_us=50.0), "a call told within 1 s", 50),
        (replace(NOTHING, connection_kib=0.001 * NODE_KIB), "memory", 1000),
    ],
)
def test_the_scarcest_thing_decides(costs: Costs, what: str, amount: float) -> None:
    need = largest(node_needs(ROOM, costs))

    assert need.what == what
    assert need.amount == pytest.approx(amount)
    assert nodes(ROOM, costs) == pytest.approx(amount)


def test_every_node_of_a_room_sweeps_it() -> None:
    costs = replace(NOTHING, sweep_store_us=100.0)
    needs = {need.what: need.amount for need in store_needs(ROOMS, costs)}

    assert needs["sweeps, one a second from each node"] == pytest.approx(2_000 * 100e-6 / FILL)


def test_a_room_has_one_store_however_many_it_could_fill() -> None:
    costs = replace(NOTHING, renewal_store_us=10 * Settings().beat_s)

    assert shards(ROOM, costs) == round(10 / FILL)
    assert shards_of_rooms(ROOM, costs) == 1
    assert largest_room(costs) == pytest.approx(1_000_000 * FILL / 10)


def test_what_comes_at_once_is_shared_by_all_nodes() -> None:
    costs = replace(NOTHING, arrival_us=200.0, admission_store_us=6.0)

    on_nodes_s, in_stores_s = arrival_s(ROOM, costs)

    assert on_nodes_s == pytest.approx(200 / nodes(ROOM, costs))
    assert in_stores_s == pytest.approx(6)


def test_a_longer_line_is_told_of_its_progress_more_rarely() -> None:
    short, long = Load(1, 500, 1), Load(1, 5_000, 1)

    assert long.positions_per_s / short.positions_per_s == pytest.approx(10 / 6)


def test_a_cost_that_is_missing_names_the_case_that_measures_it() -> None:
    people = Figure("Fullhouse", "people", "connections", (10_000.0,))
    run = Run("", "full", {}, (Outcome("broadcast", "", (people,), ()),))

    with pytest.raises(NotMeasured, match="--case idle"):
        costs_of(run)


def test_a_call_is_told_to_one_room_not_to_all() -> None:
    needs = node_needs(ROOMS, replace(NOTHING, told_us=50.0))

    assert {need.what: need.amount for need in needs}["a call told within 1 s"] == pytest.approx(
        ROOMS.people_per_room * 50e-6
    )
