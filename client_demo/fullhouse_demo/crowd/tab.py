"""One open tab, which connects, receives messages, acts for its person and reconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import inf
from random import Random
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from fullhouse_demo.crowd.counts import CrowdCounts, Ending
from fullhouse_demo.crowd.mind import Act, Due, Mind
from fullhouse_demo.crowd.page import Page
from fullhouse_demo.crowd.venue import NoWayIn, Venue
from fullhouse_demo.crowd.wire import CLAIM, LEAVE, Heard, UnreadableFrame, hello, read

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

_ABNORMAL = 1006  # the connection broke without a close frame
_ENDING_BY_CODE = {4010: Ending.ROOM_CLOSED, 4011: Ending.LEFT, 4013: Ending.REMOVED}
_ENDING_BY_ACT = {Act.LEAVE: Ending.LEFT, Act.GIVE_UP: Ending.GAVE_UP}


async def pause(seconds: float) -> None:
    """Wait between two acts. Only this function sleeps."""
    await asyncio.sleep(max(0.0, seconds))  # noqa: TID251 - a person's time, not a loop's


def now_s() -> float:
    """The time in seconds of the event loop's monotonic clock."""
    return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person of a tab. `turn` chooses the first node."""

    participant: str
    name: str
    turn: int


class Tab:
    """One tab of `visitor`. Each of its connections is to the next node."""

    def __init__(
        self, visitor: Visitor, mind: Mind, *, venue: Venue, counts: CrowdCounts, rng: Random
    ) -> None:
        self._visitor = visitor
        self._mind = mind
        self._venue = venue
        self._counts = counts
        self._page = Page(rng, now=now_s())
        self._turn = visitor.turn
        self._ending: Ending | None = None
        self._acts: Mapping[Act, Callable[[ClientConnection], Awaitable[bool]]] = {
            Act.ANSWER: self._answer,
            Act.GIVE_UP: self._go,
            Act.LEAVE: self._go,
            Act.LOSE_NETWORK: self._lose_network,
            Act.RECONNECT: self._reconnect,
            Act.RELOAD: self._reload,
            Act.REPEAT: self._repeat,
        }

    async def live(self) -> Ending:
        """Run until the person or the server ends the visit."""
        while self._ending is None:
            await self._rest()
            if self._ending is None:
                await self._connect()
        return self._ending

    async def _rest(self) -> None:
        """Wait for the next connection, unless the person ends the visit before it."""
        end = self._mind.end()
        connect_at = self._page.connect_at
        await pause(min(connect_at, end.at) - now_s())
        if end.at < connect_at:
            self._ending = _ENDING_BY_ACT[end.act]

    async def _connect(self) -> None:
        self._turn += 1
        who = self._visitor
        try:
            socket, token = await self._venue.enter(who.participant, who.name, turn=self._turn)
        except NoWayIn as failure:
            self._turned_away(failure)
            return
        self._counts.connected(who.participant)
        try:
            await self._converse(socket, hello(token))
        except ConnectionClosed:
            self._closed(socket)
        finally:
            self._counts.disconnected(who.participant)
            await socket.close()

    def _turned_away(self, failure: NoWayIn) -> None:
        self._counts.failed(str(failure))
        if failure.is_final:
            self._ending = Ending.REFUSED
        else:
            self._page.no_way_in(now_s(), after_s=failure.after_s)

    def _closed(self, socket: ClientConnection) -> None:
        code = socket.close_code or _ABNORMAL
        self._page.closed(code, now_s())
        if self._page.connect_at < inf:
            return
        self._ending = _ENDING_BY_CODE.get(code, Ending.REFUSED)
        if self._ending is Ending.REFUSED:
            self._counts.failed(f"closed with {code} {socket.close_reason}".strip())

    async def _converse(self, socket: ClientConnection, greeting: str) -> None:
        self._page.opened()
        await self._say(socket, greeting)
        goes_on = True
        while goes_on:
            due = min(self._page.next_act(), self._mind.next_act(), key=_at)
            frame = await _frame(socket, due.at)
            if frame is None:
                self._mind.did(due.act)
                goes_on = await self._acts[due.act](socket)
            else:
                goes_on = self._hear(frame)

    def _hear(self, frame: str | bytes) -> bool:
        try:
            heard = read(frame)
        except UnreadableFrame as error:
            self._counts.failed(f"unreadable message: {error}")
            return True
        if not self._page.hear(heard, now_s()):
            self._counts.fell_back()
            return True
        self._mind.notice(self._page.place, now_s())
        self._counts.told(self._visitor.participant, heard, self._page.place, now_s())
        return self._stays_after(heard)

    def _stays_after(self, heard: Heard) -> bool:
        if heard.type == "error":
            self._counts.failed(f"error {heard.code}")
        # A person who missed two calls has lost the place, and would have to queue again.
        if heard.type == "seat_lost" and heard.reason == "missed_calls":
            self._ending = Ending.MISSED_OUT
        return self._ending is None

    async def _say(self, socket: ClientConnection, message: str) -> None:
        self._page.said(message, now_s())
        await socket.send(message)

    async def _answer(self, socket: ClientConnection) -> bool:
        if self._mind.persona.clicks:
            await self._say(socket, CLAIM)
            return True
        return await self._reload(socket)

    async def _repeat(self, socket: ClientConnection) -> bool:
        await self._say(socket, self._page.unanswered())
        return True

    async def _go(self, socket: ClientConnection) -> bool:
        self._ending = _ENDING_BY_ACT[self._mind.end().act]
        if self._mind.persona.says_goodbye:
            await socket.send(LEAVE)
        return False

    async def _reload(self, _socket: ClientConnection) -> bool:
        self._page.reload(now_s())
        return False

    async def _reconnect(self, socket: ClientConnection) -> bool:
        """Abort the connection: a silent server would not answer a closing handshake."""
        self._counts.failed("the server fell silent")
        self._page.closed(_ABNORMAL, now_s())
        socket.transport.abort()
        return False

    async def _lose_network(self, socket: ClientConnection) -> bool:
        """Read nothing for a while, so that the server sees a silent connection.

        When the network is back, the browser drops the old connection and opens a new one.
        """
        gap = self._mind.persona.network_gap
        socket.transport.pause_reading()
        await pause(gap.for_s if gap else 0.0)
        socket.transport.abort()
        self._page.reload(now_s())
        return False


def _at(due: Due) -> float:
    return due.at


async def _frame(socket: ClientConnection, until: float) -> str | bytes | None:
    """The next frame, or None at `until`."""
    try:
        async with asyncio.timeout_at(until):
            return await socket.recv()
    except TimeoutError:
        return None
