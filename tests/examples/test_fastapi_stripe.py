"""The platform with FastAPI, in front of a real room whose upgrades are paid on localstripe."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest

from examples.fastapi_stripe.app import app_of
from examples.fastapi_stripe.fullhouse_api import Fullhouse
from examples.fastapi_stripe.prepare import payer_with
from examples.fastapi_stripe.settings import SETTINGS, LiveKey, platform_of
from examples.seat_gate.environment import MissingSettings
from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import verify
from tests.examples.platform import ROOM, Browser, browser_on
from tests.integration.http.face import KEY, SECRET, World, world_of_cards
from tests.receivers import OTHER_SECRET
from tests.receivers import SECRET as WEBHOOK_SECRET

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.stripes import Till

ENVIRONMENT = {
    "FULLHOUSE_URL": "http://fullhouse.example",
    "FULLHOUSE_API_KEY": KEY,
    "FULLHOUSE_ACCOUNT": "acme",
    "FULLHOUSE_TOKEN_SECRET": SECRET,
    "FULLHOUSE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    "SESSION_SECRET": "c" * 32,
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    "HOSTS": "ada",
}


@pytest.fixture
async def cards(redis: Redis, clock: FakeClock, till: Till) -> AsyncIterator[World]:
    async with world_of_cards(redis, clock, till) as world:
        yield world


@pytest.fixture
async def fullhouse(cards: World) -> AsyncIterator[Fullhouse]:
    headers = {"Authorization": f"Bearer {KEY}"}
    transport = httpx.ASGITransport(cards.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://fullhouse", headers=headers
    ) as http:
        yield Fullhouse(http, "acme")


@pytest.fixture
async def browser(fullhouse: Fullhouse) -> AsyncIterator[Browser]:
    platform = dataclasses.replace(platform_of(ENVIRONMENT), fullhouse=fullhouse)
    async with browser_on(app_of(platform)) as browser:
        yield browser


@pytest.mark.parametrize(("person", "role"), [("ada", Role.HOST), ("bob", Role.ATTENDEE)])
async def test_both_elements_get_room_tokens_that_fullhouse_accepts(
    browser: Browser, cards: World, person: str, role: Role
) -> None:
    await browser.sign_in(person)

    token = (await browser.http.post(f"{ROOM}/room-token")).json()["token"]
    me = (await browser.http.get("/me")).json()

    claims = verify(SECRET, token, cards.clock.now())
    assert (claims.account, claims.room, claims.participant) == ("acme", "hall", person)
    assert claims.role == me["role"] == role
    assert me["server"] == "http://fullhouse.example"


async def test_the_page_loads_the_elements_and_allows_their_server_only(browser: Browser) -> None:
    page = await browser.http.get("/")
    script = await browser.http.get("/page.js")

    policy = page.headers["content-security-policy"]
    assert "connect-src 'self' http://fullhouse.example ws://fullhouse.example " in policy
    assert 'src="/page.js"' in page.text
    assert {"fullhouse-host-bar", "fullhouse-waiting-room"} <= set(script.text.split('"'))


async def test_a_host_buys_at_the_price_that_was_read_with_the_card_on_file(
    browser: Browser, fullhouse: Fullhouse, till: Till
) -> None:
    await fullhouse.open_account("small", payer_with(till.client, till.card()))
    await fullhouse.open_room("hall", "Spring launch")
    price = (await fullhouse.quote("large"))["due_now"]["amount"]
    await browser.sign_in("ada")

    other_price = await browser.http.post("/upgrades", json={"plan": "large", "due_now": 1})
    bought = await browser.http.post("/upgrades", json={"plan": "large", "due_now": price})
    upgrade = (await browser.http.get(f"/upgrades/{bought.json()['id']}")).json()

    assert other_price.status_code == 409
    assert other_price.json()["detail"]["due_now"]["amount"] == price
    assert (upgrade["status"], upgrade["payment"]) == ("applied", None)
    assert till.taken() == [price]


async def test_what_fullhouse_refuses_reaches_the_page_as_a_sentence(browser: Browser) -> None:
    await browser.sign_in("ada")

    answer = await browser.http.post("/upgrades", json={"plan": "nope", "due_now": 1})

    assert answer.status_code == 422
    assert "nope" in answer.json()["detail"]


async def test_attendees_and_strangers_buy_nothing(browser: Browser, till: Till) -> None:
    asked = {"plan": "large", "due_now": 1}
    stranger = await browser.http.post("/upgrades", json=asked)
    await browser.sign_in("bob")
    attendee = await browser.http.post("/upgrades", json=asked)

    assert (stranger.status_code, attendee.status_code) == (401, 403)
    assert till.taken() == []


async def test_webhooks_are_verified(browser: Browser, fullhouse: Fullhouse) -> None:
    platform = dataclasses.replace(
        platform_of(ENVIRONMENT), fullhouse=fullhouse, webhook_secret=OTHER_SECRET
    )
    async with browser_on(app_of(platform)) as of_another:
        refused = await of_another.webhook("room.full", account="acme")

    assert refused.status_code == 400
    assert (await browser.webhook("room.full", account="acme")).status_code == 204


def test_a_start_without_settings_names_each_of_them() -> None:
    with pytest.raises(MissingSettings) as missing:
        platform_of({})

    lines = str(missing.value).splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == list(SETTINGS)


@pytest.mark.parametrize("name", ["STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY"])
def test_a_live_key_of_stripe_is_refused(name: str) -> None:
    with pytest.raises(LiveKey, match=name):
        platform_of({**ENVIRONMENT, name: "sk_live_1"})
