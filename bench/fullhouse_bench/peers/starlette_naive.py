"""uvicorn + Starlette in the simplest way: one endpoint per client, `send_json` in a loop."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from fullhouse_bench.peers.control import obey

if TYPE_CHECKING:
    from starlette.requests import Request

connected: set[WebSocket] = set()


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("Hello, world!")


async def wait(client: WebSocket) -> None:
    await client.accept()
    connected.add(client)
    try:
        while True:
            await client.receive_text()
    except WebSocketDisconnect:
        connected.discard(client)


async def broadcast(payload: str) -> None:
    message = json.loads(payload)
    for client in list(connected):
        await client.send_json(message)


async def serve(port: int) -> None:
    app = Starlette(routes=[Route("/hello", hello), WebSocketRoute("/", wait)])
    obey(broadcast)
    # No pings: a server that was stopped during other turns would count its clients as lost.
    config = uvicorn.Config(
        app, port=port, log_level="error", ws_ping_interval=None, backlog=4096, access_log=False
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
