"""A whole node whose clock is years behind that of its store: it says so, and sells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fullhouse import app
from fullhouse.settings import Settings
from tests.fakes import FakeClock
from tests.shop import Shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

KEY = "a-platform-key"
ACME = "/v1/accounts/acme"


@pytest.fixture
async def node(redis: Redis, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """With the account `acme`, by the time of November 2023."""
    clock = FakeClock()
    await Shop(redis, clock).open()
    settings = Settings(redis_url=redis_url, api_keys=(KEY,), token_secret="s" * 32)
    async with (
        app.node(settings, clock=clock) as node,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(node.app),
            base_url="http://node",
            headers={"Authorization": f"Bearer {KEY}"},
        ) as client,
    ):
        yield client


async def test_readiness_warns_of_the_clock_and_gives_it_as_no_reason(
    node: httpx.AsyncClient,
) -> None:
    document = (await node.get("/health/ready")).json()

    (warning,) = [text for text in document["warnings"] if text.startswith("clock: ")]
    assert warning.startswith("clock: This server's clock is ")
    assert "s behind that of the store." in warning
    assert not any("clock" in reason for reason in document["reasons"])


async def test_rooms_go_on_and_money_waits(node: httpx.AsyncClient) -> None:
    new = {"plan": "live-50", "billing_period": "month", "period_start": "2023-11-14"}

    account = await node.get(ACME)
    room = await node.put(f"{ACME}/rooms/hall", json={"title": "Hall"})
    quote = await node.post(f"{ACME}/upgrade-quotes", json={"plan": "live-250"})
    opened = await node.put("/v1/accounts/new", json={**new, "time_zone": "UTC"})

    assert (account.status_code, room.status_code) == (200, 201)
    for refusal in (quote, opened):
        assert (refusal.status_code, refusal.json()["code"]) == (503, "unavailable")
        assert refusal.headers["Retry-After"] == "60"
