"""Many clients on several nodes, half of all answers lost: one charge, one capacity change."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import stripe
from redis.exceptions import ConnectionError as RedisConnectionError

from fullhouse.domain.accounts import NewAccount, PaymentRef
from fullhouse.domain.errors import Unavailable
from fullhouse.payments.stripe_gateway import StripeGateway
from tests.cashiers import Cashier, cashier_on
from tests.event_room import REF, RULES, EventRoom
from tests.shop import Shop
from tests.stores import patient_store
from tests.stripes import INSTALLATION, KEY
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from redis.asyncio import Redis

    from fullhouse.domain.purchases import Purchase
    from tests.fakes import FakeClock
    from tests.stripes import Till

CLIENTS, NODES = 10, 3


@dataclass(slots=True)
class Line:
    """Loses the answer to what was done, this often."""

    dice: Random
    loses: float = 0.5

    def is_lost(self) -> bool:
        return self.dice.random() < self.loses


class LossyHttp(stripe.HTTPXClient):
    def __init__(self, line: Line) -> None:
        super().__init__(timeout=PATIENCE_S)
        self._line = line

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        answer = await super().request_async(method, url, headers, post_data)
        if self._line.is_lost():
            raise stripe.APIConnectionError("lost")  # type: ignore[no-untyped-call]
        return answer


def make_lossy(redis: Redis, line: Line) -> None:
    execute: Any = redis.execute_command

    async def lossy(*args: Any, **options: Any) -> Any:  # noqa: ANN401  # as the client has it
        answer = await execute(*args, **options)
        if line.is_lost():
            raise RedisConnectionError("lost")
        return answer

    redis.execute_command = lossy  # type: ignore[method-assign]


@pytest.fixture(params=range(4))
def line(request: pytest.FixtureRequest) -> Line:
    return Line(Random(request.param))


@pytest.fixture
async def nodes(
    redis_url: str, clock: FakeClock, till: Till, line: Line
) -> AsyncIterator[list[Cashier]]:
    """Each with connections of its own, to the store and to the gateway."""
    async with AsyncExitStack() as stack:
        nodes = []
        for number in range(NODES):
            redis = await stack.enter_async_context(patient_store(redis_url))
            make_lossy(redis, line)
            http = LossyHttp(line)
            stack.push_async_callback(http.close_async)
            client = stripe.StripeClient(
                KEY,
                base_addresses={"api": till.base_url},
                max_network_retries=0,
                http_client=http,
            )
            nodes.append(
                cashier_on(redis, clock, f"node-{number}", StripeGateway(client, INSTALLATION))
            )
        yield nodes


@pytest.fixture
async def quote(redis: Redis, clock: FakeClock, till: Till) -> str:
    """For `acme`, with a card on file and a live room. Nothing was lost so far."""
    cashier = cashier_on(redis, clock, "whole")
    payer = PaymentRef(method=till.card())
    request = NewAccount("small", "month", clock.now().date(), "UTC", payment=payer)
    await cashier.accounts.put("acme", request)
    await EventRoom(redis, clock).rooms.open_room(REF, "Hall", RULES)
    return (await cashier.quotes.quote("acme", "large")).id


async def bought(node: Cashier, quote: str) -> Purchase:
    """What a client has in the end that retries until it is told."""
    while True:
        try:
            purchase = await node.upgrades.buy("acme", quote, idempotency_key="k1")
        except Unavailable:
            continue
        if purchase.is_settled:
            return purchase


async def test_ten_clients_on_three_nodes_are_one_charge_and_one_change(
    nodes: list[Cashier],
    quote: str,
    till: Till,
    redis: Redis,
    clock: FakeClock,
) -> None:
    event_room, shop = EventRoom(redis, clock), Shop(redis, clock)
    before = await event_room.revision()

    answers = await asyncio.gather(
        *(bought(nodes[client % NODES], quote) for client in range(CLIENTS))
    )

    assert {answer.status for answer in answers} == {"applied"}
    assert len({answer.id for answer in answers}) == 1
    assert till.taken() == [5400]
    assert [entry.amount.amount for entry in await shop.ledger()] == [5400]
    assert (await event_room.state()).capacity == 250
    assert (await event_room.revision()).rev == before.rev + 1
