"""The names of all accounts: complete whoever comes and goes, and in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.keys import DEFAULT_KEYS, part_of
from tests.shop import ACCOUNT, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
def index(redis: Redis) -> AccountIndex:
    return AccountIndex(redis)


async def all_names(index: AccountIndex, prefix: str = "") -> list[str]:
    return await index.names(prefix=prefix, after=None, count=99)


async def test_a_store_that_takes_no_writes_is_no_bug(redis: Redis, index: AccountIndex) -> None:
    """Its words stand behind those of redis-py, which names the call of a pipeline."""
    await redis.config_set("min-replicas-to-write", 1)
    try:
        with pytest.raises(StoreUnavailable) as unavailable:
            await index.add("acme")
    finally:
        await redis.config_set("min-replicas-to-write", 0)

    assert unavailable.value.refusal is StoreRefusal.NO_REPLICAS
    assert unavailable.value.reason.startswith("NOREPLICAS ")


async def test_names_of_an_earlier_version_are_sorted_in(
    redis: Redis, index: AccountIndex
) -> None:
    await redis.sadd(DEFAULT_KEYS.index_of("acme"), "acme")

    before = await all_names(index)
    await index.sort_in(part_of("acme"))

    assert (before, await all_names(index)) == ([], ["acme"])


@pytest.mark.parametrize(
    ("prefix", "after", "expected"),
    [("", "b", ["b1", "c"]), ("b", "a", ["b", "b1"]), ("b", "b", ["b1"]), ("b", "c", [])],
)
async def test_a_page_begins_after_the_last_name_and_within_the_prefix(
    index: AccountIndex, prefix: str, after: str, expected: list[str]
) -> None:
    for name in ("a", "b", "b1", "c"):
        await index.add(name)

    assert await index.names(prefix=prefix, after=after, count=9) == expected


async def test_an_account_opened_while_its_last_was_deleted_keeps_its_name(
    redis: Redis, clock: FakeClock, index: AccountIndex
) -> None:
    """The name is removed a moment after the account, and another request came in between."""
    shop = Shop(redis, clock)
    await shop.store.put_account(ACCOUNT)

    await index.remove(ACCOUNT.id)

    assert await all_names(index) == ["acme"]
    assert [account.id for account in await shop.store.accounts_of(part_of("acme"))] == ["acme"]


async def test_a_deleted_account_is_in_no_index(redis: Redis, clock: FakeClock) -> None:
    shop = Shop(redis, clock)
    await shop.store.put_account(ACCOUNT)

    outcomes = [await shop.store.delete_account("acme", with_ledger=False) for _ in range(2)]

    assert outcomes == ["deleted", "no_account"]
    keys = cast("list[bytes]", await redis.keys())
    assert {key.decode() for key in keys} == {DEFAULT_KEYS.account("acme").deleted_version}
