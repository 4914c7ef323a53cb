"""One address, and another store behind it: a promotion as managed services do it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.days import business_day
from tests.faults.proxy import store_proxy
from tests.nodes import Platform, running_nodes
from tests.servers import find_store, required, running_store, short_directory
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.nodes import Node

pytestmark = pytest.mark.faults


def socket_in(directory: Path) -> Path:
    return directory / "store.sock"


async def is_written(node: Node) -> bool:
    """Whether the node takes a write of the platform."""
    day = business_day()
    terms = {"plan": "live-25", "billing_period": "month"}
    dates = {"period_start": day.date.isoformat(), "time_zone": day.time_zone}
    answer = await Platform(node).ask("PUT", "/v1/accounts/acme", terms | dates)
    return answer.status in (200, 201)


async def test_a_node_finds_the_promoted_store_behind_the_same_address() -> None:
    """What was connected stays connected to the old primary, a replica now."""
    program = required(find_store("valkey"), "valkey-server")
    with (
        short_directory() as first,
        short_directory() as second,
        running_store(program, first) as old_url,
        running_store(program, second),
    ):
        async with (
            store_proxy(first / "line.sock", socket_in(first)) as line,
            patient_store(old_url) as old,
        ):
            starting = running_nodes(line.url, 1)
            (node,) = await asyncio.to_thread(starting.__enter__)
            try:
                assert await is_written(node)

                line.store = socket_in(second)
                await old.replicaof("127.0.0.1", "1")

                await wait_until(lambda: '"kind": "read_only"' in node.log.read_text())
                await wait_until(lambda: is_written(node))
                await wait_until(lambda: asyncio.to_thread(node.is_ready))
                await wait_until(lambda: "store.reconnecting" in node.log.read_text())
                assert node.figure('fullhouse_store_refusals_total{kind="read_only"}') > 0
                assert "read only replica" in node.log.read_text()
                assert all([await is_written(node) for _ in range(20)])
            finally:
                await asyncio.to_thread(starting.__exit__, None, None, None)
