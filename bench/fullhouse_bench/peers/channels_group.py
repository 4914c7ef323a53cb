"""Django Channels under uvicorn: all clients in one group, `group_send` through Redis."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import django
import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

from fullhouse_bench.peers.control import obey


class Waiting(AsyncWebsocketConsumer):  # type: ignore[misc]  # the library has no types
    async def connect(self) -> None:
        await self.channel_layer.group_add("hall", self.channel_name)
        await self.accept()

    async def refresh(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(event["message"]))


async def broadcast(payload: str) -> None:
    layer = get_channel_layer()
    await layer.group_send("hall", {"type": "refresh", "message": json.loads(payload)})


async def serve(port: int) -> None:
    obey(broadcast)
    app = ProtocolTypeRouter({"websocket": URLRouter([path("", Waiting.as_asgi())])})
    config = uvicorn.Config(
        app,
        port=port,
        log_level="error",
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        backlog=4096,
        access_log=False,
    )
    await uvicorn.Server(config).serve()


def _host(redis_url: str) -> dict[str, Any]:
    """Options of Redis. By default redis-py 8 refuses the 101st client and times out after 5 s."""
    return {"address": redis_url, "max_connections": 5_000, "socket_timeout": None}


def configure(redis_url: str) -> None:
    layer = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # Enough for one message to each client. The default of 100 drops most of a broadcast.
        "CONFIG": {"hosts": [_host(redis_url)], "capacity": 100_000},
    }
    settings.configure(CHANNEL_LAYERS={"default": layer}, SECRET_KEY="bench")  # noqa: S106
    django.setup()


if __name__ == "__main__":
    configure(sys.argv[2])
    asyncio.run(serve(int(sys.argv[1])))
