"""A waiting person in Python, written from docs/protocol.md: comes in when called, then leaves.

It prints what it hears, a line a message, and how it ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from dataclasses import dataclass
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

FIRST_SILENCE_S = 40
LONGEST_BACKOFF_S = 8


@dataclass(slots=True)
class Person:
    url: str
    token: str
    seen: tuple[int, int] = (0, 0)
    ticket: int = 0
    last_call: str = ""
    retry_s: float | None = None
    silence_s: float = FIRST_SILENCE_S

    async def stay(self) -> int:
        """Come back as often as the protocol asks for; gives the code of the last close."""
        attempt = 0
        while True:
            self.retry_s = None
            code = await self.visit()
            if 4000 <= code < 4100 and self.retry_s is None:
                return code
            rest_s = random.random() * min(LONGEST_BACKOFF_S, 0.5 * 2**attempt)
            await asyncio.sleep((self.retry_s or 0) + rest_s)  # noqa: TID251  # a program of its own
            attempt += 1

    async def visit(self) -> int:
        self.seen = (
            0,
            0,
        )  # the first answer of a connection is the truth, whatever was told before
        try:
            async with connect(self.url, subprotocols=[Subprotocol("fullhouse.v1")]) as socket:
                await self.say(socket, type="hello", token=self.token)
                while True:
                    async with asyncio.timeout(self.silence_s):
                        frame = await socket.recv()
                    await self.hear(socket, json.loads(frame))
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except (OSError, TimeoutError, websockets.InvalidHandshake):
            return 1006

    async def hear(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        match message["type"]:
            case "alive":
                self.silence_s = 2 * message["next_s"]
            case "retry":
                self.retry_s = message["after_ms"] / 1000
                await asyncio.sleep(self.retry_s)  # noqa: TID251  # a program of its own
                await self.say(socket, type="hello", token=self.token)
            case _ if self.is_news(message):
                print(json.dumps(message), flush=True)  # noqa: T201  # what it is for
                await self.act(socket, message)

    def is_news(self, message: dict[str, Any]) -> bool:
        seen = (message.get("epoch", self.seen[0]), message.get("rev", self.seen[1]))
        if seen < self.seen:
            return False
        self.seen = seen
        return True

    async def act(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        match message["type"]:
            case "waiting":
                self.ticket = message["ticket"]
                if message["called"]:
                    await self.say(socket, type="claim")
            case "refresh_required" if self.is_called(message):
                await asyncio.sleep(self.moment_s(message))  # noqa: TID251  # a program of its own
                await self.say(socket, type="claim")
            case "seated":
                await self.say(socket, type="leave")

    def is_called(self, call: dict[str, Any]) -> bool:
        if self.ticket > call["called_to"] or call["refresh"] == self.last_call:
            return False
        self.last_call = call["refresh"]
        return True

    def moment_s(self, call: dict[str, Any]) -> float:
        size = call["called_to"] - call["called_from"] + 1
        turn = max(0, self.ticket - call["called_from"])
        return float(call["window_ms"] * turn / size / 1000)

    async def say(self, socket: ClientConnection, **message: str) -> None:
        await socket.send(json.dumps(message))


if __name__ == "__main__":
    server = os.environ["SERVER"].replace("http", "ws", 1)  # noqa: TID251  # a program of its own
    person = Person(f"{server}/v1/connect", os.environ["TOKEN"])  # noqa: TID251  # as above
    print(f"closed {asyncio.run(person.stay())}")  # noqa: T201  # what it is for
