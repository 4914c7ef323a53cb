"""What operators read at `/metrics` is what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.integration.ws.event_room import EventRoom
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


async def test_connections_are_counted_by_the_role_of_their_hello(event_room: EventRoom) -> None:
    roles = ("host", "presenter", "attendee")
    figures = Figures(event_room.nodes[0], *(f'connections{{role="{role}"}}' for role in roles))

    for role in roles:
        await event_room.enter(role, role)
    await event_room.enter("ella", "host")
    await event_room.tab("silent")
    await figures.rise_by(2, 1, 1)

    eve = event_room.clients[0]
    await eve.say("hello", token=event_room.token("host", "presenter"))
    await figures.rise_by(1, 2, 1)
    await asyncio.gather(*(client.close() for client in event_room.clients))
    await figures.rise_by(0, 0, 0)


async def test_admissions_are_counted_by_what_they_gave(event_room: EventRoom) -> None:
    outcomes = ("seated", "waiting", "hosting", "presenters_full", "closed", "no_room")
    figures = Figures(
        event_room.nodes[0], *(f'admissions_total{{outcome="{o}"}}' for o in outcomes)
    )

    await event_room.seated("ada", "bob")
    await event_room.waiting("cleo")
    await event_room.enter("eve", "host")
    for name in ("pia", "paul", "petra"):
        await event_room.enter(name, "presenter")
    nowhere = await event_room.connect(event_room.token("dan", room="attic"))
    await nowhere.hello()
    await figures.rise_by(2, 1, 1, 1, 0, 1)

    await event_room.closes()
    await (await event_room.enter("late")).expect("room_closed")
    await figures.rise_by(2, 1, 1, 1, 1, 1)


async def test_a_call_is_counted_with_the_messages_that_it_was(event_room: EventRoom) -> None:
    await event_room.seated("ada", "bob")
    await event_room.waiting("cleo", "dan", "dan")
    await event_room.waiting("eve", node=1)
    figures = Figures(event_room.nodes[0], "broadcasts_total", "broadcast_frames_total")

    await event_room.upgrades(seats=3)

    await figures.rise_by(1, 3)


async def test_a_notice_is_counted_by_its_level(event_room: EventRoom) -> None:
    await (await event_room.enter("eve", "host")).expect("room")
    await hosts_are(event_room.nodes[0], 1)  # those of the test before have gone
    levels = ("nearly_full", "full")
    figures = Figures(
        event_room.nodes[0], *(f'notices_total{{level="{level}"}}' for level in levels)
    )

    await event_room.seated("ada")
    await figures.rise_by(1, 0)
    await event_room.seated("bob")

    await figures.rise_by(1, 1)


async def hosts_are(node: Node, count: int) -> None:
    hosts = 'fullhouse_connections{role="host"}'
    await wait_until(lambda: asyncio.to_thread(lambda: node.figure(hosts) == count))


async def test_the_regular_work_of_a_node_is_counted(event_room: EventRoom) -> None:
    figures = Figures(
        event_room.nodes[0],
        "renewals_total",
        "frames_sent_total",
        "loop_lag_seconds_count",
        'script_seconds_count{script="sweep_room"}',
    )

    await event_room.seated("ada")

    await figures.rise()
    assert event_room.nodes[0].figure("fullhouse_store_up") == 1
