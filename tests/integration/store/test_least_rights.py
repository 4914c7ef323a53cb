"""The user that docs/operations.md gives to Fullhouse may do all that a node does, and no more."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from redis.exceptions import NoPermissionError

from fullhouse.clock import SystemClock
from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.key_changes import KeyTerms
from fullhouse.service.key_changes import KeyService
from fullhouse.store.api_keys import ApiKeyStore
from fullhouse.store.durability import Durability, durability_of
from fullhouse.store.requirements import RIGHTS
from tests.clients import WsClient, room_token
from tests.compose import ROOT
from tests.days import business_day
from tests.nodes import Node, Platform, running_nodes
from tests.servers import find_store, required, running_store, short_directory
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis.asyncio import Redis

    from tests.servers import StoreName

PASSWORD = "p@ss/w:rd%#?"
ACME, EVENT_ROOM = "/v1/accounts/acme", "/v1/accounts/acme/rooms/hall"


def recipe() -> list[str]:
    """The line of the page, with a password that needs to be encoded in an address."""
    page = (ROOT / "docs" / "operations.md").read_text()
    (line,) = re.findall(r"^(ACL SETUSER .+)$", page, re.MULTILINE)
    return [str(word) for word in line.replace("PASSWORD", PASSWORD).split(" ")]


@pytest.fixture
def own_url(store: StoreName) -> Iterator[str]:
    """A store whose users are nobody else's."""
    program = required(find_store(store), f"{store}-server")
    with short_directory() as directory, running_store(program, directory) as url:
        yield url


def test_the_page_and_the_refusal_of_a_node_name_the_same_rights() -> None:
    assert " ".join(recipe()).endswith(f" ~fh:* &fh:* {RIGHTS}")


async def test_the_user_of_the_page_may_do_all_that_a_node_does(own_url: str) -> None:
    async with patient_store(own_url) as administrator:
        await run(administrator, *recipe())
        with running_nodes(as_user(own_url), 1) as (node,):
            await an_event(node)
            await a_key(as_user(own_url), node)
            assert node.complaints() == []

        assert await administrator.acl_log() == []


@pytest.mark.parametrize("command", ["FLUSHALL", "CONFIG SET maxmemory 1", "GET other", "KEYS *"])
async def test_the_user_of_the_page_may_do_nothing_else(own_url: str, command: str) -> None:
    async with patient_store(own_url) as administrator, patient_store(as_user(own_url)) as user:
        await run(administrator, *recipe())

        with pytest.raises(NoPermissionError):
            await run(user, *command.split())


async def run(client: Redis, *words: str) -> None:
    await client.execute_command(*words)  # type: ignore[no-untyped-call]  # redis-py's


def as_user(url: str) -> str:
    return url.replace("unix://", f"unix://fullhouse:{quote(PASSWORD, safe='')}@")


async def a_key(url: str, node: Node) -> None:
    """The user of a node may make keys as well, and the node notes their use."""
    async with patient_store(url) as user:
        waits = await durability_of(user) is Durability.WAITS
        store = ApiKeyStore(user, waits_for_disk=waits)
        keys = KeyService(store, SystemClock())
        terms = KeyTerms(name="backend", scopes=frozenset({KeyScope.READ}))
        new = await keys.create(terms)
        await Platform(node, new.credential).must("GET", "/v1/accounts")
        await wait_until(store.uses)


async def an_event(node: Node) -> None:
    """People come, wait, are called and go; a poll, a purchase, a removal, the end."""
    platform, day = Platform(node), business_day()
    body = {"plan": "live-25", "billing_period": "month", "time_zone": day.time_zone}
    await platform.must("PUT", ACME, {**body, "period_start": day.date.isoformat()})
    await platform.must("PUT", EVENT_ROOM, {"title": "Hall"})
    await platform.must("PATCH", EVENT_ROOM, {"seats": 1})
    host = await WsClient.enter(node, room_token("acme", "host", "host"))
    ada = await WsClient.enter(node, room_token("acme", "ada"))
    await ada.expect("seated")
    bob = await WsClient.enter(node, room_token("acme", "bob"))
    await bob.expect("waiting")
    await host.say("dismiss", notice=(await host.expect("notice"))["notice"]["id"])
    await bob.say("position")
    await bob.expect("waiting")
    await ada.say("leave")
    await bob.expect("refresh_required")
    await bob.say("claim")
    await bob.expect("seated")
    await its_business(platform)
    await asyncio.gather(*(client.close() for client in (host, ada, bob)))


async def its_business(platform: Platform) -> None:
    quoted = await platform.must("POST", f"{ACME}/upgrade-quotes", {"plan": "live-50"})
    key = {"Idempotency-Key": "once"}
    bought = await platform.ask("POST", f"{ACME}/upgrades", {"quote": quoted["id"]}, headers=key)
    assert bought.json["status"] == "applied"
    poller = {"Authorization": f"Bearer {room_token('acme', 'cleo')}"}
    assert (await platform.ask("POST", "/v1/poll", {}, headers=poller)).status == 200
    await platform.must("GET", f"{EVENT_ROOM}/audit")
    await platform.must("POST", f"{ACME}/downgrade-requests", {"plan": "live-25", "note": ""})
    await platform.ask("DELETE", f"{EVENT_ROOM}/participants/bob")
    await platform.must("POST", f"{EVENT_ROOM}/close")
    assert (await platform.must("GET", "/health/ready"))["ready"]
