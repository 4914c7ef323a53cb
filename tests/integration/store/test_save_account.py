"""save_account: a change is kept unless somebody else made one first."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.shop import ACCOUNT, Shop

CHANGED = replace(ACCOUNT, parallel_events=5, version=2)


async def test_a_change_from_the_version_seen_is_kept(shop: Shop) -> None:
    assert await shop.store.save_account(CHANGED, seen_version=1)

    assert await shop.store.find_account("acme") == CHANGED
    assert await shop.redis.hget(shop.keys.record, "parallel_events") == b"5"


async def test_a_change_from_an_older_version_changes_nothing(shop: Shop) -> None:
    await shop.store.save_account(CHANGED, seen_version=1)
    before = await shop.contents()
    other = replace(CHANGED, parallel_events=7)

    assert not await shop.store.save_account(other, seen_version=1)
    assert await shop.contents() == before


async def test_a_change_of_an_account_that_is_gone_brings_nothing_back(shop: Shop) -> None:
    await shop.redis.delete(shop.keys.record)

    assert not await shop.store.save_account(CHANGED, seen_version=1)
    assert await shop.store.find_account("acme") is None


async def test_the_very_same_change_by_many_nodes_is_one_success(shop: Shop) -> None:
    saved = await asyncio.gather(
        *(shop.store.save_account(CHANGED, seen_version=1) for _ in range(10))
    )

    assert all(saved)
    assert await shop.store.find_account("acme") == CHANGED


async def test_of_different_changes_at_once_one_is_kept(shop: Shop) -> None:
    changes = [replace(CHANGED, parallel_events=n) for n in range(10)]

    saved = await asyncio.gather(
        *(shop.store.save_account(change, seen_version=1) for change in changes)
    )

    kept = await shop.store.find_account("acme")
    assert [change for change, is_saved in zip(changes, saved, strict=True) if is_saved] == [kept]


async def test_live_rooms_are_left_alone(shop: Shop) -> None:
    (event_room,) = await shop.open(rooms=1)
    before = await event_room.revision()

    await shop.store.save_account(CHANGED, seen_version=1)

    assert await event_room.revision() == before
