"""One open tab, which connects, receives messages, acts for its person and reconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random

from fullhouse.client import RoomClient, RoomEnded
from fullhouse.client.socket_line import SocketLine
from fullhouse.edge.ws.messages import Refused, SeatLost, ServerMessage
from fullhouse_demo.crowd.counts import CrowdCounts, Ending
from fullhouse_demo.crowd.mind import Act, Mind
from fullhouse_demo.crowd.venue import Venue

_LOAD_S = (0.05, 0.3)  # the time in which a browser loads the page again
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
        self._rng = rng
        self._ending: Ending | None = None
        self._acts: Mapping[Act, Callable[[RoomClient], Awaitable[None]]] = {
            Act.ANSWER: self._answer,
            Act.GIVE_UP: self._go,
            Act.LEAVE: self._go,
            Act.LOSE_NETWORK: self._lose_network,
            Act.RELOAD: self._reload,
        }

    async def live(self) -> Ending:
        """Run until the person or the server ends the visit."""
        who = self._visitor
        client = self._venue.client(
            who.participant, who.name, turn=who.turn + 1, observer=self, rng=self._rng
        )
        async with client as room:
            while self._ending is None:
                await self._step(room)
        return self._ending

    def connected(self) -> None:
        self._counts.connected(self._visitor.participant)

    def disconnected(self) -> None:
        self._counts.disconnected(self._visitor.participant)

    def failed(self, reason: str) -> None:
        self._counts.failed(reason)

    def fell_back(self, _message: ServerMessage) -> None:
        self._counts.fell_back()

    async def _step(self, room: RoomClient) -> None:
        """Hear a message, or act. A person without a connection can only end the visit."""
        due = self._mind.next_act() if room.line else self._mind.end()
        try:
            message = await room.receive(until=due.at)
        except RoomEnded as ended:
            self._ended(ended)
            return
        if message is not None:
            self._hear(message, room)
        elif due.at <= now_s():
            self._mind.did(due.act)
            await self._acts[due.act](room)

    def _ended(self, ended: RoomEnded) -> None:
        self._ending = _ENDING_BY_CODE.get(ended.code, Ending.REFUSED)
        if self._ending is Ending.REFUSED:
            self._counts.failed(str(ended))

    def _hear(self, message: ServerMessage, room: RoomClient) -> None:
        self._mind.notice(room.place, now_s())
        self._counts.told(self._visitor.participant, message, room.place, now_s())
        match message:
            case Refused():
                self._counts.failed(f"error {message.code}")
            # A person who missed two calls has lost the place, and would have to queue again.
            case SeatLost(reason="missed_calls"):
                self._ending = Ending.MISSED_OUT

    async def _answer(self, room: RoomClient) -> None:
        if self._mind.persona.clicks:
            await room.claim()
        else:
            await self._reload(room)

    async def _go(self, room: RoomClient) -> None:
        self._ending = _ENDING_BY_ACT[self._mind.end().act]
        if self._mind.persona.says_goodbye:
            await room.leave()

    async def _reload(self, room: RoomClient) -> None:
        await room.reconnect(self._rng.uniform(*_LOAD_S))

    async def _lose_network(self, room: RoomClient) -> None:
        """Read nothing for a while, so that the server sees a silent connection.

        When the network is back, the browser drops the old connection and opens a new one.
        """
        gap = self._mind.persona.network_gap
        line = room.line
        if isinstance(line, SocketLine):
            line.pause_reading()
            await pause(gap.for_s if gap else 0.0)
            line.abort()
        await self._reload(room)
