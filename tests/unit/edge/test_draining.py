"""How a node stops, on the uvicorn that serves it."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fullhouse.edge.draining import DrainingServer
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.origins import origins_rule
from fullhouse.edge.ws.registry import ConnectionRegistry
from fullhouse.edge.ws.upgrade import UpgradeHandler
from tests.raw import HANDSHAKE
from tests.unit.edge.test_upgrade import _claims
from tests.unit.edge.wires import Hub
from tests.waiting import wait_until

if TYPE_CHECKING:
    from asyncio import StreamWriter, Task
    from collections.abc import AsyncIterator

    from starlette.requests import Request

GET = b"GET /room HTTP/1.1\r\nHost: node.example\r\n\r\n"
LONG_S = 60.0  # longer than any test: what ends before ended for another reason


class Stopping:
    """A node on a port of its own."""

    def __init__(self, *, drain_s: float, delay_s: float) -> None:
        self.hub = Hub()
        self.registry = ConnectionRegistry(
            self.hub, verify=_claims, drain_s=drain_s, metrics=Metrics()
        )
        upgrade_handler = UpgradeHandler(self.registry, origins_rule(()), 100)
        config = uvicorn.Config(
            Starlette(routes=[Route("/room", _room)]),
            port=0,
            ws=upgrade_handler.upgrade,  # type: ignore[arg-type]  # any callable of that shape will do
            http=upgrade_handler.first_bytes,  # type: ignore[arg-type]  # as above
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=LONG_S,  # type: ignore[arg-type]  # seconds are seconds
        )
        self.server = DrainingServer(config, self.registry, delay_s=delay_s)
        self._port = 0

    def remember_port(self) -> None:
        self._port = self.server.servers[0].sockets[0].getsockname()[1]

    def told_to_stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        self.server.handle_exit(by, None)

    async def answers(self, request: bytes = GET) -> str:
        """The head of the answer on a new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return head.decode()

    async def handshake(self) -> str:
        return await self.answers(HANDSHAKE.format(host="node.example").encode())

    async def guest(self) -> StreamWriter:
        """Somebody who stays connected until the writer is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(HANDSHAKE.format(host="node.example").encode())
        await reader.readuntil(b"\r\n\r\n")
        return writer


async def _room(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a room")


@asynccontextmanager
async def running(
    *, drain_s: float, delay_s: float = 0
) -> AsyncIterator[tuple[Stopping, Task[None]]]:
    node = Stopping(drain_s=drain_s, delay_s=delay_s)
    # Not `serve`, which would send the signal to the whole test run once more.
    serving = asyncio.create_task(node.server._serve())
    await wait_until(lambda: node.server.started)
    node.remember_port()
    yield node, serving
    node.told_to_stop(signal.SIGINT)
    node.told_to_stop(signal.SIGINT)  # twice: at once
    await serving


async def test_a_node_that_stops_goes_on_answering_while_it_is_asked() -> None:
    """A balancer without health checks takes a refused connection for a failure."""
    async with running(drain_s=0.4) as (node, serving):
        node.told_to_stop()
        await wait_until(lambda: node.registry.is_draining)

        heads = [await node.answers() for _ in range(3)]

        assert all(head.startswith("HTTP/1.1 200 ") for head in heads)
        await serving


async def test_each_answer_of_a_node_that_stops_ends_its_connection() -> None:
    async with running(drain_s=LONG_S) as (node, _):
        assert "connection: close" not in await node.answers()

        node.told_to_stop()
        await wait_until(lambda: node.registry.is_stopping)

        assert "connection: close" in await node.answers()


async def test_a_node_that_stops_refuses_handshakes_with_the_time_to_come_back() -> None:
    async with running(drain_s=LONG_S) as (node, _):
        node.told_to_stop()
        await wait_until(lambda: node.registry.is_draining)

        head = await node.handshake()

        assert head.startswith("HTTP/1.1 503 ")
        assert "Retry-After" in head


async def test_before_the_delay_is_over_a_node_works_on_but_is_not_ready() -> None:
    async with running(drain_s=0, delay_s=LONG_S) as (node, _):
        node.told_to_stop()
        await wait_until(lambda: node.registry.is_stopping)

        assert (await node.handshake()).startswith("HTTP/1.1 101 ")
        assert (await node.answers()).startswith("HTTP/1.1 200 ")
        assert not node.registry.is_draining
        assert node.hub.asked == []


async def test_after_the_delay_connections_are_refused_while_people_are_sent_away() -> None:
    async with running(drain_s=LONG_S, delay_s=0.05) as (node, serving):
        guest = await node.guest()
        node.told_to_stop()

        await wait_until(lambda: node.registry.is_draining)

        with pytest.raises(ConnectionRefusedError):
            await node.answers()
        assert node.registry.has_guests
        guest.close()
        await serving


@pytest.mark.parametrize("delay_s", [0, LONG_S])
async def test_at_a_terminal_no_balancer_has_to_notice(delay_s: float) -> None:
    async with running(drain_s=LONG_S, delay_s=delay_s) as (node, serving):
        node.told_to_stop(signal.SIGINT)

        await serving

        assert node.registry.is_draining
