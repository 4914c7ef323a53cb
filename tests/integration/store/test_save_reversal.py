"""save_reversal: what is known of a charge is kept, and never replaced by less."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.money import Money
from fullhouse.domain.reversals import NOTHING_REVERSED, Dispute, Reversal
from fullhouse.store.reversal_store import ReversalStore
from tests.shop import Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis


HALF = Reversal(Money(500, "EUR"))
ALL = Reversal(Money(1000, "EUR"), (Dispute("dp_1", Money(7, "EUR"), "open", 3),))


@pytest.fixture
def reversals(redis: Redis) -> ReversalStore:
    return ReversalStore(redis, waits_for_disk=False)


async def test_what_is_saved_is_read(shop: Shop, reversals: ReversalStore) -> None:
    assert await reversals.save_reversal("acme", "u1", HALF, seen=NOTHING_REVERSED)
    assert await reversals.save_reversal("acme", "u1", ALL, seen=HALF)

    assert await reversals.find_reversal("acme", "u1") == ALL
    assert await reversals.find_reversal("acme", "u2") == NOTHING_REVERSED
    assert await reversals.read_reversals("acme") == {"u1": ALL}


async def test_what_was_made_from_less_changes_nothing(
    shop: Shop, reversals: ReversalStore
) -> None:
    await reversals.save_reversal("acme", "u1", ALL, seen=NOTHING_REVERSED)
    before = await shop.contents()

    assert await reversals.save_reversal("acme", "u1", HALF, seen=NOTHING_REVERSED) is False
    assert await shop.contents() == before


async def test_the_same_by_many_nodes_is_one_success(shop: Shop, reversals: ReversalStore) -> None:
    kept = await asyncio.gather(
        *(reversals.save_reversal("acme", "u1", ALL, seen=NOTHING_REVERSED) for _ in range(10))
    )

    assert all(kept)


async def test_of_different_ones_at_once_one_is_kept(shop: Shop, reversals: ReversalStore) -> None:
    saved = [Reversal(Money(amount, "EUR")) for amount in range(1, 11)]

    kept = await asyncio.gather(
        *(reversals.save_reversal("acme", "u1", each, seen=NOTHING_REVERSED) for each in saved)
    )

    assert kept.count(True) == 1
    assert await reversals.find_reversal("acme", "u1") == saved[kept.index(True)]


async def test_nothing_is_kept_for_an_account_that_is_gone(
    redis: Redis, reversals: ReversalStore
) -> None:
    assert await reversals.save_reversal("gone", "u1", HALF, seen=NOTHING_REVERSED) is None
    assert await redis.keys() == []
