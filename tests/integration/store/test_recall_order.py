"""recall_order: what a key began, and nothing that another account's key did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.purchases import Order
from tests.shop import ACCOUNT, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

MONTH_MS = timedelta(days=30) // timedelta(milliseconds=1)


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


async def test_a_key_that_began_nothing_is_unknown(shop: Shop) -> None:
    await shop.open()

    assert await shop.purchases.recall_order("acme", "k1") is None
    assert not await shop.redis.exists(shop.keys.order("k1"))


async def test_a_key_tells_its_purchase_as_it_stands(shop: Shop) -> None:
    await shop.open()

    paid = await shop.pay(shop.purchase())

    assert await shop.purchases.recall_order("acme", "k1") == Order("q1", paid)


async def test_a_key_is_that_of_its_account(shop: Shop) -> None:
    await shop.open()
    await shop.open(replace(ACCOUNT, id="other"))
    await shop.begin(shop.purchase())

    assert await shop.purchases.recall_order("other", "k1") is None
    assert await shop.purchases.find_purchase("other", "u1") is None


@pytest.mark.parametrize("key", ["{x}", "}{", "a b\n", "ü" * 255, "0"])
async def test_a_key_may_be_any_text(shop: Shop, key: str) -> None:
    purchase = shop.purchase()
    await shop.open()

    await shop.begin(purchase, key)

    assert await shop.purchases.recall_order("acme", key) == Order("q1", purchase)


async def test_an_order_is_remembered_for_30_days_after_it_was_last_asked_for(shop: Shop) -> None:
    await shop.open()
    await shop.begin(shop.purchase())
    key = shop.keys.order("k1")
    kept_ms = await shop.redis.pttl(key)
    await shop.redis.pexpire(key, 1000)

    await shop.purchases.recall_order("acme", "k1")

    assert MONTH_MS - 60_000 < kept_ms <= MONTH_MS
    assert MONTH_MS - 60_000 < await shop.redis.pttl(key) <= MONTH_MS


async def test_a_quote_is_read_as_it_was_kept_and_goes_when_it_was_said(shop: Shop) -> None:
    quote = shop.quote()

    await shop.store.save_quote(quote, asked_by=None, valid_s=100, remembered_s=0)

    assert await shop.store.find_quote("acme", "q1") == quote
    assert await shop.store.find_quote("other", "q1") is None
    assert 95 <= await shop.redis.ttl(shop.keys.quote("q1")) <= 100
