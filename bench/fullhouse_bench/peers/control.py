"""Controls a peer: a line `go PAYLOAD` on stdin makes it broadcast. The end of stdin ends it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable

Broadcast = Callable[[str], Awaitable[None]]


def obey(broadcast: Broadcast) -> None:
    """Read stdin in a separate thread. Call this from within the running loop."""
    loop = asyncio.get_running_loop()
    threading.Thread(target=_listen, args=(loop, broadcast), daemon=True).start()


def _listen(loop: asyncio.AbstractEventLoop, broadcast: Broadcast) -> None:
    for line in sys.stdin:
        payload = line.removeprefix("go ").rstrip("\n")
        asyncio.run_coroutine_threadsafe(_told(broadcast, payload), loop)
    os._exit(0)


async def _told(broadcast: Broadcast, payload: str) -> None:
    await broadcast(payload)
