"""Chooses a node and opens a connection to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.typing import Subprotocol

from fullhouse_demo.crowd.network import Network
from fullhouse_demo.crowd.tokens import TokenRefused, TokenSource, TokenUnavailable
from fullhouse_demo.crowd.wire import SUBPROTOCOL

_OPEN_TIMEOUT_S = 10.0
_CLOSE_TIMEOUT_S = 2.0
_AT_ONCE = 64  # handshakes; more of them would only fill the backlog of the listening socket
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429


class NoWayIn(Exception):
    """The attempt to connect failed.

    Args:
        after_s: The pause that the server asked for.
        is_final: Whether another attempt would fail in the same way.
    """

    def __init__(self, reason: str, *, after_s: float = 0.0, is_final: bool = False) -> None:
        super().__init__(reason)
        self.after_s = after_s
        self.is_final = is_final


@dataclass(slots=True)
class Venue:
    """The nodes of one server, and the tokens for one of its rooms.

    Args:
        urls: WebSocket addresses of the nodes. The people are spread over them.
        tokens: Issues room tokens.
        network: The network between the people and the nodes.
    """

    urls: Sequence[str]
    tokens: TokenSource
    network: Network = field(default_factory=Network)
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def enter(
        self, participant: str, name: str, *, turn: int
    ) -> tuple[ClientConnection, str]:
        """An open connection and a token for its `hello`. Each turn leads to the next node.

        Raises:
            NoWayIn: The attempt failed. `is_final` says whether to try again.
        """
        url = self.urls[turn % len(self.urls)]
        await self._until_network()
        async with self._at_once:
            token = await self._token(participant, name)
            socket = await _open(url)
        self.network.carry(socket, url)
        return socket, token

    async def _until_network(self) -> None:
        away_s = self.network.away_s(asyncio.get_running_loop().time())
        await asyncio.sleep(away_s)  # noqa: TID251  # the time of the cut is known: no event

    async def _token(self, participant: str, name: str) -> str:
        try:
            return await self.tokens.token(participant, name)
        except TokenRefused as error:
            raise NoWayIn(str(error), is_final=True) from error
        except TokenUnavailable as error:
            raise NoWayIn(str(error)) from error


async def _open(url: str) -> ClientConnection:
    try:
        return await connect(
            url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            ping_interval=None,  # the server pings, and missing `alive` messages show silence
            open_timeout=_OPEN_TIMEOUT_S,
            close_timeout=_CLOSE_TIMEOUT_S,
            proxy=None,
        )
    except InvalidStatus as refused:
        raise _turned_away(refused) from refused
    except TimeoutError as error:
        raise NoWayIn(f"no answer within {_OPEN_TIMEOUT_S:.0f} s at {url}") from error
    except OSError as error:
        raise NoWayIn(f"nobody listens at {url}") from error
    except InvalidMessage as error:
        # A node died in the middle of a handshake. Another node may answer soon.
        raise NoWayIn(f"cut off in the handshake by {url}") from error
    except InvalidHandshake as error:
        raise NoWayIn(f"no Fullhouse server at {url}: {error}", is_final=True) from error


def _turned_away(refused: InvalidStatus) -> NoWayIn:
    status = refused.response.status_code
    after = refused.response.headers.get("Retry-After", "")
    is_final = status < _SERVER_ERROR and status != _TOO_MANY_REQUESTS
    return NoWayIn(
        f"handshake refused with HTTP {status}",
        after_s=float(after) if after.isdecimal() else 0.0,
        is_final=is_final,
    )
