"""Two installations on one Redis: neither hears, sees or changes anything of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.connect import database_of
from fullhouse.store.installation import Installation, installation_id
from fullhouse.store.keys import KeySpace
from fullhouse.store.room_store import RoomStore
from tests.event_probe import ear_on
from tests.event_room import REF, RULES
from tests.stores import patient_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock


@pytest.fixture
async def second_database(redis_url: str, redis: Redis) -> AsyncIterator[Redis]:
    """The same store as `redis`, in another database."""
    async with patient_store(f"{redis_url}?db=3") as client:
        yield client


async def opened(redis: Redis, keys: KeySpace, clock: FakeClock, title: str) -> RoomStore:
    """A room `acme/hall` of that installation."""
    plan = {"plan": "live-2", "seats": 2, "presenters": 1, "parallel_events": 0}
    await redis.hset(AccountKeys(REF.account, keys.prefix).record, mapping=plan)  # type: ignore[arg-type]  # invariant
    rooms = RoomStore(redis, keys, instant=clock.now_ms)
    await rooms.open_room(REF, title, RULES)
    return rooms


async def test_databases_of_one_store_do_not_hear_each_other(
    redis: Redis, second_database: Redis, clock: FakeClock
) -> None:
    first, second = KeySpace(database=0), KeySpace(database=database_of(second_database))
    rooms = await opened(redis, first, clock, "First")
    others = await opened(second_database, second, clock, "Second")

    async with (
        ear_on(redis, REF.account, first) as ear,
        ear_on(second_database, REF.account, second) as other_ear,
    ):
        await others.close_room(REF)
        assert await ear.heard() == []
        assert [event.state.status for event in await other_ear.heard()] == ["closed"]

    assert (await rooms.snapshot(REF)).state.status == "open"


async def test_prefixes_in_one_database_do_not_meet(redis: Redis, clock: FakeClock) -> None:
    first, second = KeySpace("fh"), KeySpace("staging")
    rooms = await opened(redis, first, clock, "First")
    others = await opened(redis, second, clock, "Second")

    async with ear_on(redis, REF.account, first) as ear:
        await others.close_room(REF)
        assert await ear.heard() == []

    assert (await rooms.snapshot(REF)).state.title == "First"
    assert (await others.snapshot(REF)).state.status == "closed"


async def test_every_key_begins_with_the_prefix(redis: Redis, clock: FakeClock) -> None:
    await opened(redis, KeySpace("staging"), clock, "Hall")
    await installation_id(redis, KeySpace("staging"))

    keys = cast("list[bytes]", await redis.keys())

    assert keys
    assert all(key.startswith(b"staging:") for key in keys)


async def test_nodes_of_one_installation_have_one_id_and_others_another(
    redis: Redis, second_database: Redis
) -> None:
    ours = [await installation_id(redis, KeySpace()) for _ in range(2)]
    staging = await installation_id(redis, KeySpace("staging"))
    elsewhere = await installation_id(second_database, KeySpace(database=3))

    assert ours[0] == ours[1]
    assert len({ours[0], staging, elsewhere}) == 3


async def test_an_emptied_store_is_given_the_id_again(redis: Redis) -> None:
    keys = KeySpace()
    installation = Installation(redis, keys, await installation_id(redis, keys))
    await redis.flushall()

    await installation.keep()

    assert await installation_id(redis, keys) == installation.id


async def test_data_of_another_installation_under_a_running_node_is_an_error(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    keys = KeySpace()
    installation = Installation(redis, keys, await installation_id(redis, keys))
    await redis.set(keys.installation, "another")

    await installation.keep()

    assert "installation.differs" in caplog.messages
    assert await installation_id(redis, keys) == "another"
