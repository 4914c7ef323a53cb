from __future__ import annotations

import pytest

from fullhouse.store.connect import facts_of


@pytest.mark.parametrize(
    ("info", "product", "version"),
    [
        ({"redis_version": "7.0.15"}, "Redis", (7, 0, 15)),
        ({"redis_version": "8.4-rc1"}, "Redis", (8, 4)),
        ({"redis_version": "7.2.4", "valkey_version": "8.1.8"}, "Valkey", (8, 1, 8)),
        ({"redis_version": 7.2}, "Redis", (7, 2)),
    ],
)
def test_product_and_version_are_read_as_the_store_means_them(
    info: dict[str, object], product: str, version: tuple[int, ...]
) -> None:
    """redis-py turns a version of two parts into a number."""
    facts = facts_of(info)

    assert (facts.product, facts.version) == (product, version)


def test_a_store_that_throws_keys_away_is_known_as_such() -> None:
    assert facts_of({"redis_version": "7.0.15", "maxmemory_policy": "allkeys-lru"}).evicts
    assert not facts_of({"redis_version": "7.0.15", "maxmemory_policy": "noeviction"}).evicts
