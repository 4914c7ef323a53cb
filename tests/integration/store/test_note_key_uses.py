"""note_key_uses: the latest use of a key counts, whichever node notes it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.key_changes import KeyChange, KeyTerms, new_key
from fullhouse.store.api_keys import ApiKeyStore

if TYPE_CHECKING:
    from redis.asyncio import Redis


async def test_a_late_node_replaces_no_later_use(redis: Redis) -> None:
    store = ApiKeyStore(redis, waits_for_disk=False)
    terms = KeyTerms(name="backend", scopes=frozenset({KeyScope.READ}))
    keys = [new_key(terms, id_=id_, digest="", now_ms=0) for id_ in ("a", "b", "c")]
    await store.save(KeyChange(tuple(keys)), seen="", version="one")

    await store.note_uses({"a": 1_800_000_000_123, "b": 5})
    await store.note_uses({"a": 1_800_000_000_122, "b": 6})

    assert await store.uses() == {"a": 1_800_000_000_123, "b": 6}
    assert await store.version() == "one"


async def test_no_use_is_noted_of_a_key_that_is_gone(redis: Redis) -> None:
    store = ApiKeyStore(redis, waits_for_disk=False)

    await store.note_uses({"gone": 5})

    assert await store.uses() == {}
