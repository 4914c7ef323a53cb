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
from tests.faults.event_room import an_event_room
from tests.faults.rig import running_rig
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.faults.event_room import EventRoom

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

PEOPLE = 20


async def test_a_node_out_of_files_refuses_with_503_and_answers_its_operator() -> None:
    async with (
        running_rig(1, files=KEPT_BACK + PEOPLE) as small,
        an_event_room(small) as event_room,
    ):
        await event_room.open(seats=2)
        async with AsyncExitStack() as people:
            refusals = await arrivals(event_room, people, 3 * PEOPLE)

            live = await event_room.platform().ask("GET", "/health/live")
            ready = await event_room.platform().ask("GET", "/health/ready")
            metrics = await asyncio.to_thread(metrics_of, event_room)

        assert len(refusals) >= 2 * PEOPLE
        assert {refusal.response.status_code for refusal in refusals} == {503}
        assert all("Retry-After" in refusal.response.headers for refusal in refusals)
        assert (live.status, ready.status, metrics) == (200, 200, 200)
        assert "Too many open files" not in small.nodes[0].log.read_text()
        await event_room.visit("late")  # there is room again


async def test_sockets_that_say_nothing_keep_nobody_out() -> None:
    """Of those the one that was silent longest goes where no more fit."""
    async with (
        running_rig(1, files=KEPT_BACK + PEOPLE) as small,
        an_event_room(small) as event_room,
    ):
        await event_room.open(seats=2)
        async with AsyncExitStack() as sockets:
            for number in range(KEPT_BACK + 3 * PEOPLE):
                silent = await sockets.enter_async_context(a_socket(event_room))
                if number % 2:
                    silent.write(b"GET /v1/connect HTTP/1.1\r\nHost: half.a.head\r\n")

            live = await event_room.platform().ask("GET", "/health/live")
            await event_room.visit("ada")

        assert live.status == 200
        assert "Too many open files" not in small.nodes[0].log.read_text()


@asynccontextmanager
async def a_socket(event_room: EventRoom) -> AsyncIterator[asyncio.StreamWriter]:
    address = urlsplit(event_room.nodes[0].base_url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield writer
    finally:
        writer.transport.abort()


def metrics_of(event_room: EventRoom) -> int:
    with urlopen(event_room.nodes[0].base_url + "/metrics", timeout=PATIENCE_S) as answer:  # noqa: S310  # ours
        assert b"fullhouse_" in answer.read()
        return int(answer.status)


async def arrivals(
    event_room: EventRoom, people: AsyncExitStack, count: int
) -> list[InvalidStatus]:
    """So many come and stay. Returns how those were refused who could not."""
    refusals = []
    for number in range(count):
        token = room_token(event_room.account, f"p{number}")
        try:
            client = await WsClient.enter(event_room.nodes[0], token)
        except InvalidStatus as refusal:
            refusals.append(refusal)
        else:
            people.push_async_callback(client.close)
    return refusals
