"""The `websockets` library and its `broadcast`, without compression."""

from __future__ import annotations

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from fullhouse_bench.peers.control import obey

connected: set[ServerConnection] = set()


async def wait(client: ServerConnection) -> None:
    connected.add(client)
    try:
        await client.wait_closed()
    finally:
        connected.discard(client)


async def send_to_all(payload: str) -> None:
    broadcast(connected, payload)


async def run(port: int) -> None:
    obey(send_to_all)
    async with serve(
        wait, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096
    ) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1])))
