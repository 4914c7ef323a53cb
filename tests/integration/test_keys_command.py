"""`fullhouse keys`, and the calls of a server with the keys that it makes."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.key_changes import KeyTerms
from tests.integration.http.face import World, world_on
from tests.unit.test_command_line import run

if TYPE_CHECKING:
    from click.testing import Result
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

CREDENTIAL = re.compile(r"fh_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def world(redis: Redis, clock: FakeClock) -> World:
    return world_on(redis, clock)


async def keys(redis_url: str, *arguments: str) -> Result:
    return await asyncio.to_thread(run, "keys", *arguments, "--redis-url", redis_url)


async def create(redis_url: str, name: str, *arguments: str) -> str:
    """The credential of a new key."""
    said = await keys(redis_url, "create", name, *arguments)
    assert said.exit_code == 0, said.output
    return said.stdout.strip()


async def test_a_key_is_printed_alone_and_works_at_once(world: World, redis_url: str) -> None:
    said = await keys(redis_url, "create", "backend", "--scope", "read", "--expires", "90d")

    (credential,) = said.stdout.splitlines()
    assert CREDENTIAL.fullmatch(credential)
    assert "Keep it now" in said.stderr
    assert credential not in said.stderr
    assert (await world.ask("GET", "/v1/accounts", key=credential)).status == 200


async def test_a_refusal_is_logged_with_the_name_of_the_key_and_without_its_secret(
    world: World, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    credential = await create(redis_url, "backend", "--scope", "read", "--account", "acme")

    refused = await world.ask("POST", "/v1/accounts/acme/collect", key=credential)

    assert refused.problem == (403, "forbidden")
    assert "'billing'" in refused.json["detail"]
    (line,) = [vars(record) for record in caplog.records if record.msg == "call.refused"]
    assert (line["kind"], line["key"], line["account"]) == ("403 scope", "backend", "acme")
    assert credential.rpartition("_")[2] not in str(line)


async def test_no_secret_is_in_the_store(world: World, redis: Redis, redis_url: str) -> None:
    credential = await create(redis_url, "backend", "--scope", "read")

    kept = b" ".join(cast("list[bytes]", await redis.hvals("fh:api_keys")))

    _, id_, secret = credential.split("_", 2)
    assert id_.encode() in kept
    assert secret.encode() not in kept


async def test_a_list_says_what_each_key_may_do_and_shows_none(
    world: World, redis_url: str
) -> None:
    credential = await create(redis_url, "backend", "--scope", "read", "--scope", "ops")
    await create(redis_url, "acme-billing", "--scope", "billing", "--account", "acme")

    said = await keys(redis_url, "list")

    assert re.search(r"^acme-billing +\w{12} +billing +acme ", said.output, re.MULTILINE)
    assert re.search(
        r"^backend +\w{12} +ops,read +all +\S+ +never +- +valid$", said.output, re.MULTILINE
    )
    assert credential not in said.output


async def test_programs_get_json(redis: Redis, redis_url: str) -> None:
    made = json.loads((await keys(redis_url, "create", "a", "--scope", "read", "--json")).stdout)
    rotated = json.loads((await keys(redis_url, "rotate", "a", "--json")).stdout)
    revoked = json.loads((await keys(redis_url, "revoke", made["id"], "--json")).stdout)
    listed = json.loads((await keys(redis_url, "list", "--all", "--json")).stdout)

    assert CREDENTIAL.fullmatch(made["key"])
    assert (rotated["name"], rotated["scopes"]) == ("a", ["read"])
    assert rotated["id"] != made["id"]
    assert revoked == {"revoked": [made["id"]]}
    status = {row["id"]: row["status"] for row in listed["keys"]}
    assert status == {made["id"]: "revoked", rotated["id"]: "valid"}
    assert not any("key" in row for row in listed["keys"])


async def test_a_replaced_key_and_the_new_one_both_work_until_one_is_revoked(
    world: World, redis_url: str
) -> None:
    old = await create(redis_url, "backend", "--scope", "read")
    new = (await keys(redis_url, "rotate", "backend")).stdout.strip()

    for key in (old, new):
        assert (await world.ask("GET", "/v1/accounts", key=key)).status == 200

    said = await keys(redis_url, "revoke", "backend")
    assert said.stdout.count("is revoked") == 2
    again = await keys(redis_url, "revoke", "backend")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "had ended already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("create", "backend", "--scope", "read"), 1, "rotate"),
        (("create", "configured-1", "--scope", "read"), 1, "FULLHOUSE_API_KEYS"),
        (("create", "two words", "--scope", "read"), 1, "name: "),
        (("create", "other"), 2, "--scope"),
        (("create", "other", "--scope", "all"), 2, "'platform', 'billing', 'read', 'ops'"),
        (("create", "other", "--scope", "read", "--expires", "soon"), 2, "such as 90d"),
        (("create", "other", "--scope", "read", "--expires", "0d"), 2, "longer than 0"),
        (("create", "other", "--scope", "read", "--account", "a/b"), 1, "account: "),
        (("rotate", "nobody"), 1, "There is no valid key 'nobody'"),
        (("revoke", "nobody"), 1, "There is no key 'nobody'"),
    ],
)
async def test_what_cannot_be_done_is_said_and_named(
    redis: Redis, redis_url: str, arguments: tuple[str, ...], status: int, told: str
) -> None:
    await create(redis_url, "backend", "--scope", "read")

    said = await keys(redis_url, *arguments)

    assert said.exit_code == status, said.output
    assert told in said.stderr
    assert said.stdout == ""


async def test_keys_for_a_store_that_no_server_has_used_are_doubtful(
    redis: Redis, redis_url: str
) -> None:
    said = await keys(redis_url, "create", "backend", "--scope", "read", "--prefix", "typo")

    assert "no server has used this store and prefix" in said.stderr


async def test_many_operators_at_once_lose_no_key(world: World, redis_url: str) -> None:
    """Each of them computes the change from keys that others change meanwhile."""
    names = [f"key-{number}" for number in range(5)]
    terms = [KeyTerms(name=name, scopes=frozenset({KeyScope.READ})) for name in names]

    made = await asyncio.gather(*map(world.keys.create, terms))

    for new in made:
        assert (await world.ask("GET", "/v1/accounts", key=new.credential)).status == 200
