"""A person with a page that obeys the protocol: comes back when told, claims when called."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import count, pairwise
from random import Random
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.clients import Frame, WsClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from tests.nodes import Node

BACKOFF_S = 0.2  # a page takes longer; a test has less time
_STAYS_AWAY = range(4000, 4100)
_LEFT = 4011


class Page(WsClient):
    """One connection of a visitor, who acts on every frame as it comes."""

    visitor: Visitor

    def _hear(self, text: str) -> None:
        super()._hear(text)
        self.visitor.follow(self, self.heard[-1])


class Visitor:
    """One person, however often their connection breaks.

    Attributes:
        pages: Every connection so far, the present one last.
        closed: The close codes that ended them.
        refused: Why connections that were to follow did not come about.
    """

    def __init__(self, nodes: Sequence[Node], token: str, *, first: int) -> None:
        self.pages: list[Page] = []
        self.closed: list[int | None] = []
        self.refused: list[str] = []
        self.frames: list[Frame] = []
        self._nodes = nodes
        self._token = token
        self._turn = first
        self._random = Random(token)
        self._after_s = 0.0
        self._timers: set[asyncio.Task[None]] = set()
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
        for frame in reversed(self.frames):
            match frame["type"]:
                case "seated":
                    return 0
                case "waiting":
                    return int(frame["ticket"])
                case "seat_lost" | "room_closed":
                    return None
        return None

    @property
    def is_connected(self) -> bool:
        return bool(self.pages) and not self.pages[-1].is_closed

    def all(self, word: str) -> list[Frame]:
        """Every message of that type on any connection."""
        return [frame for frame in self.frames if frame["type"] == word]

    async def come(self) -> None:
        """Connect, and hear the first answer of any kind."""
        await self._connect()
        self._life = asyncio.create_task(self._live())
        while not self.frames:
            assert not self._life.done(), self.story()
            await asyncio.sleep(0.005)  # noqa: TID251  # several things may end the wait

    async def say(self, word: str, **fields: object) -> None:
        await self.pages[-1].say(word, **fields)

    async def leave(self) -> None:
        """Say so until it has come through, and stay away."""
        while _LEFT not in self.closed:
            with suppress(ConnectionClosed):
                await self.say("leave")
            await asyncio.sleep(BACKOFF_S)  # noqa: TID251  # an answer may be lost
        await self.go()

    async def go(self) -> None:
        """Close the page for good. Safe to repeat."""
        for task in (self._life, *self._timers):
            if task:
                task.cancel()
        for page in self.pages:
            await page.close()

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

    def follow(self, page: Page, frame: Frame) -> None:
        """Act on one frame."""
        if frame["type"] == "alive":
            return
        self.frames.append(frame)
        match frame["type"]:
            case "retry":
                self._after_s = frame["after_ms"] / 1000
                self._later(self._after_s, page.hello)
            case "refresh_required":
                self._claim_when_due(page, frame)
            case "waiting" if frame["called"]:
                self._later(0, lambda: page.say("claim"))

    def check(self) -> None:
        """Raises if any node broke a promise, on one connection or from one to the next."""
        for page in self.pages:
            page.check()
        revisions = [(f["epoch"], f["rev"]) for f in self.frames if "rev" in f]
        assert all(a[0] <= b[0] for a, b in pairwise(revisions))

    def story(self) -> str:
        heard = "\n".join(f"    {frame}" for frame in self.frames)
        return f"{self._nodes and self.pages and self.name}, closed {self.closed}:\n{heard}"

    def _claim_when_due(self, page: Page, frame: Frame) -> None:
        if self.place is None or not 0 < self.place <= frame["called_to"]:
            return
        if self.place >= frame["called_from"]:
            width = frame["called_to"] - frame["called_from"] + 1
            moment_ms = frame["window_ms"] * (self.place - frame["called_from"]) / width
            self._later(moment_ms / 1000, lambda: page.say("claim"))

    def _later(self, seconds: float, say: Callable[[], Awaitable[None]]) -> None:
        async def then() -> None:
            await asyncio.sleep(seconds)  # noqa: TID251  # the moment that the server named
            try:
                await say()
            except ConnectionClosed:
                return

        task = asyncio.create_task(then())
        self._timers.add(task)
        task.add_done_callback(self._timers.discard)

    async def _live(self) -> None:
        """Until told to stay away."""
        while True:
            page = self.pages[-1]
            await page.socket.wait_closed()
            await asyncio.wait([page._reading])
            code = page.socket.close_code
            self.closed.append(code)
            told_to_return = bool(self.frames) and self.frames[-1]["type"] == "retry"
            if code == _LEFT or (code in _STAYS_AWAY and not told_to_return):
                return
            await self._come_back()

    def longest_pause_s(self, attempt: int) -> float:
        """Before that attempt to come back, the first of which is number 0."""
        return BACKOFF_S

    async def _come_back(self) -> None:
        wait_s, self._after_s = self._after_s, 0.0
        for attempt in count():
            pause_s = max(wait_s, self._random.uniform(0, self.longest_pause_s(attempt)))
            await asyncio.sleep(pause_s)  # noqa: TID251  # full jitter, and what `retry` asked for
            self._turn += 1
            try:
                await self._connect()
            except (OSError, InvalidHandshake, TimeoutError) as error:
                self.refused.append(str(error))
                wait_s = 0.0
                continue
            return

    async def _connect(self) -> None:
        node = self._nodes[self._turn % len(self._nodes)]
        page = await Page.connect(node, self._token)
        assert isinstance(page, Page)
        page.visitor = self
        self.pages.append(page)
        await page.hello()
