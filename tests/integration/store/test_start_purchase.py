"""start_purchase: one purchase at a time for an account, and one for a key."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fullhouse.domain.account_limits import AccountLimits
from fullhouse.domain.errors import ChangeInProgress, QuoteStale, RateLimited, StoreUnavailable
from fullhouse.domain.payments import Failed
from fullhouse.domain.purchases import Order, after_payment, watch_of
from fullhouse.store.purchase_store import PurchaseStore
from tests.accounts import HUGE
from tests.shop import ACCOUNT, Shop

HOUR_MS = 3_600_000


async def test_a_purchase_that_begins_changes_nothing_but_its_own_record(shop: Shop) -> None:
    purchase = shop.purchase()

    order = await shop.begin(purchase)

    assert order == Order("q1", purchase)
    assert await shop.purchases.find_purchase("acme", "u1") == purchase
    assert await shop.store.find_account("acme") == ACCOUNT
    assert await shop.ledger() == []


async def test_the_same_key_again_finds_what_it_began(shop: Shop) -> None:
    first = await shop.begin(shop.purchase("u1"))
    before = await shop.contents()

    again = await shop.begin(shop.purchase("u2", target=HUGE))

    assert again == first
    assert await shop.purchases.find_purchase("acme", "u2") is None
    assert await shop.contents() == before


async def test_another_key_finds_the_account_busy(shop: Shop) -> None:
    await shop.begin(shop.purchase("u1"), "k1")

    with pytest.raises(ChangeInProgress):
        await shop.begin(shop.purchase("u2"), "k2")
    assert await shop.purchases.recall_order("acme", "k2") is None


async def test_a_settled_purchase_makes_room_for_the_next(shop: Shop) -> None:
    order = await shop.begin(shop.purchase("u1"), "k1")
    await shop.purchases.advance_purchase(after_payment(order.purchase, Failed("declined")))

    again = await shop.begin(shop.purchase("u2"), "k2")

    assert again.purchase.id == "u2"


async def test_an_account_begins_so_many_purchases_in_a_day(shop: Shop) -> None:
    """Also those that fail: somebody may be trying out cards."""
    for number in (1, 2, 3):  # before the limit was set: one more than it allows
        order = await shop.begin(shop.purchase(f"u{number}"), f"k{number}")
        await shop.purchases.advance_purchase(after_payment(order.purchase, Failed("declined")))
        shop.clock.advance(ms=HOUR_MS)
    limits = AccountLimits(purchases_per_day=2)
    shop.purchases = PurchaseStore(
        shop.redis, waits_for_disk=False, instant=shop.clock.now_ms, limits=limits
    )

    with pytest.raises(RateLimited) as refusal:
        await shop.begin(shop.purchase("u4"), "k4")
    assert (refusal.value.limit, refusal.value.retry_after_s) == ("account_purchases", 22 * 3600)
    assert await shop.purchases.find_purchase("acme", "u4") is None
    assert (await shop.begin(shop.purchase("u1"), "k1")).purchase.id == "u1"  # as it was

    shop.clock.advance(ms=22 * HOUR_MS)
    assert (await shop.begin(shop.purchase("u4"), "k4")).purchase.id == "u4"


async def test_an_account_that_changed_since_the_quote_buys_nothing(shop: Shop) -> None:
    changed = replace(ACCOUNT, parallel_events=5, version=2)
    await shop.store.save_account(changed, seen_version=1)

    with pytest.raises(QuoteStale):
        await shop.begin(shop.purchase())
    assert await shop.purchases.recall_order("acme", "k1") is None


async def test_of_ten_at_once_one_begins(shop: Shop) -> None:
    answers = await asyncio.gather(
        *(shop.begin(shop.purchase(f"u{n}"), f"k{n}") for n in range(10)), return_exceptions=True
    )

    (begun,) = (answer for answer in answers if isinstance(answer, Order))
    assert await shop.redis.hkeys(shop.keys.purchases) == [begun.purchase.id.encode()]
    assert sum(isinstance(answer, ChangeInProgress) for answer in answers) == 9


async def test_a_purchase_is_looked_after_from_the_start(shop: Shop) -> None:
    purchase = shop.purchase()

    await shop.begin(purchase)

    assert await shop.purchases.take_purchases(shop.clock.now_ms() + 3000) == [watch_of(purchase)]


async def test_nobody_looks_after_what_did_not_begin(shop: Shop) -> None:
    purchase = shop.purchase()
    with pytest.raises(QuoteStale):
        await shop.begin(replace(purchase, quote=replace(purchase.quote, account_version=9)))

    assert await shop.purchases.take_purchases(shop.clock.now_ms() + 3000) == []


async def test_a_full_store_begins_no_purchase_and_ends_one_that_has_begun(shop: Shop) -> None:
    paid = await shop.pay(shop.purchase("u1"), "k1")
    await shop.redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(StoreUnavailable):
            await shop.begin(shop.purchase("u2"), "k2")
        applied = await shop.apply(paid)
    finally:
        await shop.redis.config_set("maxmemory", 0)

    assert applied is not None
    assert applied.status == "applied"
