"""The store comes back with an older copy of its data; nodes were restarted as well, or not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.nodes import QUICK
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.event_room import EventRoom
    from tests.faults.visitors import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

HERE, THERE = 0, 1
REFILL_S = float(str(QUICK["lease_s"]))
SLACK_S = 4.0  # the promise is 2 s; a node first sees that its store is another


async def evening(event_room: EventRoom) -> tuple[list[Visitor], Path]:
    """Two inside, one in line, and a copy; then the line moves: `c` is in, `d` and `e` wait."""
    await event_room.open(seats=2)
    a, b, c = await event_room.crowd("abc")
    copy = event_room.store.copied()
    await a.say("leave")
    event_room.visitors.remove(a)
    await wait_until(lambda: c.place == 0)
    d, e = await event_room.crowd("de")
    return [b, c, d, e], copy


async def go_back(event_room: EventRoom, copy: Path, *restarted: int) -> None:
    for number in restarted:
        event_room.nodes[number].kill()
    await event_room.store.restart_on(copy)
    for number in restarted:
        await event_room.rig.restart(number)


def epochs(visitor: Visitor) -> list[int]:
    return [frame["epoch"] for frame in visitor.frames if "epoch" in frame]


async def test_nodes_that_live_bring_back_what_came_after_the_copy(event_room: EventRoom) -> None:
    people, copy = await evening(event_room)
    before = [person.place for person in people]

    await go_back(event_room, copy)

    await event_room.rig.within(SLACK_S, event_room.rig.all_ready)
    await event_room.rig.within(
        REFILL_S + SLACK_S, lambda: all(len(set(epochs(p))) == 2 for p in people)
    )
    await event_room.converges()
    assert [person.place for person in people] == before
    assert not any(person.all("seat_lost") for person in people)


async def test_where_nobody_remembers_everybody_hears_the_truth_in_a_new_epoch(
    event_room: EventRoom,
) -> None:
    (b, c, *later), copy = await evening(event_room)
    room = await event_room.room()

    await go_back(event_room, copy, HERE, THERE)

    people = [b, c, *later]
    await event_room.rig.within(
        SLACK_S, lambda: all(epochs(p)[-1] > room["epoch"] for p in people)
    )
    assert (await event_room.room())["epoch"] == max(map(max, map(epochs, people)))
    first = next(f for f in c.frames if f.get("epoch", 0) > room["epoch"])
    assert (first["type"], first["called"]) == ("waiting", False), "the copy has them in line"
    # The seat of `a`, who has left, is a ghost's for a lease; then the call is heard.
    await event_room.rig.within(REFILL_S + SLACK_S, lambda: c.place == 0)
    await event_room.converges()
    assert all(len(set(epochs(person))) == 2 for person in people), "one new epoch for all"


async def test_a_node_that_remembers_wins_over_one_that_was_restarted(
    event_room: EventRoom,
) -> None:
    people, copy = await evening(event_room)
    epoch = (await event_room.room())["epoch"]
    before = {person.name: person.place for person in people}

    await go_back(event_room, copy, HERE)

    await event_room.rig.within(
        REFILL_S + SLACK_S, lambda: all(epochs(p)[-1] > epoch for p in people)
    )
    await event_room.converges(REFILL_S + SLACK_S)
    places = await event_room.places(THERE)
    assert {p.name for p in people} <= places.keys()
    assert all(
        earlier <= later for person in people for earlier, later in pairwise(epochs(person))
    )
    assert places["b"] == before["b"] == 0
    # Whoever was inside by way of the living node is inside still.
    there = [person for person in people if not person.closed and person.place == 0]
    assert there
