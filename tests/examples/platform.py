"""A platform's backend in front of a real room: the browser, and the webhooks of Fullhouse."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
from standardwebhooks.webhooks import Webhook

from examples.seat_gate.backend import SeatGate
from examples.seat_gate.gate import Gate
from examples.seat_gate.media import MediaServer
from examples.seat_gate.people import People
from tests.integration.http.face import KEY, SECRET, World
from tests.receivers import SECRET as WEBHOOK_SECRET

if TYPE_CHECKING:
    from starlette.applications import Starlette

ROOM = "/rooms/hall"


@dataclass(slots=True)
class Browser:
    """Asks the backend of the platform, with the cookies that it has set."""

    http: httpx.AsyncClient

    async def sign_in(self, participant: str) -> None:
        (await self.http.post("/sign-in", json={"participant": participant})).raise_for_status()

    async def media_token(self) -> httpx.Response:
        return await self.http.post(f"{ROOM}/media-token")

    async def webhook(self, type_: str, **data: str) -> httpx.Response:
        """What Fullhouse sends, signed as it signs."""
        body = json.dumps({"type": type_, "timestamp": "", "data": {"room": "hall", **data}})
        now = datetime.now(UTC)  # noqa: TID251  # the library compares it with the wall clock
        signed = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(WEBHOOK_SECRET).sign("msg_1", now, body),
        }
        return await self.http.post("/fullhouse", content=body, headers=signed)


@asynccontextmanager
async def seat_gate_on(world: World, media: MediaServer) -> AsyncIterator[SeatGate]:
    """A seat gate that asks the room `acme/hall`. `ada` hosts it, and `pam` presents."""
    headers = {"Authorization": f"Bearer {KEY}"}
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://fullhouse", headers=headers
    ) as http:
        people = People("acme", SECRET, "c" * 32, frozenset({"ada"}), frozenset({"pam"}))
        yield SeatGate(Gate(http, "acme"), people, media)


@asynccontextmanager
async def browser_on(app: Starlette) -> AsyncIterator[Browser]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://platform") as http:
        yield Browser(http)
