"""What operators read at `/metrics` is what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.integration.ws.hall import RoomFixture
    from tests.nodes import Node


class Figures:
    """Figures of one node, and how much each has risen since."""

    def __init__(self, node: Node, *names: str) -> None:
        self._node = node
        self._before = {name: self._now(name) for name in names}

    async def rise_by(self, *rises: float) -> None:
        """Wait until they have risen by just so much, in the order of their names."""
        try:
            await wait_until(lambda: asyncio.to_thread(lambda: self._rises() == list(rises)))
        except TimeoutError:
            raise AssertionError(f"{list(self._before)} rose by {self._rises()}") from None

    async def rise(self) -> None:
        """Wait until each has risen."""
        await wait_until(lambda: asyncio.to_thread(lambda: min(self._rises()) > 0))

    def _now(self, name: str) -> float:
        return self._node.figure(f"fullhouse_{name}")

    def _rises(self) -> list[float]:
        return [self._now(name) - before for name, before in self._before.items()]


async def test_connections_are_counted_by_the_role_of_their_hello(hall: RoomFixture) -> None:
    roles = ("host", "presenter", "attendee")
    figures = Figures(hall.nodes[0], *(f'connections{{role="{role}"}}' for role in roles))

    for role in roles:
        await hall.enter(role, role)
    await hall.enter("ella", "host")
    await hall.tab("silent")
    await figures.rise_by(2, 1, 1)

    eve = hall.clients[0]
    await eve.say("hello", token=hall.token("host", "presenter"))
    await figures.rise_by(1, 2, 1)
    await asyncio.gather(*(client.close() for client in hall.clients))
    await figures.rise_by(0, 0, 0)


async def test_admissions_are_counted_by_what_they_gave(hall: RoomFixture) -> None:
    outcomes = ("seated", "waiting", "hosting", "presenters_full", "closed", "no_room")
    figures = Figures(hall.nodes[0], *(f'admissions_total{{outcome="{o}"}}' for o in outcomes))

    await hall.seated("ada", "bob")
    await hall.waiting("cleo")
    await hall.enter("eve", "host")
    for name in ("pia", "paul", "petra"):
        await hall.enter(name, "presenter")
    nowhere = await hall.connect(hall.token("dan", room="attic"))
    await nowhere.hello()
    await figures.rise_by(2, 1, 1, 1, 0, 1)

    await hall.closes()
    await (await hall.enter("late")).expect("room_closed")
    await figures.rise_by(2, 1, 1, 1, 1, 1)


async def test_a_call_is_counted_with_the_messages_that_it_was(hall: RoomFixture) -> None:
    await hall.seated("ada", "bob")
    await hall.waiting("cleo", "dan", "dan")
    await hall.waiting("eve", node=1)
    figures = Figures(hall.nodes[0], "broadcasts_total", "broadcast_frames_total")

    await hall.upgrades(seats=3)

    await figures.rise_by(1, 3)


async def test_a_notice_is_counted_by_its_level(hall: RoomFixture) -> None:
    await (await hall.enter("eve", "host")).expect("room")
    await hosts_are(hall.nodes[0], 1)  # those of the test before have gone
    levels = ("nearly_full", "full")
    figures = Figures(hall.nodes[0], *(f'notices_total{{level="{level}"}}' for level in levels))

    await hall.seated("ada")
    await figures.rise_by(1, 0)
    await hall.seated("bob")

    await figures.rise_by(1, 1)


async def hosts_are(node: Node, count: int) -> None:
    hosts = 'fullhouse_connections{role="host"}'
    await wait_until(lambda: asyncio.to_thread(lambda: node.figure(hosts) == count))


async def test_the_regular_work_of_a_node_is_counted(hall: RoomFixture) -> None:
    figures = Figures(
        hall.nodes[0],
        "renewals_total",
        "frames_sent_total",
        "loop_lag_seconds_count",
        'script_seconds_count{script="sweep_room"}',
    )

    await hall.seated("ada")

    await figures.rise()
    assert hall.nodes[0].figure("fullhouse_store_up") == 1
