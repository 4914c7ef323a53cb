"""save_api_keys: of two operators who change keys at once, the second reads again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.api_keys import ApiKey, KeyScope
from fullhouse.domain.key_changes import KeyChange, KeyTerms, new_key
from fullhouse.store.api_keys import ApiKeyStore
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
def key_store(redis: Redis) -> ApiKeyStore:
    return ApiKeyStore(redis, waits_for_disk=False)


@pytest.fixture
def backend(clock: FakeClock) -> ApiKey:
    terms = KeyTerms(
        name="backend", scopes=frozenset({KeyScope.READ, KeyScope.OPS}), account="acme"
    )
    return new_key(terms, id_="0123456789ab", digest="d" * 64, now_ms=clock.now_ms())


async def test_keys_are_read_as_they_were_stored(key_store: ApiKeyStore, backend: ApiKey) -> None:
    assert (await key_store.version(), await key_store.read()) == ("", ("", []))

    assert await key_store.save(KeyChange((backend,)), seen="", version="one")

    assert await key_store.version() == "one"
    assert await key_store.read() == ("one", [backend])


async def test_a_change_of_keys_that_another_has_changed_is_not_stored(
    key_store: ApiKeyStore, backend: ApiKey
) -> None:
    await key_store.save(KeyChange((backend,)), seen="", version="one")
    other = replace(backend, id="b" * 12)

    assert not await key_store.save(KeyChange((other,)), seen="", version="two")

    assert await key_store.read() == ("one", [backend])


async def test_a_second_time_changes_nothing_more(key_store: ApiKeyStore, backend: ApiKey) -> None:
    """The client library resends what got no answer."""
    for _ in range(2):
        assert await key_store.save(KeyChange((backend,)), seen="", version="one")

    assert await key_store.read() == ("one", [backend])


async def test_a_forgotten_key_leaves_nothing_and_cannot_be_noted(
    key_store: ApiKeyStore, backend: ApiKey, redis: Redis
) -> None:
    await key_store.save(KeyChange((backend,)), seen="", version="one")
    await key_store.note_uses({backend.id: 7})

    await key_store.save(KeyChange(forgotten=(backend.id,)), seen="one", version="two")
    await key_store.note_uses({backend.id: 8})

    assert await redis.hgetall(DEFAULT_KEYS.api_keys) == {b"version": b"two"}


async def test_installations_on_one_store_have_their_own_keys(
    redis: Redis, key_store: ApiKeyStore, backend: ApiKey
) -> None:
    await key_store.save(KeyChange((backend,)), seen="", version="one")

    staging = ApiKeyStore(redis, KeySpace("staging"), waits_for_disk=False)

    assert await staging.read() == ("", [])


async def test_a_key_of_a_later_version_of_the_server_hides_no_other(
    key_store: ApiKeyStore, backend: ApiKey, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    await key_store.save(KeyChange((backend,)), seen="", version="one")
    await redis.hset(DEFAULT_KEYS.api_keys, "ba9876543210", '{"scopes":["fly"]}')

    assert await key_store.read() == ("one", [backend])
    assert caplog.messages == ["api_key.unreadable"]
