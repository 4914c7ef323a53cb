"""A platform's backend that receives webhooks, on 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from standardwebhooks.webhooks import Webhook

from tests.asyncapi import complaint_of, undocumented_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMhISE="
OTHER_SECRET = "whsec_" + "YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3RzLCAzMmI="

OK, BROKEN = "200 OK", "500 Broken"


@dataclass
class Receiver:
    """Verifies each request, holds it against the AsyncAPI document, and keeps what it said.

    Attributes:
        answers: The next status lines; then always `OK`. '': close without an answer.
        slow: Accounts whose requests are answered only when `gate` is set.
        requests: (headers, document) of all requests, in order, refused ones too.
        complaints: What differs from the AsyncAPI document; there must be nothing at the end.
        most_at_once: The largest number of requests of one account at the same time.
    """

    secret: str = SECRET
    answers: deque[str] = field(default_factory=deque)
    slow: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    port: int = 0
    more_headers: str = ""
    most_at_once: int = 0
    _now: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=fullhouse"

    @property
    def types(self) -> list[str]:
        """Of the accepted webhooks."""
        return [str(each["type"]) for each in self.accepted]

    @property
    def ids(self) -> list[str]:
        """Of all requests."""
        return [headers["webhook-id"] for headers, _ in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        document = Webhook(self.secret).verify(body, headers)
        assert document == json.loads(body)
        complaint = complaint_of(document) or undocumented_in(document)
        if complaint:
            self.complaints.append(f"{document['type']}: {complaint}")
        account = str(document["data"]["account"])
        self._now[account] = self._now.get(account, 0) + 1
        self.most_at_once = max(self.most_at_once, self._now[account])
        self.requests.append((headers, document))
        if account in self.slow:
            await self.gate.wait()
        self._now[account] -= 1
        status = self.answers.popleft() if self.answers else OK
        if status.startswith("2"):
            self.accepted.append(document)
        if not status:
            self.accepted.append(document)
            return False
        answer = f"HTTP/1.1 {status}\r\ncontent-length: 2\r\n{self.more_headers}\r\nok"
        writer.write(answer.encode())
        await writer.drain()
        return True


@asynccontextmanager
async def running_receiver(receiver: Receiver | None = None) -> AsyncIterator[Receiver]:
    receiver = receiver or Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", receiver.port)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.gate.set()
        server.close()
    assert receiver.complaints == []
