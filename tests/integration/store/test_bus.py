"""A new subscription carries what the old one did, however many channels that are."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from fullhouse.store.bus import EventBus
from fullhouse.store.bus_reader import AT_ONCE
from fullhouse.store.connect import open_store
from fullhouse.store.keys import DEFAULT_KEYS
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Collection

    import pytest
    from redis.asyncio import Redis

    from fullhouse.domain.room_events import RoomEvent
    from fullhouse.domain.rooms import RoomRef

ACCOUNTS = [f"account-{number}" for number in range(AT_ONCE + 10)]


class Resumed:
    """Counts how often a new subscription carried everything again."""

    def __init__(self) -> None:
        self.times = 0

    def hear(self, ref: RoomRef, event: RoomEvent) -> None: ...

    def resume(self, accounts: Collection[str]) -> None:
        self.times += 1

    def resumed(self, times: int) -> bool:
        return self.times >= times


async def test_after_a_reconnect_channels_are_asked_for_many_at_a_time(
    redis: Redis, redis_url: str
) -> None:
    """One by one, each a round trip, 12,000 took as many."""
    subscriber, listener = open_store(redis_url, retries=0), Resumed()
    bus = EventBus(subscriber, DEFAULT_KEYS, "node")
    listening = asyncio.create_task(bus.listen(listener))
    await wait_until(partial(listener.resumed, 1))
    for account in ACCOUNTS:
        await bus.subscribe(account)
    await redis.config_resetstat()

    await redis.client_kill_filter(_type="pubsub")
    await wait_until(partial(listener.resumed, 2))

    commands = (await redis.info("commandstats"))["cmdstat_ssubscribe"]["calls"]
    carried = await redis.pubsub_shardnumsub(*map(DEFAULT_KEYS.events_channel, ACCOUNTS))
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await subscriber.aclose()
    assert commands <= 4
    assert {subscribers for _, subscribers in carried} == {1}


async def test_a_subscription_that_keeps_failing_is_told_once_a_minute(
    redis: Redis, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Tried anew about every second, an outage of an hour would be thousands of lines."""
    subscriber, listener = open_store(redis_url, retries=0), Resumed()
    bus = EventBus(subscriber, DEFAULT_KEYS, "node")
    with caplog.at_level(logging.WARNING):
        listening = asyncio.create_task(bus.listen(listener))
        for times in (1, 2, 3):
            await wait_until(partial(listener.resumed, times))
            await redis.client_kill_filter(_type="pubsub")
        await wait_until(partial(listener.resumed, 4))
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await subscriber.aclose()

    lost = [record for record in caplog.records if record.message == "bus.lost"]
    assert [getattr(record, "count", None) for record in lost] == [1]
