"""python-socketio under uvicorn: all clients in one room, `emit` to the room."""

from __future__ import annotations

import asyncio
import json
import sys

import socketio
import uvicorn

from fullhouse_bench.peers.control import obey

# No pings: a server that was stopped during other turns would count its clients as lost.
server = socketio.AsyncServer(
    async_mode="asgi", cors_allowed_origins=[], ping_interval=3600, ping_timeout=3600
)


@server.event  # type: ignore[untyped-decorator]  # the library has no types
async def connect(sid: str, _environ: object) -> None:
    await server.enter_room(sid, "hall")


async def broadcast(payload: str) -> None:
    await server.emit("refresh_required", json.loads(payload), room="hall")


async def serve(port: int) -> None:
    obey(broadcast)
    config = uvicorn.Config(
        socketio.ASGIApp(server),
        port=port,
        log_level="error",
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        backlog=4096,
        access_log=False,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
