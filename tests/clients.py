"""A client of the WebSocket face, and what it may rely on at every frame."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import jwt
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.asyncapi import complaint_of, words_of
from tests.nodes import SECRET
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.asyncio.client import ClientConnection

    from tests.nodes import Node

SUBPROTOCOL = "fullhouse.v1"

Frame = dict[str, Any]

_ROOM = {"type", "room", "epoch", "rev"}
_PLAIN = {
    "retry": {"type", "after_ms"},
    "alive": {"type", "next_s"},
    "error": {"type", "code", "detail"},
}
_ATTENDEES: dict[str, set[str]] = {
    **_PLAIN,
    "seated": _ROOM | {"installation", "participant", "grace_s"},
    "waiting": _ROOM
    | {"installation", "participant", "ticket", "ahead", "called", "called_to", "reason"}
    | {"claim_s", "grace_s", "away_s", "estimate_s", "watch"},
    "refresh_required": _ROOM
    | {"refresh", "reason", "called_from", "called_to", "window_ms", "claim_s"},
    "line": _ROOM | {"called_to", "ahead", "estimate_s"},
    "message": _ROOM | {"text", "at"},
    "watch": _ROOM | {"watch", "window_ms"},
    "seat_lost": _ROOM | {"reason"},
    "room_closed": _ROOM | {"reason"},
}
"""All that an attendee ever hears: their own place, never prices, plan, capacity or others."""


def room_token(
    account: str,
    participant: str,
    role: str = "attendee",
    *,
    room: str = "hall",
    secret: str = SECRET,
    algorithm: str = "HS256",
    **claims: object,
) -> str:
    """A room token as the platform's backend makes it, with any JWT library.

    Args:
        claims: In place of, or beside, the usual ones; None leaves a claim out.
    """
    payload = {
        "aud": "fullhouse",
        "sub": participant,
        "acct": account,
        "room": room,
        "role": role,
        "exp": int(time.time()) + 3600,  # noqa: TID251  # the real clock is what nodes go by
        **claims,
    }
    given = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(given, secret, algorithm=algorithm)


class Record:
    """Everything that one connection of one person heard.

    It holds the server to what holds for every client: `rev` never falls within an epoch, an epoch
    never falls, and each role hears only what is meant for it, in the form that the AsyncAPI
    document gives it.

    Attributes:
        heard: Every frame, oldest first, each with the moment of its arrival in `heard_at`.
    """

    def __init__(self, token: str) -> None:
        claims = jwt.decode(token, options={"verify_signature": False})
        self.token = token
        self.name: str = claims["sub"]
        self.role: str = claims["role"]
        self.heard: list[Frame] = []
        self.heard_at: list[float] = []
        self.raw: list[str] = []
        self.broken_promises: list[str] = []
        self._newest = (0, 0)

    def all(self, word: str) -> list[Frame]:
        """Every message of that type so far."""
        return [frame for frame in self.heard if frame["type"] == word]

    def check(self) -> None:
        """Raises if the server broke a promise to this client."""
        assert not self.broken_promises, self._story("; ".join(self.broken_promises))

    def hear(self, text: str) -> Frame:
        frame: Frame = json.loads(text)
        self._hold_to_promises(frame)
        self.raw.append(text)
        self.heard.append(frame)
        self.heard_at.append(asyncio.get_running_loop().time())
        return frame

    def _hold_to_promises(self, frame: Frame) -> None:
        word = frame["type"]
        if self.role == "attendee" and set(frame) != _ATTENDEES.get(word):
            self.broken_promises.append(f"an attendee heard {frame}")
        if word not in words_of("send_to", self.role):
            self.broken_promises.append(f"a {self.role} heard {frame}")
        if complaint := complaint_of(frame):
            self.broken_promises.append(f"{complaint} in {frame}")
        if "rev" in frame:
            revision = (frame["epoch"], frame["rev"])
            if revision < self._newest:
                self.broken_promises.append(f"rev fell: {frame}")
            self._newest = max(self._newest, revision)

    def _story(self, complaint: str) -> str:
        heard = "\n".join(map(str, self.heard))
        return f"{self.role} {self.name}: {complaint}. Heard:\n{heard}"


class WsClient(Record):
    """One tab of one person, and everything it heard. It says what the test says."""

    def __init__(self, socket: ClientConnection, token: str) -> None:
        super().__init__(token)
        self.socket = socket
        self._next = 0
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, node: Node, token: str) -> WsClient:
        """A connection that has not said anything yet."""
        words: Any = [SUBPROTOCOL]
        socket = await connect(node.connect_url, subprotocols=words, open_timeout=PATIENCE_S)
        return cls(socket, token)

    @classmethod
    async def enter(cls, node: Node, token: str) -> WsClient:
        """A connection that has said hello."""
        client = await cls.connect(node, token)
        await client.hello()
        return client

    @property
    def is_closed(self) -> bool:
        return self._reading.done()

    async def hello(self) -> None:
        await self.say("hello", token=self.token)

    async def say(self, word: str, **fields: object) -> None:
        await self.socket.send(json.dumps({"type": word, **fields}))

    async def expect(self, word: str, **fields: object) -> Frame:
        """The next message of that type with those fields, after the one expected last.

        Messages passed over are not expected any more: expectations stand in order of arrival.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    for frame in self._unexpected():
                        if _fits(frame, word, fields):
                            return frame
                    assert not self.is_closed, self._story(f"closed, without {word} {fields}")
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(self._story(f"no {word} {fields}")) from None

    async def expect_close(self, code: int) -> str:
        """The reason given with that close code."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.socket.wait_closed()
                await asyncio.wait([self._reading])
        except TimeoutError:
            raise AssertionError(self._story(f"not closed with {code}")) from None
        assert self.socket.close_code == code, self._story(f"closed with {self.socket.close_code}")
        return self.socket.close_reason or ""

    async def never(self, word: str, **fields: object) -> None:
        """Nothing of that kind has come since the message expected last, nor is on its way."""
        if not self.is_closed:
            await self.round_trip()
        came = [frame for frame in self.heard[self._next :] if _fits(frame, word, fields)]
        assert not came, self._story(f"{word} {fields} came")

    async def round_trip(self) -> None:
        """Everything that the server has written so far is heard."""
        async with asyncio.timeout(PATIENCE_S):
            await (await self.socket.ping())

    async def close(self) -> None:
        """Close the tab."""
        await self.socket.close()
        await asyncio.wait([self._reading])

    async def vanish(self) -> None:
        """Lose the network, without a word."""
        self.socket.transport.abort()
        await asyncio.wait([self._reading])

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                assert isinstance(text, str), "binary"
                self.hear(text)
                self._news.set()
        except ConnectionClosed:
            pass
        except AssertionError as error:
            self.broken_promises.append(str(error))
        finally:
            self._news.set()

    def _unexpected(self) -> Iterator[Frame]:
        while self._next < len(self.heard):
            self._next += 1
            yield self.heard[self._next - 1]

    def _story(self, complaint: str) -> str:
        end = self.socket.close_code if self.is_closed else "not"
        return f"{super()._story(complaint)}\nClosed: {end}."


def _fits(frame: Frame, word: str, fields: dict[str, object]) -> bool:
    if frame["type"] != word:
        return False
    return all(frame.get(name) == value for name, value in fields.items())
