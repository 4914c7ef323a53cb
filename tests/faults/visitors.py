"""A person whose client obeys the protocol: comes back when told, claims when called."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, overload

from fullhouse.client import RoomClient
from fullhouse.client.lines import LineClosed
from fullhouse.client.reconnection import Backoff
from fullhouse.client.socket_line import SocketLine, dialled
from tests.clients import Frame, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.asyncio.client import ClientConnection

    from fullhouse.edge.ws.messages import ServerMessage
    from tests.nodes import Node

BACKOFF_S = 0.2  # a page takes longer; a test has less time


class Page(SocketLine, Record):
    """One connection of a visitor, held to the promises."""

    def __init__(self, socket: ClientConnection, visitor: Visitor) -> None:
        SocketLine.__init__(self, socket)
        Record.__init__(self, visitor.token)
        self._visitor = visitor

    async def receive_text(self, until: float) -> str | bytes | None:
        try:
            text = await super().receive_text(until)
        except LineClosed as closed:
            self._visitor.closed.append(closed.code)
            raise
        if text is not None:
            assert isinstance(text, str), "binary"
            frame = self.hear(text)
            if frame["type"] != "alive":
                self._visitor.frames.append(frame)
        return text


class Addresses(Sequence[str]):
    """Of nodes that may be replaced."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [node.base_url for node in self._nodes[index]]
        return self._nodes[index].base_url


class Visitor:
    """One person, however often their connection breaks.

    Attributes:
        pages: Every connection so far, the present one last.
        closed: The close codes that ended them.
        refused: Why connections that were to follow did not come about.
    """

    enters: ClassVar[bool] = True
    backoff: ClassVar[Backoff] = Backoff(BACKOFF_S, BACKOFF_S)

    def __init__(self, nodes: Sequence[Node], token: str, *, first: int) -> None:
        self.token = token
        self.pages: list[Page] = []
        self.closed: list[int] = []
        self.refused: list[str] = []
        self.frames: list[Frame] = []
        self._client = RoomClient(
            Addresses(nodes),
            self._new_token,
            enters=self.enters,
            polls=False,
            observer=self,
            dial=self._dial,
            backoff=self.backoff,
            rng=Random(token),
            first=first,
        )
        self._life: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.pages[-1].name

    @property
    def role(self) -> str:
        return self.pages[-1].role

    @property
    def place(self) -> int | None:
        """What the person believes: 0 for a seat, else the ticket; None for no place."""
        place = self._client.place
        return place.ticket if place.kind in ("seated", "waiting", "called") else None

    @property
    def is_connected(self) -> bool:
        return bool(self.pages) and self.pages[-1].is_open

    def all(self, word: str) -> list[Frame]:
        """Every message of that type on any connection."""
        return [frame for frame in self.frames if frame["type"] == word]

    async def come(self) -> None:
        """Connect, and hear the first answer of any kind."""
        self._life = asyncio.create_task(self._live())
        while not self.frames:
            assert not self._life.done(), self.story()
            await asyncio.sleep(0.005)  # noqa: TID251  # several things may end the wait

    async def say(self, word: str, **fields: object) -> None:
        await self.pages[-1].send_text(json.dumps({"type": word, **fields}))

    async def leave(self) -> None:
        """Leave, and stay away."""
        await self._client.leave()
        if self._life:
            await asyncio.wait([self._life])
        await self.go()

    async def go(self) -> None:
        """Close the page for good. Safe to repeat."""
        if self._life:
            self._life.cancel()
            await asyncio.wait([self._life])
        await self._client.close()

    def agrees(self, places: Mapping[str, int], room: Mapping[str, Any]) -> bool:
        """Whether the belief meets the truth."""
        if not self.is_connected:
            return False
        if self.role == "attendee":
            return self.place == places.get(self.name)
        newest = self.all("room")[-1:]
        return bool(newest) and newest[0] == {
            **room,
            "type": "room",
            "notice": newest[0]["notice"],
            "installation": newest[0]["installation"],  # for browsers; calls do not tell it
        }

    def check(self) -> None:
        """Raises if any node broke a promise, on one connection or from one to the next."""
        for page in self.pages:
            page.check()
        revisions = [(f["epoch"], f["rev"]) for f in self.frames if "rev" in f]
        assert all(a[0] <= b[0] for a, b in pairwise(revisions))

    def story(self) -> str:
        heard = "\n".join(f"    {frame}" for frame in self.frames)
        return f"{self.pages and self.name}, closed {self.closed}, {self.refused}:\n{heard}"

    def connected(self) -> None: ...

    def disconnected(self) -> None: ...

    def failed(self, reason: str) -> None:
        self.refused.append(reason)

    def fell_back(self, message: ServerMessage) -> None: ...

    async def _live(self) -> None:
        """Until told to stay away."""
        async for _ in self._client:
            pass

    async def _new_token(self) -> str:
        return self.token

    async def _dial(self, url: str) -> Page:
        page = Page(await dialled(url, uses_proxy=False), self)
        self.pages.append(page)
        return page
