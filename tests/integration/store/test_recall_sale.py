"""recall_sale: what a key has bought, and nothing that another account's key has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from server.domain.upgrades import Sale
from tests.shop import ACCOUNT, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


async def test_a_key_that_bought_nothing_is_unknown(shop: Shop) -> None:
    await shop.open()

    assert await shop.store.recall_sale("acme", "k1") is None
    assert not await shop.redis.exists(shop.keys.sale("k1"))


async def test_a_key_is_that_of_its_account(shop: Shop) -> None:
    await shop.open()
    await shop.open(replace(ACCOUNT, id="other"))
    await shop.buy(shop.purchase())

    assert await shop.store.recall_sale("other", "k1") is None
    assert await shop.store.find_upgrade("other", "u1") is None


@pytest.mark.parametrize("key", ["{x}", "}{", "a b\n", "ü" * 255, "0"])
async def test_a_key_may_be_any_text(shop: Shop, key: str) -> None:
    purchase = shop.purchase()
    await shop.open()

    await shop.buy(purchase, key)

    assert await shop.store.recall_sale("acme", key) == Sale("q1", purchase.upgrade)


async def test_a_quote_is_read_as_it_was_kept_and_goes_when_it_was_said(shop: Shop) -> None:
    quote = shop.quote()

    await shop.store.save_quote(quote, keep_s=100)

    assert await shop.store.find_quote("acme", "q1") == quote
    assert await shop.store.find_quote("other", "q1") is None
    assert 95 <= await shop.redis.ttl(shop.keys.quote("q1")) <= 100
