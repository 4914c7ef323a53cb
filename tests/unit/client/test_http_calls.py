"""Calls are repeated while that may help, and only as the server asks for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from fullhouse.client import PlatformClient, Problem
from fullhouse.client.problems import PROBLEMS as OF_THE_CLIENT
from fullhouse.client.problems import NotFound, PaymentFailed, Unavailable, UnknownAnswer
from fullhouse.edge.problems import PROBLEMS as OF_THE_SERVER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UNAVAILABLE = (503, '{"code":"unavailable","detail":"The store is away."}')
NOT_FOUND = (404, '{"code":"not_found","detail":"There is no such thing."}')
REFUSED = (402, '{"code":"payment_failed","detail":"The card was declined."}')
UPGRADE = (
    201,
    '{"id":"u1","status":"applied","quote":"q1","plan":"live-100","applied_at":null,"payment":null,'
    '"due_now":{"amount":1,"currency":"EUR"},"carried_over":false,"refunded":null,"disputes":[]}',
)
CUT = (0, "")
NOT_FOR_CALLERS = {
    "idempotency_key_missing",  # the client sends one
    "too_large",  # no call of the client is
    "invalid_handshake",  # not of a call
    "upgrade_required",
}


@dataclass(slots=True)
class Server:
    """Gives one answer after the other, and keeps the heads of the requests."""

    answers: list[tuple[int, str]]
    after: str = "0"
    heads: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        status, body = self.answers.pop(0)
        if status:
            head = f"HTTP/1.1 {status} Told\r\nConnection: close\r\nRetry-After: {self.after}\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            await writer.drain()
        writer.close()

    @property
    def keys(self) -> list[str]:
        lines = [line for head in self.heads for line in head.lower().splitlines()]
        return [line.partition(": ")[2] for line in lines if line.startswith("idempotency-key")]


@asynccontextmanager
async def served(server: Server, patience_s: float = 30) -> AsyncIterator[PlatformClient]:
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with PlatformClient(
            f"http://127.0.0.1:{port}", "key", patience_s=patience_s, uses_proxy=False
        ) as client:
            yield client


async def test_an_upgrade_is_repeated_with_the_same_key_until_it_is_answered() -> None:
    server = Server([UNAVAILABLE, CUT, UPGRADE])

    async with served(server) as client:
        upgrade = await client.account("acme").upgrade("q1")

    assert upgrade.status == "applied"
    assert len(server.keys) == 3
    assert len(set(server.keys)) == 1


async def test_two_upgrades_have_two_keys() -> None:
    server = Server([UPGRADE, UPGRADE])

    async with served(server) as client:
        for _ in range(2):
            await client.account("acme").upgrade("q1")

    assert len(set(server.keys)) == 2


async def test_a_refusal_is_not_repeated() -> None:
    server = Server([REFUSED])

    async with served(server) as client:
        with pytest.raises(PaymentFailed, match="The card was declined"):
            await client.account("acme").upgrade("q1")

    assert server.answers == []


async def test_a_delete_whose_answer_was_lost_may_find_nothing_when_it_is_repeated() -> None:
    server = Server([CUT, NOT_FOUND, CUT, NOT_FOUND, NOT_FOUND])

    async with served(server) as client:
        await client.account("acme").delete()
        await client.account("acme").room("hall").delete()
        with pytest.raises(NotFound):
            await client.account("acme").delete()

    assert server.answers == []


async def test_a_removal_that_finds_no_room_has_removed_nobody() -> None:
    server = Server([CUT, NOT_FOUND])

    async with served(server) as client:
        with pytest.raises(NotFound) as failure:
            await client.account("acme").room("hall").remove("bob")

    assert failure.value.attempts == 2


async def test_a_pause_longer_than_ones_patience_is_a_failure_at_once() -> None:
    server = Server([UNAVAILABLE], after="60")

    async with served(server) as client:
        with pytest.raises(Unavailable) as failure:
            await client.plans()

    assert failure.value.retry_after_s == 60


async def test_an_answer_of_something_else_is_told_apart() -> None:
    server = Server([(200, "<html>"), (404, "<html>")])

    async with served(server) as client:
        with pytest.raises(UnknownAnswer):
            await client.plans()
        with pytest.raises(Problem) as problem:
            await client.plans()

    assert (problem.value.code, problem.value.status) == ("unknown", 404)


def test_every_problem_of_the_server_has_a_class() -> None:
    codes = {error.code for error in OF_THE_SERVER} - NOT_FOR_CALLERS

    assert codes == set(OF_THE_CLIENT)
