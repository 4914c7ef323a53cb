"""The subscription fails while commands work: deaf, cut again and again, black-holed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.event_room import EventRoom
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.nodes import Node

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

HERE, THERE = 0, 1
DEAF_S = 5.0  # how soon a node must know that it hears nothing
SLACK_S = 2  # a look every now and then, and the pauses between two attempts
KILLING_S = 2


async def is_ready(event_room: EventRoom, number: int) -> bool:
    return await event_room.rig.is_ready(number)


async def test_a_node_whose_subscription_turned_silent_is_not_ready_and_recovers(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=THERE)
    (a, _, c) = await event_room.crowd("abc")

    event_room.lines[THERE].events.hold()
    await a.say("leave")
    event_room.forget(a)

    await event_room.rig.within(DEAF_S + SLACK_S, lambda: not_ready(event_room, THERE))
    await wait_until(lambda: c.place == 0)
    await event_room.converges()
    event_room.lines[THERE].events.heal()
    await event_room.rig.within(DEAF_S + SLACK_S, lambda: is_ready(event_room, THERE))
    await event_room.visit("d", first=HERE)
    await event_room.converges()


async def not_ready(event_room: EventRoom, number: int) -> bool:
    return not await event_room.rig.is_ready(number)


async def test_a_subscription_that_the_network_forgot_is_replaced(event_room: EventRoom) -> None:
    """Nobody heals the old connection: only a new one carries again."""
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=THERE)

    event_room.lines[THERE].strand(event_room.lines[THERE].events)

    await event_room.rig.within(DEAF_S + SLACK_S, lambda: not_ready(event_room, THERE))
    await event_room.rig.within(DEAF_S + SLACK_S, lambda: is_ready(event_room, THERE))
    await event_room.visit("a", first=HERE)
    await event_room.converges()


async def test_a_subscription_killed_again_and_again_is_renewed_without_haste(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.visit("host", role="host", first=THERE)
    cpu = [cpu_s(node) for node in event_room.nodes]
    began_ms = await event_room.store.now_ms()

    killed = await killed_for(event_room, KILLING_S)
    await event_room.visit("a", first=HERE)
    await event_room.converges()

    seconds = (await event_room.store.now_ms() - began_ms) / 1000
    assert 2 <= killed <= 2 * 6 * KILLING_S, "two nodes, and six tries a second at most"
    for node, spent in zip(event_room.nodes, cpu, strict=True):
        assert cpu_s(node) - spent < seconds / 2


async def killed_for(event_room: EventRoom, seconds: float) -> int:
    """How many subscriptions there were to kill in that time."""
    killed = 0
    end_ms = await event_room.store.now_ms() + seconds * 1000
    while await event_room.store.now_ms() < end_ms:
        killed += await event_room.store.redis.client_kill_filter(_type="pubsub")
        await asyncio.sleep(0.005)  # noqa: TID251  # sooner than anybody can be back
    return killed


def cpu_s(node: Node) -> float:
    """What the process has used of a processor, in seconds."""
    fields = Path(f"/proc/{node.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
