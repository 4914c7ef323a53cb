"""One WebSocket to `/v1/connect`, from the handshake to its close."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
)
from websockets.protocol import State
from websockets.typing import Subprotocol

from fullhouse.client.frames import UnknownMessage, decode, encode
from fullhouse.client.lines import ABNORMAL, ConnectFailed, LineClosed, Via
from fullhouse.edge.ws.client_messages import ClientMessage
from fullhouse.edge.ws.messages import ServerMessage

SUBPROTOCOL = "fullhouse.v1"

_OPEN_TIMEOUT_S = 10.0
_CLOSE_TIMEOUT_S = 2.0
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429


class SocketLine:
    """An open WebSocket. One task receives; any task may send."""

    via: Via = "socket"

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    async def open(cls, url: str) -> SocketLine:
        """Connect to `url`, through the proxy of the environment if it has one.

        Raises:
            ConnectFailed: The attempt failed.
        """
        return cls(await dialled(url))

    @property
    def is_open(self) -> bool:
        return self._socket.state is State.OPEN

    async def send(self, message: ClientMessage) -> None:
        await self.send_text(encode(message))

    async def receive(self, until: float) -> ServerMessage | UnknownMessage | None:
        text = await self.receive_text(until)
        return None if text is None else decode(text)

    async def send_text(self, text: str) -> None:
        """Send one frame.

        Raises:
            LineClosed: The connection has ended.
        """
        try:
            await self._socket.send(text)
        except ConnectionClosed as closed:
            raise self._closed() from closed

    async def receive_text(self, until: float) -> str | bytes | None:
        """The next frame, or None at `until`.

        Raises:
            LineClosed: The connection has ended.
        """
        try:
            async with asyncio.timeout_at(until):
                return await self._socket.recv()
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            raise self._closed() from closed

    def pause_reading(self) -> None:
        """Read nothing more: to the server, the connection falls silent."""
        self._socket.transport.pause_reading()

    async def close(self) -> None:
        await self._socket.close()

    def abort(self) -> None:
        self._socket.transport.abort()

    def _closed(self) -> LineClosed:
        return LineClosed(self._socket.close_code or ABNORMAL, self._socket.close_reason or "")


Dial: TypeAlias = Callable[[str], Awaitable[SocketLine]]
"""Opens a WebSocket to an address.

Raises:
    ConnectFailed: The attempt failed.
"""


async def dialled(url: str, *, uses_proxy: bool = True) -> ClientConnection:
    """A connection to `url` that has not said anything yet.

    Raises:
        ConnectFailed: The attempt failed.
    """
    try:
        return await connect(
            url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            ping_interval=None,  # the server pings, and missing `alive` messages show silence
            open_timeout=_OPEN_TIMEOUT_S,
            close_timeout=_CLOSE_TIMEOUT_S,
            proxy=uses_proxy or None,
        )
    except InvalidStatus as refused:
        raise _turned_away(refused) from refused
    except TimeoutError as error:
        raise ConnectFailed(f"no answer within {_OPEN_TIMEOUT_S:.0f} s at {url}") from error
    except OSError as error:
        raise ConnectFailed(f"nobody listens at {url}") from error
    except InvalidMessage as error:
        # A node died in the middle of a handshake. Another node may answer soon.
        raise ConnectFailed(f"cut off in the handshake by {url}") from error
    except InvalidHandshake as error:
        raise ConnectFailed(f"no Fullhouse server at {url}: {error}", is_final=True) from error


def _turned_away(refused: InvalidStatus) -> ConnectFailed:
    status = refused.response.status_code
    after = refused.response.headers.get("Retry-After", "")
    is_final = status < _SERVER_ERROR and status != _TOO_MANY_REQUESTS
    return ConnectFailed(
        f"handshake refused with HTTP {status}",
        after_s=float(after) if after.isdecimal() else 0.0,
        is_final=is_final,
    )
