"""Webhooks of real nodes: one that dies, a receiver that is away, and a restart of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.store.keys import DEFAULT_KEYS
from tests.clients import WsClient, room_token
from tests.days import business_day
from tests.nodes import Platform, running_nodes
from tests.receivers import OTHER_SECRET, SECRET, Receiver, running_receiver
from tests.waiting import wait_until

if TYPE_CHECKING:
    from redis.asyncio import Redis

pytestmark = pytest.mark.faults

ACME, HALL = "/v1/accounts/acme", "/v1/accounts/acme/rooms/hall"


def settings(receiver: Receiver, **more: str) -> dict[str, Any]:
    return {
        "webhook_url": receiver.url,
        "webhook_secret": SECRET,
        "webhook_events": "*",
        "webhook_allow_private": "127.0.0.0/8",
        **more,
    }


async def open_hall(platform: Platform) -> None:
    day = business_day()
    body = {"plan": "live-25", "billing_period": "month", "time_zone": day.time_zone}
    await platform.must("PUT", ACME, {**body, "period_start": day.date.isoformat()})
    await platform.must("PUT", HALL, {"title": "Hall"})


async def test_an_event_is_told_from_its_beginning_to_its_end(
    redis: Redis, redis_url: str
) -> None:
    async with running_receiver() as receiver:
        with running_nodes(redis_url, 2, **settings(receiver)) as (one, two):
            platform = Platform(one)
            await open_hall(platform)
            await platform.must("PATCH", HALL, {"seats": 1})
            ada = await WsClient.enter(one, room_token("acme", "ada"))
            await ada.expect("seated")
            bob = await WsClient.enter(two, room_token("acme", "bob"))
            await bob.expect("waiting")
            quote = await platform.must("POST", f"{ACME}/upgrade-quotes", {"plan": "live-50"})
            key = {"Idempotency-Key": "once"}
            await platform.ask("POST", f"{ACME}/upgrades", {"quote": quote["id"]}, headers=key)
            asked = {"plan": "live-25", "note": "smaller"}
            request = await platform.must("POST", f"{ACME}/downgrade-requests", asked)
            await platform.must("POST", f"{ACME}/downgrade-requests/{request['id']}/decline")
            await ada.say("leave")
            await platform.must("POST", f"{HALL}/close")
            await bob.close()
            await wait_until(lambda: "room.closed" in receiver.types)
            report = await platform.must("GET", f"{HALL}/report")
            assert one.complaints() + two.complaints() == []

    types = [each["type"] for each in receiver.accepted]
    assert types[:2] == ["room.opened", "room.capacity_changed"]
    for type_ in ("participant.seated", "room.full", "participant.waiting", "account.upgraded"):
        assert type_ in types
    told = {each["type"]: each["data"] for each in receiver.accepted}
    assert told["account.upgraded"]["plan"] == "live-50"
    assert told["downgrade.requested"]["note"] == "smaller"
    assert told["downgrade.decided"]["status"] == "declined"
    assert told["participant.left"]["reason"] in {"left", "room_closed"}
    told_report = told["room.closed"]["report"]
    assert told_report == {**report, "now": told_report["now"]}
    assert report["waits"]["people"] == 1
    assert receiver.most_at_once == 1
    assert len(set(receiver.ids)) == len(receiver.ids)


async def test_what_a_killed_node_could_not_deliver_another_one_delivers(
    redis: Redis, redis_url: str
) -> None:
    async def has_failed() -> bool:
        """And the node has let go, so that the pause decides when the next attempt follows.

        It lets go of the outbox first, then of the account in the index.
        """
        claim, attempt = await redis.hmget("fh:{acme}:outbox", ["claim", "attempt"])
        due_ms = await redis.zscore(DEFAULT_KEYS.webhooks.of("acme"), "acme")
        seconds, _ = await redis.time()
        is_claimed = due_ms is None or due_ms > (seconds + 10) * 1000
        return claim is None and attempt is not None and not is_claimed

    async with running_receiver() as gone:
        pass
    with running_nodes(redis_url, 1, **settings(gone)) as (dead,):
        await open_hall(Platform(dead))
        await wait_until(has_failed)
        dead.kill()

    async with running_receiver(gone) as back:
        with running_nodes(redis_url, 1, **settings(back)) as (alive,):
            await Platform(alive).must("POST", f"{HALL}/close")
            await wait_until(lambda: back.types == ["room.opened", "room.closed"])
            assert alive.figure("fullhouse_webhook_oldest_seconds") == 0


async def test_webhooks_survive_a_restart_with_another_secret(
    redis: Redis, redis_url: str
) -> None:
    async with running_receiver() as gone:
        pass
    with running_nodes(redis_url, 1, **settings(gone)) as (node,):
        await open_hall(Platform(node))
    gone.secret = OTHER_SECRET

    async with running_receiver(gone) as back:
        changed = settings(back, webhook_secret=f"{OTHER_SECRET},{SECRET}")
        with running_nodes(redis_url, 1, **changed):
            await wait_until(lambda: back.types == ["room.opened"])


async def test_without_a_receiver_nothing_is_written(redis: Redis, redis_url: str) -> None:
    with running_nodes(redis_url, 1) as (node,):
        platform = Platform(node)
        await open_hall(platform)
        await platform.must("POST", f"{HALL}/close")

        assert await redis.keys("*outbox*") == []
        assert await redis.keys("*webhooks*") == []
