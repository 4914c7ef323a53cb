"""The inner ways of uvicorn that the upgrade leans on: a release that changes one fails here."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.raw import HANDSHAKE
from tests.waiting import wait_until

if TYPE_CHECKING:
    from asyncio import BaseTransport, StreamReader, StreamWriter, Transport
    from collections.abc import AsyncIterator

    from uvicorn.server import ServerState

CHANGED = f"uvicorn {uvicorn.__version__} {{}}: fullhouse/edge/ws/upgrade.py must follow it."


class Spy(asyncio.Protocol):
    """Stands in for the `UpgradeProtocol`, and notes what uvicorn does."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  # whatever uvicorn gives
        self.given = given
        self.calls: list[str] = []
        self.head = b""
        self.protocol_at_head: object = None
        self.transport: Transport | None = None

    @property
    def sockets(self) -> set[Spy]:
        state = cast("ServerState", self.given["server_state"])
        return cast("set[Spy]", state.connections)

    def connection_made(self, transport: BaseTransport) -> None:
        self.calls.append("connection_made")
        self.transport = cast("Transport", transport)
        self.sockets.add(self)

    def data_received(self, data: bytes) -> None:
        self.calls.append("data_received")
        if not self.head:
            assert self.transport
            self.head = data
            self.protocol_at_head = self.transport.get_protocol()
            self.transport.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")

    def eof_received(self) -> None:
        self.calls.append("eof_received")

    def connection_lost(self, exc: Exception | None) -> None:
        self.calls.append("connection_lost")

    def shutdown(self) -> None:
        self.calls.append("shutdown")


class Uvicorn:
    """A uvicorn as `app.serve` starts it, with spies for doormen."""

    def __init__(self) -> None:
        self.spies: list[Spy] = []
        self.arrivals: list[dict[str, Any]] = []
        config = uvicorn.Config(
            Starlette(),
            port=0,
            ws=self._spy,  # type: ignore[arg-type]  # any callable of that shape will do
            http=self._arrival,  # type: ignore[arg-type]  # as above
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=5,
        )
        self.server = uvicorn.Server(config)

    def _spy(self, **given: Any) -> Spy:  # noqa: ANN401  # whatever uvicorn gives
        self.spies.append(Spy(**given))
        return self.spies[-1]

    def _arrival(self, **given: Any) -> HttpToolsProtocol:  # noqa: ANN401  # as above
        self.arrivals.append(given)
        return HttpToolsProtocol(**given)

    async def handshake(self) -> tuple[StreamReader, StreamWriter]:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE.format(host="fullhouse.test").encode())
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer


@pytest.fixture
async def served() -> AsyncIterator[Uvicorn]:
    served = Uvicorn()
    async with serving(served.server):
        yield served


@asynccontextmanager
async def serving(server: uvicorn.Server) -> AsyncIterator[None]:
    running = asyncio.create_task(server.serve())
    await wait_until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await running


async def test_each_new_socket_is_met_with_four_words(served: Uvicorn) -> None:
    _, writer = await served.handshake()
    writer.close()

    words = set(served.arrivals[0])
    assert words == {"config", "server_state", "app_state", "_loop"}, CHANGED.format(
        f"calls its HTTP class with {sorted(words)}"
    )
    assert served.arrivals[0]["server_state"] is served.server.server_state, CHANGED.format(
        "keeps its connections elsewhere"
    )


async def test_an_upgrade_protocol_is_made_with_three_words(served: Uvicorn) -> None:
    _, writer = await served.handshake()
    writer.close()

    words = set(served.spies[0].given)
    assert words == {"config", "server_state", "app_state"}, CHANGED.format(
        f"calls its WebSocket class with {sorted(words)}"
    )


async def test_an_upgrade_protocol_gets_the_transport_then_the_whole_head(
    served: Uvicorn,
) -> None:
    _, writer = await served.handshake()
    writer.close()
    spy = served.spies[0]

    assert spy.calls[:2] == ["connection_made", "data_received"], CHANGED.format(
        f"calls {spy.calls} of it"
    )
    assert spy.head.startswith(b"GET /v1/connect HTTP/1.1\r\n"), CHANGED.format(
        "does not give it the request line"
    )
    assert spy.head.endswith(b"\r\n\r\n"), CHANGED.format("does not give it the head whole")
    assert b"host: fullhouse.test\r\n" in spy.head.lower(), CHANGED.format("leaves headers out")


async def test_an_upgrade_protocol_is_set_only_after_it_has_answered(
    served: Uvicorn,
) -> None:
    """That is why a connection takes its place one turn of the loop later."""
    _, writer = await served.handshake()
    spy = served.spies[0]

    writer.write(b"what comes after the head")
    await wait_until(lambda: spy.calls.count("data_received") == 2)
    writer.close()

    assert spy.protocol_at_head is not spy, CHANGED.format("sets the protocol before the head")


async def test_a_connection_is_told_of_the_end_and_waited_for(served: Uvicorn) -> None:
    _, writer = await served.handshake()
    spy = served.spies[0]
    stopping = asyncio.create_task(served.server.shutdown())
    await wait_until(lambda: "shutdown" in spy.calls)

    assert not stopping.done(), CHANGED.format("does not wait for its connections")
    spy.sockets.discard(spy)
    await stopping
    writer.close()


async def test_uvicorn_does_not_count_a_socket_that_it_has_handed_over(served: Uvicorn) -> None:
    _, writer = await served.handshake()
    spy = served.spies[0]
    writer.close()

    assert spy.sockets == {spy}, CHANGED.format("keeps handed-over sockets among its own")


async def test_the_end_goes_through_one_method_that_can_be_put_off(served: Uvicorn) -> None:
    """`DrainingServer` sends people away before it lets uvicorn close the door."""
    signature = inspect.signature(uvicorn.Server.shutdown)

    assert list(signature.parameters) == ["self", "sockets"], CHANGED.format(
        f"shuts down with {signature}"
    )
    assert inspect.iscoroutinefunction(uvicorn.Server.shutdown), CHANGED.format(
        "shuts down without being awaited"
    )
    assert served.server.config.timeout_graceful_shutdown == 5, CHANGED.format(
        "keeps its patience elsewhere"
    )
