"""A start tries all that will be needed, and names what is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import KeySpace
from fullhouse.store.requirements import RIGHTS, StoreRefuses, check_requirements
from fullhouse.store.scripts import Scripts
from tests.servers import find_store, required, running_store, short_directory
from tests.stores import patient_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.servers import StoreName

LUA = Path(__file__).parents[3] / "server" / "fullhouse" / "store" / "lua"
KEYS = KeySpace()
RECIPE = ("~fh:*", "&fh:*", *RIGHTS.split())


async def check(redis: Redis) -> None:
    await check_requirements(redis, KEYS, Scripts.register(redis).try_commands)


@pytest.fixture
async def admin(store: StoreName) -> AsyncIterator[Redis]:
    """A store of this test alone, as its operator."""
    program = required(find_store(store), f"{store}-server")
    with short_directory() as directory, running_store(program, directory) as url:
        async with patient_store(url) as redis:
            yield redis


def as_user(admin: Redis) -> Redis:
    path = admin.connection_pool.connection_kwargs["path"]
    return patient_store(f"unix://app:p%40ss@{path}")


async def has_rights(admin: Redis, *rights: str) -> None:
    await admin.execute_command("ACL", "SETUSER", "app", "reset", "on", ">p@ss", *rights)  # type: ignore[no-untyped-call]  # redis-py


def test_every_command_that_a_script_uses_is_tried() -> None:
    used = re.compile(r"redis\.call\(\s*'(\w+)'")
    tried = re.compile(r"{ '(\w+)'")
    scripts = [path for path in LUA.rglob("*.lua") if path.stem != "try_commands"]

    needed = {name for path in scripts for name in used.findall(path.read_text())}

    assert needed - {"TIME"} == set(tried.findall((LUA / "try_commands.lua").read_text()))


async def test_a_store_that_permits_all_is_left_as_it_was(redis: Redis) -> None:
    await check(redis)

    assert await redis.keys() == []


async def test_the_rights_of_the_recipe_are_enough(admin: Redis) -> None:
    await has_rights(admin, *RECIPE)

    async with as_user(admin) as app:
        await check(app)


@pytest.mark.parametrize(
    ("rights", "word"),
    [
        ((*RECIPE, "-eval", "-evalsha"), "eval"),
        ((*RECIPE, "-zadd"), "ZADD"),
        ((*RECIPE, "-spublish"), "SPUBLISH"),
        ((*RECIPE, "-ssubscribe"), "ssubscribe"),
        (("~other:*", *RECIPE[1:]), "key"),
        (("~fh:*", "&other:*", *RECIPE[2:]), "channel"),
    ],
    ids=str,
)
async def test_what_is_not_permitted_is_named_with_what_to_do(
    admin: Redis, rights: tuple[str, ...], word: str
) -> None:
    await has_rights(admin, *rights)

    async with as_user(admin) as app:
        with pytest.raises(StoreRefuses, match=f"does not permit.*{word}") as refused:
            await check(app)

    assert "~fh:* &fh:*" in str(refused.value)
    assert "p@ss" not in str(refused.value)


@pytest.mark.parametrize("command", ["EVALSHA", "SSUBSCRIBE", "ZADD"])
async def test_a_command_that_the_store_lacks_is_named(store: StoreName, command: str) -> None:
    """A hosting service leaves it out; a Valkey without its Lua module says it in other words."""
    program = required(find_store(store), f"{store}-server")
    lacks = ["--rename-command", command, ""]
    with short_directory() as directory, running_store(program, directory, options=lacks) as url:
        async with patient_store(url) as redis:
            with pytest.raises(StoreRefuses, match=f"lacks .*{command}|{command}.*nknown"):
                await check(redis)


async def test_a_missing_script_engine_is_a_refusal_in_the_words_of_valkey_and_redis(
    redis: Redis,
) -> None:
    """Both have Lua here: the words are the same for any engine that is not there."""
    with pytest.raises(StoreUnavailable) as refused, store_faults():
        await redis.eval("#!none\nreturn 1", 0)

    assert refused.value.refusal is StoreRefusal.NOT_SUPPORTED


async def test_a_replica_is_named(admin: Redis) -> None:
    await admin.replicaof("127.0.0.1", "1")

    with pytest.raises(StoreRefuses, match="a replica"):
        await check(admin)


async def test_what_passes_by_itself_is_no_reason_to_give_up(admin: Redis) -> None:
    await admin.config_set("min-replicas-to-write", 1)

    with pytest.raises(StoreUnavailable) as refused:
        await check(admin)

    assert refused.value.refusal is StoreRefusal.NO_REPLICAS


def test_operators_read_the_same_recipe() -> None:
    page = (LUA.parents[3] / "docs" / "operations.md").read_text()

    assert f"~fh:* &fh:* {RIGHTS}\n" in page
