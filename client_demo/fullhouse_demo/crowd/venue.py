"""The nodes of one server, and how people connect to them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from fullhouse.client import RoomClient, RoomObserver
from fullhouse.client.socket_line import SocketLine, dialled
from fullhouse_demo.crowd.network import Network
from fullhouse_demo.crowd.tokens import TokenSource

_AT_ONCE = 64  # handshakes; more of them would only fill the backlog of the listening socket


@dataclass(slots=True)
class Venue:
    """The nodes of one server, and the tokens for one of its rooms.

    Args:
        urls: Addresses of the nodes. The people are spread over them.
        tokens: Issues room tokens.
        network: The network between the people and the nodes.
    """

    urls: Sequence[str]
    tokens: TokenSource
    network: Network = field(default_factory=Network)
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def client(
        self, participant: str, name: str, *, turn: int, observer: RoomObserver, rng: Random
    ) -> RoomClient:
        """A client of the room that leaves it to its person when to enter.

        A crowd measures the WebSockets of the server, so it does not poll instead.
        """

        async def token() -> str:
            async with self._at_once:
                return await self.tokens.token(participant, name)

        return RoomClient(
            self.urls,
            token,
            enters=False,
            polls=False,
            observer=observer,
            dial=self._dial,
            rng=rng,
            first=turn,
        )

    async def _dial(self, url: str) -> SocketLine:
        away_s = self.network.away_s(asyncio.get_running_loop().time())
        await asyncio.sleep(away_s)  # noqa: TID251  # the time of the cut is known: no event
        async with self._at_once:
            line = SocketLine(await dialled(url, uses_proxy=False))
        self.network.carry(line, url)
        return line
