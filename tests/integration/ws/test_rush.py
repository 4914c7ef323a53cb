"""Two thousand at the door, over real connections to two nodes."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from websockets.frames import Opcode

from tests.event_room import RULES
from tests.raw import RawSocket, hello, raw_socket

if TYPE_CHECKING:
    from tests.integration.ws.event_room import EventRoom

PEOPLE, SEATS = 2000, 50
RUSH = 100  # speak at once; a connection that says nothing for five seconds is closed

Frame = dict[str, Any]


async def _place(socket: RawSocket) -> Frame:
    """The first message on a connection: where its person stands."""
    opcode, payload = await socket.frame()
    while opcode is not Opcode.TEXT or b'"alive"' in payload:
        opcode, payload = await socket.frame()
    frame: Frame = json.loads(payload)
    return frame


async def _sockets_outside(
    event_room: EventRoom, running: AsyncExitStack, count: int
) -> list[RawSocket]:
    """So many connections, by turns to each node."""
    opening = [raw_socket(event_room.nodes[n % 2]) for n in range(count)]
    return await asyncio.gather(*map(running.enter_async_context, opening))


async def test_two_thousand_in_a_rush_are_fifty_seats_and_a_line_in_order_of_arrival(
    lobby: EventRoom, nodes_url: str
) -> None:
    """Nobody waits for an answer before the next ones speak."""
    await lobby.has_account(seats=SEATS)
    # Two nodes with two thousand people may renew late on a busy machine: no lease ends meanwhile.
    await lobby.opens_with(nodes_url, replace(RULES, lease_ms=600_000))
    hellos = [hello(lobby.token(f"guest-{n}")) for n in range(PEOPLE)]
    async with AsyncExitStack() as running:
        sockets: list[RawSocket] = []
        for first in range(0, PEOPLE, RUSH):
            rush = await _sockets_outside(lobby, running, RUSH)
            for socket, message in zip(rush, hellos[first:], strict=False):
                socket.send(message)
            sockets += rush
        places = await asyncio.gather(*map(_place, sockets))

        kinds = [place["type"] for place in places]
        assert kinds.count("seated") == SEATS
        assert kinds.count("waiting") == PEOPLE - SEATS
        for node in (0, 1):
            _stand_in_order(places[node::2])
        tickets = {place["ticket"] for place in places if place["type"] == "waiting"}
        assert len(tickets) == PEOPLE - SEATS
        room = await lobby.room()
        assert [room["occupied"], room["waiting"], room["held"]] == [SEATS, PEOPLE - SEATS, 0]
        assert (await lobby.audit())["drift"] == []


def _stand_in_order(places: list[Frame]) -> None:
    """Each rush of a node stands before the next.

    Within one, the kernel decides which of many sockets is read first.
    """
    size = RUSH // 2
    ranks = [place.get("ticket", 0) for place in places]
    rushes = [ranks[first : first + size] for first in range(0, len(ranks), size)]
    assert all(max(earlier) < min(later) for earlier, later in pairwise(rushes))
