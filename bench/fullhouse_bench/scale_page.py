"""Writes docs/scale.md: computed figures beyond the size of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

from fullhouse_bench import svg
from fullhouse_bench.results import Run
from fullhouse_bench.scale import (
    FILL,
    NODE_KIB,
    SOCKETS,
    TOLD_WITHIN_S,
    Costs,
    Load,
    Need,
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
from fullhouse_bench.stampede import Scene, Story, stories
from fullhouse_bench.svg import short

PEOPLE_PER_ROOM = 30
STEP_S = 0.5

_TITLE = """# Scale

`fullhouse bench --all --write docs` writes this page, with all of its figures.
**Nothing of this size was run.** The figures are computed from the costs in
[performance.md](performance.md), which were measured on one machine: the cost of one unit, times
the number of units. A real network, another processor and costs that grow faster than the load
will change the figures, but not which needs are the largest.
"""

_MEANINGS = {
    "idle_node_us": ("a connection at rest, each second, on its node", "µs"),
    "told_us": ("one client hears one frame", "µs"),
    "arrival_us": ("one person connects, is verified, admitted and answered; on the node", "µs"),
    "admission_store_us": ("one admission, in a batch of 256; in the store", "µs"),
    "renewal_store_us": ("one renewal, in a batch of 1,000; in the store", "µs"),
    "position_store_us": ("one exact place read, in a batch of 256; in the store", "µs"),
    "sweep_store_us": ("one room swept; in the store", "µs"),
    "sweep_node_us": ("one room swept; on the node", "µs"),
    "connection_kib": ("a waiting person on the node", "KiB"),
    "place_kib": ("a waiting person in the store", "KiB"),
}

_ONE_ROOM = """## One million people wait in one room

All data of a room is in one slot of one store. This makes its seats exact, and it limits the size
of the room. More nodes can be added, but no second store for the room.
"""

_MANY_ROOMS = """## A hundred thousand rooms

{people} people in each. The accounts are spread over the stores of a cluster, and no script uses
two accounts, so both nodes and stores can be added. The people of each room are on two nodes. A
platform saves sweeps if it sends the people of one room to few nodes, because every node with
people in a room sweeps it once a second.
"""

_STAMPEDE = """## A stampede, four ways

A seeded simulation (`bench/fullhouse_bench/stampede.py`) without a server. {waiting:,} people
wait, and an upgrade opens {seats} seats. {offline:.0%} of the people are offline, and the server
does not know it yet. We simulate {watched:g} s, in four ways:

- **Refresh by hand**: each person reloads every 30 s on average.
- **Everyone at once**: a push tells all people that there are seats, and all pages reload.
- **Polling**: every client asks every 20 s.
- **Ours**: the first {seats} people of the line are called, each for their own moment, one
  second for each hundred. The seats of offline people go to the next ones when their grace ends.
