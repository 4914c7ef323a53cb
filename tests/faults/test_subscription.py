"""The subscription fails while commands work: deaf, cut again and again, black-holed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.house import House
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.nodes import Node

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

HERE, THERE = 0, 1
DEAF_S = 5.0  # how soon a node must know that it hears nothing
SLACK_S = 1.5  # a loaded machine


async def is_ready(house: House, number: int) -> bool:
    return await house.rig.is_ready(number)


async def test_a_node_whose_subscription_turned_silent_is_not_ready_and_recovers(
    house: House,
) -> None:
    await house.open(seats=2)
    await house.visit("host", role="host", first=THERE)
    (a, _, c) = await house.crowd("abc")

    house.lines[THERE].events.hold()
    await a.say("leave")
    house.forget(a)

    await wait_until(lambda: not_ready(house, THERE), DEAF_S + SLACK_S)
    await wait_until(lambda: c.place == 0)
    await house.converges()
    house.lines[THERE].events.heal()
    await wait_until(lambda: is_ready(house, THERE), DEAF_S + SLACK_S)
    await house.visit("d", first=HERE)
    await house.converges()


async def not_ready(house: House, number: int) -> bool:
    return not await house.rig.is_ready(number)


async def test_a_silent_subscription_is_replaced_without_anybody_healing_the_old_one(
    house: House,
) -> None:
    """A connection that the network forgot: only a new one carries again."""
    await house.open(seats=2)
    await house.visit("host", role="host", first=THERE)
    way = house.lines[THERE].events.to_node
    way.swallows = True
    await wait_until(lambda: not_ready(house, THERE), DEAF_S + SLACK_S)

    way.swallows = False

    await wait_until(lambda: is_ready(house, THERE), DEAF_S + SLACK_S)
    await house.visit("a", first=HERE)
    await house.converges()


async def test_a_subscription_killed_again_and_again_is_renewed_without_haste(
    house: House,
) -> None:
    await house.open(seats=2)
    await house.visit("host", role="host", first=THERE)
    redis = house.store.redis
    before = await subscriptions(house)
    cpu = [cpu_s(node) for node in house.nodes]
    began = await house.store.now_ms()

    for name in "abcdef":
        await wait_until(lambda: redis.client_kill_filter(_type="pubsub"))
        await house.visit(name, first=HERE)
    await house.converges()

    seconds = (await house.store.now_ms() - began) / 1000
    # Each node subscribes to its canary twice and to this account once or twice a time.
    assert await subscriptions(house) - before < 2 * 5 * (6 + seconds * 4)
    for node, spent in zip(house.nodes, cpu, strict=True):
        assert cpu_s(node) - spent < seconds / 2


async def subscriptions(house: House) -> int:
    stats = await house.store.redis.info("commandstats")
    return int(stats.get("cmdstat_ssubscribe", {"calls": 0})["calls"])


def cpu_s(node: Node) -> float:
    """What the process has used of a processor, in seconds."""
    fields = Path(f"/proc/{node.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
