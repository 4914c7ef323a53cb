"""A node that is told to stop: everybody is told when to come back, and keeps their place."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed

from tests.integration.ws.event_room import EventRoom
from tests.integration.ws.test_handshake import problem_in, refusal
from tests.nodes import Node, Platform, running_nodes
from tests.raw import hello, raw_socket
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.clients import WsClient

DRAIN_S = 3.5  # longer than the grace: who comes back late must have been promised more


@pytest.fixture
async def leaving(nodes: tuple[Node, ...], nodes_url: str, plans: Path) -> AsyncIterator[Node]:
    """A third node, which may be stopped."""
    starting = running_nodes(nodes_url, 1, plans=plans, drain_s=DRAIN_S)
    (node,) = await asyncio.to_thread(starting.__enter__)
    yield node
    complaints = node.complaints()
    starting.__exit__(None, None, None)
    assert complaints == []


@pytest.fixture
async def stays(nodes: tuple[Node, ...]) -> AsyncIterator[EventRoom]:
    """A room of five seats, by way of a node that stays."""
    event_room = EventRoom([nodes[0]])
    await event_room.has_account(seats=5)
    await event_room.opens()
    yield event_room
    await event_room.ends()


@pytest.fixture
async def event_room(leaving: Node, stays: EventRoom) -> AsyncIterator[EventRoom]:
    """The same room, by way of the node that leaves."""
    event_room = EventRoom([leaving], stays.account)
    yield event_room
    await event_room.ends()


async def _moves(client: WsClient, stays: EventRoom) -> WsClient:
    """Does what a client has to do: comes back at the moment that it was told."""
    retry = await client.expect("retry")
    assert 0 <= retry["after_ms"] < DRAIN_S * 1000
    await client.expect_close(4101)
    return await stays.enter(client.name, client.role)


async def test_everybody_is_sent_away_and_finds_their_place_elsewhere(
    event_room: EventRoom, leaving: Node, stays: EventRoom
) -> None:
    inside = await event_room.seated("ada", "bob", "fay", "gus", "hal")
    (cleo,) = await event_room.waiting("cleo")
    (dan,) = await stays.waiting("dan")
    host = await event_room.enter("eve", "host")
    silent = await event_room.tab("ian")

    leaving.terminate()
    moved = await asyncio.gather(*(_moves(c, stays) for c in (cleo, host, silent, *inside)))

    await moved[0].expect("waiting", ticket=cleo.heard[0]["ticket"], ahead=0)
    await moved[1].expect("room")
    for client in moved[3:]:
        await client.expect("seated")
    await dan.never("refresh_required")
    assert await asyncio.to_thread(leaving.ended) == 0


async def test_whoever_comes_while_a_node_is_leaving_is_told_when_to_come_back(
    event_room: EventRoom, leaving: Node
) -> None:
    async with raw_socket(leaving) as mute:  # does not answer the close frame: the node waits
        mute.send(hello(event_room.token("ada")))
        await mute.frame()
        leaving.terminate()
        await wait_until(lambda: asyncio.to_thread(lambda: not leaving.is_ready()))

        response = await refusal(leaving.connect_url)
        health = await Platform(leaving).ask("GET", "/health/ready")

    assert problem_in(response) == (503, "unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert "draining" in str(health.json)


async def test_a_hello_to_a_leaving_node_is_answered_and_does_not_put_off_the_end(
    event_room: EventRoom, leaving: Node
) -> None:
    (ada,) = await event_room.seated("ada")
    leaving.terminate()
    await ada.expect("retry")

    with suppress(ConnectionClosed):  # its moment may be now
        await ada.hello()

    await ada.expect_close(4101)


async def test_a_leave_while_the_node_is_leaving_is_a_leave(
    event_room: EventRoom, leaving: Node, stays: EventRoom
) -> None:
    inside = await event_room.seated("ada", "bob")
    leaving.terminate()
    late = max([(await c.expect("retry"))["after_ms"] for c in inside])
    staying = next(client for client in inside if client.heard[-1]["after_ms"] == late)

    await staying.say("leave")

    await staying.expect_close(4011)
    await stays.settles(occupied=1)


async def test_a_node_with_nobody_connected_does_not_sit_out_the_window(leaving: Node) -> None:
    leaving.terminate()

    assert await asyncio.to_thread(leaving.ended) == 0
