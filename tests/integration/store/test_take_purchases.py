"""take_purchases: what nobody has settled is looked after by one node, less and less often."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from fullhouse.domain.purchases import Watch, watch_of
from tests.shop import ACCOUNT, Shop

SECOND_MS = 1_000
DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


@pytest.fixture
async def watch(shop: Shop) -> Watch:
    """A purchase that has just begun."""
    return watch_of((await shop.begin(shop.purchase())).purchase)


async def taken(shop: Shop, *, after_ms: int) -> list[Watch]:
    return await shop.purchases.take_purchases(shop.clock.now_ms() + after_ms)


async def test_whoever_began_a_purchase_has_a_moment_to_settle_it(
    shop: Shop, watch: Watch
) -> None:
    early = await taken(shop, after_ms=3 * SECOND_MS - 1)
    on_time = await taken(shop, after_ms=3 * SECOND_MS)

    assert early == []
    assert on_time == [watch]


async def test_of_ten_nodes_that_ask_at_once_one_gets_it(shop: Shop, watch: Watch) -> None:
    answers = await asyncio.gather(*(taken(shop, after_ms=3 * SECOND_MS) for _ in range(10)))

    assert [watch for answer in answers for watch in answer] == [watch]


async def test_the_longer_a_purchase_waits_the_less_often_it_is_asked_about(
    shop: Shop, watch: Watch
) -> None:
    asked_ms = [
        after_ms
        for after_ms in range(0, 15 * 60 * SECOND_MS, SECOND_MS)
        if await taken(shop, after_ms=after_ms)
    ]

    pauses_ms = [later - earlier for earlier, later in pairwise(asked_ms)]
    assert pauses_ms[0] == 3 * SECOND_MS
    assert pauses_ms == sorted(pauses_ms)
    assert pauses_ms[-1] > 60 * SECOND_MS


async def test_but_never_less_often_than_every_ten_minutes(shop: Shop, watch: Watch) -> None:
    await taken(shop, after_ms=3 * DAY_MS)

    assert await taken(shop, after_ms=3 * DAY_MS + 600 * SECOND_MS - 1) == []
    assert await taken(shop, after_ms=3 * DAY_MS + 600 * SECOND_MS) == [watch]


async def test_what_is_settled_is_never_due_again(shop: Shop, watch: Watch) -> None:
    await shop.purchases.let_go(watch)

    assert await taken(shop, after_ms=DAY_MS) == []


async def test_the_longest_due_come_first_and_a_node_takes_only_so_many(shop: Shop) -> None:
    for n in range(25):
        account = replace(ACCOUNT, id=f"acme-{n}")
        await shop.open(account)
        shop.clock.advance(ms=1)
        await shop.begin(shop.purchase(f"u{n}", account=account))

    first = await taken(shop, after_ms=5 * SECOND_MS)
    second = await taken(shop, after_ms=5 * SECOND_MS)

    assert [watch.purchase for watch in first] == [f"u{n}" for n in range(20)]
    assert [watch.purchase for watch in second] == [f"u{n}" for n in range(20, 25)]
