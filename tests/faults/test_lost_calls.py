"""Calls that never reach the store, and answers that never come back: each counts once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import TYPE_CHECKING

import pytest

from fullhouse.store.account_store import AccountStore
from tests.faults.chronicle import chronicle_of
from tests.faults.event_room import EventRoom
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.faults.proxy import Way

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

HERE, THERE = 0, 1
REPLY, CALL = "reply", "call"


def ways_of(event_room: EventRoom, what: str) -> list[Way]:
    """What leads to the store, or back from it, for the calls of each node."""
    return [
        line.calls.to_node if what is REPLY else line.calls.to_store for line in event_room.lines
    ]


@asynccontextmanager
async def cut_now_and_then(ways: list[Way], random: Random) -> AsyncIterator[None]:
    """Connections are cut after a few bytes more, again and again."""

    async def cut() -> None:
        while True:
            for way in ways:
                way.bytes_left = random.choice([0, 1, 7, 60, 400, 3000])
            await asyncio.sleep(random.uniform(0.01, 0.1))  # noqa: TID251  # a bad line

    cutting = asyncio.create_task(cut())
    yield
    cutting.cancel()
    with suppress(asyncio.CancelledError):
        await cutting
    for way in ways:
        way.heal()


@pytest.mark.parametrize("after_bytes", [0, 1, 50])
@pytest.mark.parametrize("what", [REPLY, CALL])
async def test_a_hello_whose_connection_broke_gets_one_seat(
    event_room: EventRoom, what: str, after_bytes: int
) -> None:
    async with chronicle_of(event_room.store.redis, event_room.account) as told:
        await event_room.open(seats=3)
        await event_room.visit("host", role="host", first=THERE)
        for way in ways_of(event_room, what):
            way.bytes_left = after_bytes

        a = await event_room.visit("a", first=HERE)

        await wait_until(lambda: a.place == 0)
        await event_room.converges()
        await told.read()
    assert told.inside == {"a"}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("what", [REPLY, CALL])
async def test_on_a_line_that_breaks_again_and_again_everything_counts_once(
    event_room: EventRoom, what: str, seed: int
) -> None:
    random = Random(seed)
    async with chronicle_of(event_room.store.redis, event_room.account) as told:
        await event_room.open(seats=4)
        async with cut_now_and_then(ways_of(event_room, what), random):
            for number in range(10):
                await event_room.visit(f"p{number}", first=random.randrange(2))
            leaver = random.choice([v for v in event_room.visitors if v.is_connected])
            await leaver.leave()
        event_room.forget(leaver)
        await wait_until(lambda: all(v.place is not None for v in event_room.visitors))
        await event_room.converges()
        await told.read()
    assert {*told.inside, *told.line} == {v.name for v in event_room.visitors}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("what", [REPLY, CALL])
async def test_an_upgrade_asked_for_on_breaking_lines_is_charged_once(
    event_room: EventRoom, what: str, seed: int
) -> None:
    await event_room.open(plan="live-25")
    host = await event_room.visit("host", role="host", first=THERE)
    account = f"/v1/accounts/{event_room.account}"
    quote = await event_room.platform().must(
        "POST", f"{account}/upgrade-quotes", {"plan": "live-50"}
    )

    async def buy(number: int) -> int:
        answer = await event_room.platform(number % 2).ask(
            "POST",
            f"{account}/upgrades",
            {"quote": quote["id"]},
            headers={"Idempotency-Key": "once"},
        )
        return answer.status

    async with cut_now_and_then(ways_of(event_room, what), Random(seed)):
        statuses: list[int] = []
        while statuses.count(201) < 5:
            statuses += await asyncio.gather(*map(buy, range(5)))

    assert set(statuses) <= {201, 503}
    ledger = await AccountStore(event_room.store.redis, waits_for_disk=False).read_ledger(
        event_room.account
    )
    assert len([entry for entry in ledger if entry.amount.amount]) == 1
    await event_room.converges()
    assert [change["to"] for change in host.all("capacity_changed")] in ([50], [])
    assert host.all("room")[-1]["capacity"] == 50
