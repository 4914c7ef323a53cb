"""A node with few files to open: people are refused in time, the operator is still answered."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from websockets.exceptions import InvalidStatus

from fullhouse.edge.sockets import KEPT_BACK
from tests.clients import WsClient, room_token
from tests.faults.house import a_house
from tests.faults.rig import running_rig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.faults.house import House

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

PEOPLE = 20


async def test_a_node_out_of_files_refuses_with_503_and_answers_its_operator() -> None:
    async with running_rig(1, files=KEPT_BACK + PEOPLE) as small, a_house(small) as house:
        await house.open(seats=2)
        async with AsyncExitStack() as people:
            refusals = await arrivals(house, people, 3 * PEOPLE)

            live = await house.platform().ask("GET", "/health/live")
            ready = await house.platform().ask("GET", "/health/ready")
            metrics = await asyncio.to_thread(metrics_of, house)

        assert len(refusals) >= 2 * PEOPLE
        assert {refusal.response.status_code for refusal in refusals} == {503}
        assert all("Retry-After" in refusal.response.headers for refusal in refusals)
        assert (live.status, ready.status, metrics) == (200, 200, 200)
        assert "Too many open files" not in small.nodes[0].log.read_text()
        await house.visit("late")  # there is room again


async def test_sockets_that_say_nothing_keep_nobody_out() -> None:
    """Of those the one that was silent longest goes where no more fit."""
    async with running_rig(1, files=KEPT_BACK + PEOPLE) as small, a_house(small) as house:
        await house.open(seats=2)
        async with AsyncExitStack() as sockets:
            for number in range(KEPT_BACK + 3 * PEOPLE):
                silent = await sockets.enter_async_context(a_socket(house))
                if number % 2:
                    silent.write(b"GET /v1/connect HTTP/1.1\r\nHost: half.a.head\r\n")

            live = await house.platform().ask("GET", "/health/live")
            await house.visit("ada")

        assert live.status == 200
        assert "Too many open files" not in small.nodes[0].log.read_text()


@asynccontextmanager
async def a_socket(house: House) -> AsyncIterator[asyncio.StreamWriter]:
    address = urlsplit(house.nodes[0].base_url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield writer
    finally:
        writer.transport.abort()


def metrics_of(house: House) -> int:
    with urlopen(house.nodes[0].base_url + "/metrics", timeout=5) as answer:  # noqa: S310  # ours
        assert b"fullhouse_" in answer.read()
        return int(answer.status)


async def arrivals(house: House, people: AsyncExitStack, count: int) -> list[InvalidStatus]:
    """So many come and stay. Returns how those were refused who could not."""
    refusals = []
    for number in range(count):
        token = room_token(house.account, f"p{number}")
        try:
            client = await WsClient.enter(house.nodes[0], token)
        except InvalidStatus as refusal:
            refusals.append(refusal)
        else:
            people.push_async_callback(client.close)
    return refusals
