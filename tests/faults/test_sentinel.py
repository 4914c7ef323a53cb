"""Sentinels promote a replica: the nodes follow it, without a restart."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from fullhouse.store.connect import StoreOutOfReach, check_store, open_store
from tests.faults.event_room import full_room
from tests.nodes import running_nodes
from tests.sentinels import PASSWORD, SENTINEL_PASSWORD, running_sentinels
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.faults.event_room import NodesRoom
    from tests.sentinels import SentinelGroup
    from tests.store_servers import StoreServer

pytestmark = pytest.mark.faults

FOLLOWED_S = 6.0  # the Sentinels leave the former primary as it is for eight
RETRY_S = 10.0  # the longest that people may be asked to come again
LEASE_S = 4
SEATS = 4
ABOVE = "fullhouse_seats_above_capacity"


@asynccontextmanager
async def hall_on(group: SentinelGroup) -> AsyncIterator[NodesRoom]:
    """A full room on two nodes, with somebody in the line."""
    with running_nodes(group.url, 2, lease_s=LEASE_S) as nodes:
        async with full_room(nodes, seats=SEATS) as hall:
            yield hall
        for node in nodes:
            assert node.complaints() == []


async def is_admitted(hall: NodesRoom, name: str) -> None:
    """A newcomer gets a place within the time."""
    newcomer = await hall.visit(name)
    await hall.stopwatch().within(RETRY_S, lambda: newcomer.place is not None)


async def test_people_keep_their_places_when_the_operator_fails_over() -> None:
    async with running_sentinels() as group, hall_on(group) as hall:
        before, primary = await hall.places(), await group.primary()

        await group.fail_over()
        promoted = next(store for store in group.stores if store is not primary)
        await hall.stopwatch().within(FOLLOWED_S, lambda: serves_only(promoted, primary))
        await is_admitted(hall, "newcomer")

        await hall.converges(LEASE_S)
        after = await hall.places()
        assert {name: after.get(name) for name in before} == before
        await wait_until(lambda: asyncio.to_thread(hall.nodes[0].is_ready))


async def test_what_the_replica_had_not_received_is_brought_back_and_reported() -> None:
    """Who took the seat of somebody that left keeps it; the replica knows of neither."""
    async with running_sentinels() as group, hall_on(group) as hall:
        primary = await group.primary()
        leaver, *_, heir = list(hall.visitors)
        await group.cut_replication()
        hall.forget(leaver)
        await leaver.say("leave")
        await wait_until(lambda: heir.place == 0)
        before = await hall.places()

        primary.kill()
        coming = asyncio.gather(*(is_admitted(hall, f"n{number}") for number in range(3)))

        await wait_until(lambda: is_above_capacity(hall, 1))
        await wait_until(lambda: hall.nodes[0].figure(ABOVE) == 1)
        await wait_until(lambda: '"above_capacity": 1' in hall.nodes[0].log.read_text())
        await coming
        after = await hall.places()
        assert {name: after[name] for name in before} == before
        await wait_until(lambda: is_above_capacity(hall, 0))
        await hall.converges(LEASE_S)
        await wait_until(lambda: asyncio.to_thread(hall.nodes[0].is_ready))


async def is_above_capacity(hall: NodesRoom, seats: int) -> bool:
    """Whether the audit says so; none is answered while there is no primary."""
    answer = await hall.platform().ask("GET", f"/v1/accounts/{hall.account}/rooms/hall/audit")
    return answer.status == 200 and answer.json["above_capacity"] == seats


async def test_what_the_sentinels_do_not_know_or_permit_is_named() -> None:
    async with running_sentinels() as group:
        for wrong, complaint in (
            (group.url.replace("/seats?", "/chairs?"), "'chairs' is none of its services"),
            (group.url.partition("?")[0], "the option sentinel_password"),
            (group.url.replace(PASSWORD, "wrong"), "does not take the user and password"),
        ):
            async with open_store(wrong) as redis:
                with pytest.raises(StoreOutOfReach, match=complaint) as refused:
                    await check_store(redis)
            assert SENTINEL_PASSWORD not in str(refused.value)


async def serves_only(promoted: StoreServer, before: StoreServer) -> bool:
    """Whether calls and events of both nodes go to this store, and none to the one before."""
    with suppress(RedisConnectionError):  # Sentinels cut all off from a store they have demoted
        return await nodes_on(promoted) >= 4 and await nodes_on(before) == 0
    return False


async def nodes_on(store: StoreServer) -> int:
    async with store.client() as redis:
        clients = await redis.client_list()
        mine = await redis.client_id()
    return sum(each["name"] == "fullhouse" and int(each["id"]) != mine for each in clients)
