"""From the quote to the seats on a real store, asked for by many clients on two nodes."""

from __future__ import annotations

import asyncio
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.accounts import NewAccount
from fullhouse.domain.errors import CallerError, ChangeInProgress, QuoteStale
from fullhouse.service.upgrades import purchase_id
from tests.cashiers import Cashier, cashier_on
from tests.event_room import REF, RULES, EventRoom
from tests.shop import Shop
from tests.stores import patient_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
async def nodes(redis: Redis, redis_url: str, clock: FakeClock) -> AsyncIterator[list[Cashier]]:
    """Two, each with connections of its own; `acme` has the plan `small` from today on."""
    async with patient_store(redis_url) as other:
        nodes = [cashier_on(redis, clock, "one"), cashier_on(other, clock, "two")]
        first_day = clock.now().date()
        await nodes[0].accounts.put("acme", NewAccount("small", "month", first_day, "UTC"))
        yield nodes


@pytest.fixture
async def event_room(redis: Redis, clock: FakeClock, nodes: list[Cashier]) -> EventRoom:
    """A live room of `acme`: 100 seats."""
    assert nodes
    event_room = EventRoom(redis, clock)
    await event_room.rooms.open_room(REF, "Hall", RULES)
    return event_room


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


async def test_ten_retries_on_two_nodes_are_one_charge_and_one_change(
    nodes: list[Cashier], event_room: EventRoom, shop: Shop
) -> None:
    quote = await nodes[0].quotes.quote("acme", "large")
    before = await event_room.revision()

    answers = await asyncio.gather(
        *(
            node.upgrades.buy("acme", quote.id, idempotency_key="k1")
            for node in islice(cycle(nodes), 10)
        )
    )

    assert {answer.status for answer in answers} == {"applied"}
    assert len({answer.id for answer in answers}) == 1
    (charge,) = await shop.ledger()
    assert charge.amount == quote.terms.due_now
    assert (await event_room.state()).capacity == 250
    assert (await event_room.revision()).rev == before.rev + 1


async def test_a_purchase_that_the_store_has_forgotten_has_the_same_name_when_it_is_repeated(
    redis: Redis, nodes: list[Cashier], event_room: EventRoom
) -> None:
    """It is the idempotency key at the gateway, which finds the payment that it has."""
    assert event_room
    quote = await nodes[0].quotes.quote("acme", "large")
    copy = {key: await redis.dump(key) or b"" for key in await redis.keys("*")}
    first = await nodes[0].upgrades.buy("acme", quote.id, idempotency_key="k1")
    await redis.flushall()
    for key, dump in copy.items():
        await redis.restore(key, 0, dump)

    again = await nodes[1].upgrades.buy("acme", quote.id, idempotency_key="k1")

    assert (again.id, again.status) == (first.id, "applied")
    assert purchase_id("acme", "k2", quote.id) != first.id
    assert purchase_id("acme", "k1", "another") != first.id


async def test_of_two_hosts_who_buy_different_plans_at_once_one_is_charged(
    nodes: list[Cashier], event_room: EventRoom, shop: Shop
) -> None:
    quotes = [await nodes[0].quotes.quote("acme", plan) for plan in ("large", "huge")]

    answers = await asyncio.gather(
        *(
            node.upgrades.buy("acme", quote.id, idempotency_key=quote.id)
            for node, quote in zip(nodes, quotes, strict=True)
        ),
        return_exceptions=True,
    )

    (refusal,) = (answer for answer in answers if isinstance(answer, CallerError))
    assert isinstance(refusal, QuoteStale | ChangeInProgress)
    (charge,) = await shop.ledger()
    account = await nodes[0].accounts.current("acme")
    assert charge.basis.new.plan == account.plan
    assert (await event_room.state()).capacity == account.seats


async def test_a_renewal_that_many_ask_for_at_once_is_charged_once(
    nodes: list[Cashier], event_room: EventRoom, shop: Shop, clock: FakeClock
) -> None:
    clock.advance(ms=65 * DAY_MS)

    accounts = await asyncio.gather(
        *(node.accounts.current("acme") for node in islice(cycle(nodes), 10))
    )

    assert {account.version for account in accounts} == {3}
    assert [charge.amount.amount for charge in await shop.ledger()] == [6500, 6500]
    assert (await event_room.state()).capacity == 100


async def test_steps_up_a_ladder_are_each_charged_from_the_plan_before(
    nodes: list[Cashier], event_room: EventRoom, shop: Shop, clock: FakeClock
) -> None:
    clock.advance(ms=20 * DAY_MS)  # 10 of 30 days are left
    for plan in ("large", "huge"):
        quote = await nodes[0].quotes.quote("acme", plan)
        await nodes[1].upgrades.buy("acme", quote.id, idempotency_key=plan)

    assert [charge.amount.amount for charge in await shop.ledger()] == [1800, 2667]
    assert (await event_room.state()).capacity == 500
