"""Tokens of the platform API: asked for as the platform does, and refusals told apart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from fullhouse.client import NotInvited, TokenUnavailable
from fullhouse_demo.crowd.tokens import PlatformTokens

PROBLEM = {"code": "unauthenticated", "detail": "No such key."}


@dataclass(slots=True)
class Api:
    """Answers every request alike, and keeps the last one."""

    status: int
    answer: str
    head: str = ""
    body: bytes = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in self.head.splitlines()
            if line.lower().startswith("content-length")
        )
        self.body = await reader.readexactly(length)
        writer.write(
            f"HTTP/1.1 {self.status} Told\r\nConnection: close\r\n"
            f"Content-Length: {len(self.answer)}\r\n\r\n{self.answer}".encode()
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def api(status: int, answer: object) -> AsyncIterator[tuple[Api, PlatformTokens]]:
    played = Api(status, answer if isinstance(answer, str) else json.dumps(answer))
    async with await asyncio.start_server(played.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        tokens = PlatformTokens(f"http://127.0.0.1:{port}", "key-1", "acme", "main-hall")
        yield played, tokens
        await tokens.close()


async def test_a_token_is_asked_for_one_attendee_of_the_room() -> None:
    async with api(201, {"token": "abc", "expires_at": "2026-01-01T00:00:00Z"}) as (
        played,
        tokens,
    ):
        token = await tokens.token("sim-1", "Zoë")

    asked: dict[str, Any] = json.loads(played.body)
    assert token == "abc"
    assert played.head.startswith("POST /v1/accounts/acme/rooms/main-hall/tokens ")
    assert "Authorization: Bearer key-1\r\n" in played.head
    assert asked == {"participant": "sim-1", "role": "attendee", "ttl_s": 3600, "name": "Zoë"}


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_trouble_may_be_asked_about_again(status: int) -> None:
    async with api(status, PROBLEM) as (_, tokens):
        with pytest.raises(TokenUnavailable, match=f"no token: {status}"):
            await tokens.token("sim-1", "Ada")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_final_and_told_in_the_words_of_the_api(status: int) -> None:
    async with api(status, PROBLEM) as (_, tokens):
        with pytest.raises(NotInvited, match=rf"{status} unauthenticated: No such key\."):
            await tokens.token("sim-1", "Ada")


@pytest.mark.parametrize(("status", "answer"), [(200, "<html>"), (201, {}), (404, "<html>")])
async def test_what_is_no_fullhouse_api_gives_no_token(status: int, answer: object) -> None:
    async with api(status, answer) as (_, tokens):
        with pytest.raises(NotInvited):
            await tokens.token("sim-1", "Ada")


async def test_where_nobody_answers_it_may_be_asked_again() -> None:
    async with api(201, {}) as (_, tokens):
        pass

    with pytest.raises(TokenUnavailable, match="does not answer at http"):
        await tokens.token("sim-1", "Ada")
