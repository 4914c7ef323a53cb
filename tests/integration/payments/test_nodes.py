"""Real nodes and localstripe: a purchase outlives the node that began it, and tells no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import stripes
from tests.days import business_day
from tests.nodes import Node, Platform, running_nodes
from tests.stores import patient_url
from tests.stripes import KEY, WEBHOOK_SECRET
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis.asyncio import Redis

    from tests.nodes import Json
    from tests.stripes import Till

ACME = "/v1/accounts/acme"


@pytest.fixture
def nodes(redis: Redis, redis_url: str, till: Till) -> Iterator[tuple[Node, ...]]:
    """Two, where cards are charged."""
    with running_nodes(
        patient_url(redis_url),
        2,
        payments="stripe",
        stripe_key=KEY,
        stripe_webhook_secret=WEBHOOK_SECRET,
        stripe_api_base=till.base_url,
    ) as nodes:
        yield nodes


async def waiting_upgrade(platform: Platform, method: str) -> Json:
    """`acme` with a live room, and an upgrade whose payer has to confirm."""
    day = business_day()
    account = {
        "plan": "live-100",
        "billing_period": "month",
        "period_start": day.date.isoformat(),
        "time_zone": day.time_zone,
        "payment": {"method": method},
    }
    await platform.must("PUT", ACME, account)
    await platform.must("PUT", f"{ACME}/rooms/hall", {"title": "Hall"})
    plans = (await platform.must("GET", "/v1/plans"))["plans"]
    larger = min((plan for plan in plans if plan["seats"] > 100), key=lambda plan: plan["seats"])
    quote = await platform.must("POST", f"{ACME}/upgrade-quotes", {"plan": larger["id"]})
    answer = await platform.ask(
        "POST",
        f"{ACME}/upgrades",
        {"quote": quote["id"]},
        headers={"Idempotency-Key": "click-1"},
    )
    assert (answer.status, answer.json["status"]) == (201, "pending")
    return answer.json


async def test_a_purchase_outlives_the_node_that_began_it(
    nodes: tuple[Node, ...], till: Till
) -> None:
    first, second = nodes
    till.sends_webhooks_to(f"{second.base_url}/v1/stripe/webhook")
    card = till.card(stripes.WANTS_CONFIRMATION)
    upgrade = await waiting_upgrade(Platform(first), card)
    secret = upgrade["payment"]["client_secret"]
    first.kill()

    till.confirm(secret)

    platform = Platform(second)

    async def is_applied() -> bool:
        stands = await platform.must("GET", f"{ACME}/upgrades/{upgrade['id']}")
        return bool(stands["status"] == "applied")

    await wait_until(is_applied)
    await wait_until(lambda: "payment.news" in second.log.read_text())  # a second later
    room = await platform.must("GET", f"{ACME}/rooms/hall")
    assert room["plan"] == upgrade["plan"]
    assert till.taken() == [upgrade["due_now"]["amount"]]
    for node in nodes:
        assert node.complaints() == []
        log = node.log.read_text()
        assert not any(word in log for word in (KEY, WEBHOOK_SECRET, secret, card))