"""

_AFTERWORD = """
*Inversions* are pairs of people who asked, where the person further back came in first, or only
that person came in. *Stolen* seats went to people who would have none if the order of the line
had been kept. Ours is the slowest to fill the last seats, by design: a seat is held for a called
person until their time is over. Its few inversions are neighbours whose packets overtook each
other on the way. Each of them had a held seat.
"""


def scale_page(run: Run, images: Path) -> str:
    """The whole page. Its plots are written into `images`.

    Raises:
        NotMeasured: the results lack a cost.
    """
    return "\n".join(_page(costs_of(run), images)) + "\n"


def _page(costs: Costs, images: Path) -> Iterator[str]:
    yield _TITLE
    yield from _unit_costs(costs)
    yield _ONE_ROOM
    room = Load(rooms=1, people_per_room=1_000_000, nodes_per_room=1)
    yield from _reckoning(_on_all_nodes(room, costs), costs)
    yield (
        f"The store of one room is full, in the steady state, at about "
        f"**{largest_room(costs):,} people**.\n"
    )
    yield _MANY_ROOMS.format(people=PEOPLE_PER_ROOM)
    yield from _reckoning(Load(100_000, PEOPLE_PER_ROOM, nodes_per_room=2), costs)
    yield from _stampede(Scene(), images)


def _unit_costs(costs: Costs) -> Iterator[str]:
    yield "## What one unit costs\n\n| | |\n| --- | ---: |"
    for field, value in zip(fields(costs), astuple(costs), strict=True):
        meaning, unit = _MEANINGS[field.name]
        yield f"| {meaning} | {short(value)} {unit} |"
    yield (
        f"\nA node and a store have a core each, filled to {FILL:.0%} in the steady state. A node "
        f"may open {SOCKETS:,} sockets and use {NODE_KIB / 1024**2:g} GiB, and tells its last "
        f"client of a call within {TOLD_WITHIN_S:g} s.\n"
    )


def _on_all_nodes(load: Load, costs: Costs) -> Load:
    """The same load, with its people on as many nodes as it needs."""
    return Load(load.rooms, load.people_per_room, nodes(load, costs))


def _reckoning(load: Load, costs: Costs) -> Iterator[str]:
    on_nodes, in_stores = node_needs(load, costs), store_needs(load, costs)
    yield "| what | needs |\n| --- | ---: |"
    yield from _rows("nodes", on_nodes)
    yield from _rows("stores", in_stores)
    yield f"| **nodes** | **{nodes(load, costs):,}** |"
    yield f"| **stores** | **{_stores(load, costs)}** |\n"
    on_nodes_s, in_stores_s = arrival_s(load, costs)
    yield (
        f"If everybody came at once: the nodes are busy for {short(on_nodes_s)} s, the stores for "
        f"{short(in_stores_s)} s.\n"
    )
    yield f"**What breaks first:** {_first(load, costs)}.\n"


def _rows(of: str, needs: list[Need]) -> Iterator[str]:
    for need in needs:
        yield f"| {of} for {need.what} | {short(need.amount)} |"


def _stores(load: Load, costs: Costs) -> str:
    wanted, usable = shards(load, costs), shards_of_rooms(load, costs)
    return f"{wanted:,}" if wanted == usable else f"{wanted:,}, but a room is in one"


def _first(load: Load, costs: Costs) -> str:
    """The bottleneck: for one room its store, else the largest need of nodes or stores."""
    need = largest(store_needs(load, costs))
    taken = sum(need.amount for need in store_needs(load, costs))
    if load.rooms == 1:
        full = f"{taken * FILL:.0%} of it taken, most by {need.what}"
        return f"the one core of the room's store, {full}"
    node = largest(node_needs(load, costs))
    if node.amount > taken:
        return f"nodes, by {node.what}; of the stores, {need.what}"
    return f"the stores, by {need.what}; of the nodes, {node.what}"


def _stampede(scene: Scene, images: Path) -> Iterator[str]:
    told = stories(scene)
    yield _STAMPEDE.format(
        waiting=scene.waiting, seats=scene.seats, offline=scene.offline, watched=scene.watched_s
    )
    yield "| | peak requests/s | 90 % of the seats taken after | all after | inversions | stolen |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    yield from map(_told, told)
    (images / "scale-stampede.svg").write_text(_plot(scene, told))
    yield "\n![Requests a second in each of the four ways](images/scale-stampede.svg)"
    yield _AFTERWORD


def _told(story: Story) -> str:
    times = f"{story.taken_by_s(0.9):.1f} s | {story.taken_by_s(1):.1f} s"
    counts = f"{story.inversions:,} | {story.stolen}"
    return f"| {story.name} | {story.peak_per_s:,.0f} | {times} | {counts} |"


def _plot(scene: Scene, told: list[Story]) -> str:
    ours, *others = reversed(told)  # the first curve gets our colour
    rates = {
        story.name: [point for point in story.rates(STEP_S) if point[0] < scene.watched_s]
        for story in (ours, *others)
    }
    highest = max(rate for points in rates.values() for _, rate in points)
    x = svg.across("seconds since the seats opened", 0, scene.watched_s)
    y = svg.upwards("requests/s, logarithmic", 1, 2 * highest, is_log=True)
    return svg.lines("A stampede, four ways", x, y, rates)
