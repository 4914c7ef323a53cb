"""What the provider gives back is shown where it was charged; the seats stay."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.integration.http.face import world_of_cards
from tests.stripes import signed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.integration.http.answers import Json
    from tests.integration.http.face import World
    from tests.stripes import Till

ACME = "/v1/accounts/acme"
_created = count(1)


@pytest.fixture
async def event_room(redis: Redis, clock: FakeClock, till: Till) -> AsyncIterator[World]:
    """`acme` with an open room, upgraded to `large` by card for 54.00 EUR."""
    async with world_of_cards(redis, clock, till) as world:
        await world.ask("PATCH", ACME, {"payment": {"method": till.card()}})
        yield world


@pytest.fixture
async def upgrade(event_room: World) -> str:
    quote = await event_room.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "large"})
    headers = {"Idempotency-Key": "click-1"}
    bought = await event_room.ask(
        "POST", f"{ACME}/upgrades", {"quote": quote.json["id"]}, headers=headers
    )
    assert bought.json["status"] == "applied"
    upgrade: str = bought.json["id"]
    return upgrade


async def hears(event_room: World, type_: str, **thing: object) -> int:
    """The status of the answer to an event about that object; `created` is the event's own."""
    created = thing.pop("created", None) or next(_created)
    event = {"type": type_, "created": created, "data": {"object": thing}}
    payload = json.dumps(event)
    answer = await event_room.send(
        "POST",
        "/v1/stripe/webhook",
        [payload.encode()],
        key=None,
        headers={"Stripe-Signature": signed(payload)},
    )
    return answer.status


def gives_back(till: Till, intent: str, amount: int) -> dict[str, object]:
    """A refund by hand in the provider's dashboard, as its event shows it."""
    refund = till.client.v1.refunds.create({"payment_intent": intent, "amount": amount})
    return {
        "id": refund.id,
        "object": "refund",
        "amount": amount,
        "currency": "eur",
        "payment_intent": intent,
        "metadata": {},
    }


async def shown(event_room: World, upgrade: str) -> Json:
    """The upgrade, once its invoice says the same."""
    answer = (await event_room.ask("GET", f"{ACME}/upgrades/{upgrade}")).json
    invoice = (await event_room.ask("GET", f"{ACME}/invoices")).json["invoices"][-1]
    assert invoice["id"] == upgrade
    assert invoice["amount"] == {"amount": 5400, "currency": "EUR"}
    assert (invoice["refunded"], invoice["disputes"]) == (answer["refunded"], answer["disputes"])
    return answer


async def test_a_refund_by_hand_is_shown_and_the_seats_stay(
    event_room: World, till: Till, upgrade: str
) -> None:
    (intent,) = till.intents(upgrade)

    assert await hears(event_room, "refund.created", **gives_back(till, intent.id, 5400)) == 204

    answer = await shown(event_room, upgrade)
    assert answer["status"] == "refunded"
    assert answer["refunded"] == {"amount": 5400, "currency": "EUR"}
    account = (await event_room.ask("GET", ACME)).json
    assert (account["plan"], account["seats"], account["payment_status"]) == ("large", 250, "ok")
    assert (await event_room.ask("GET", f"{ACME}/rooms/hall")).json["capacity"] == 250


async def test_partial_refunds_add_up_in_whatever_order_their_events_come(
    event_room: World, till: Till, upgrade: str
) -> None:
    (intent,) = till.intents(upgrade)
    first, second = gives_back(till, intent.id, 1000), gives_back(till, intent.id, 400)

    for refund in (second, first, second):
        assert await hears(event_room, "refund.updated", **refund) == 204

    answer = await shown(event_room, upgrade)
    assert (answer["status"], answer["refunded"]["amount"]) == ("applied", 1400)


async def test_a_charge_tells_of_its_refunds_too(
    event_room: World, till: Till, upgrade: str
) -> None:
    (intent,) = till.intents(upgrade)
    gives_back(till, intent.id, 1000)
    charge = {
        "object": "charge",
        "amount_refunded": 1000,
        "currency": "eur",
        "payment_intent": intent.id,
        "metadata": intent.metadata.to_dict(),
    }

    assert await hears(event_room, "charge.refunded", **charge) == 204

    assert (await shown(event_room, upgrade))["refunded"]["amount"] == 1000


@pytest.mark.parametrize(
    ("outcome", "status"), [("lost", "refunded"), ("won", "applied"), (None, "applied")]
)
async def test_a_dispute_is_shown_until_the_bank_has_decided(
    event_room: World, till: Till, upgrade: str, outcome: str | None, status: str
) -> None:
    (intent,) = till.intents(upgrade)
    dispute = {
        "id": "dp_1",
        "object": "dispute",
        "amount": 5400,
        "currency": "eur",
        "charge": str(intent.latest_charge),
        "payment_intent": intent.id,
    }

    if outcome:  # the decision comes first, and twice
        for _ in range(2):
            await hears(event_room, "charge.dispute.closed", created=9, status=outcome, **dispute)
    told = await hears(
        event_room, "charge.dispute.created", created=5, status="needs_response", **dispute
    )

    assert told == 204
    answer = await shown(event_room, upgrade)
    assert answer["status"] == status
    amount = {"amount": 5400, "currency": "EUR"}
    assert answer["disputes"] == [{"amount": amount, "status": outcome or "open"}]


async def test_a_dispute_that_names_only_the_charge_is_found(
    event_room: World, till: Till, upgrade: str
) -> None:
    (intent,) = till.intents(upgrade)
    charge = intent.latest_charge
    charge_id = charge if isinstance(charge, str) else charge and charge.id

    await hears(
        event_room,
        "charge.dispute.created",
        id="dp_1",
        object="dispute",
        amount=900,
        currency="eur",
        status="under_review",
        charge=charge_id,
    )

    assert (await shown(event_room, upgrade))["disputes"][0]["amount"]["amount"] == 900


async def test_a_refund_of_a_renewal_is_shown_on_its_invoice(event_room: World) -> None:
    await event_room.pass_time(timedelta(days=30))
    (renewal,) = (await event_room.ask("GET", f"{ACME}/invoices")).json["invoices"]

    told = await hears(
        event_room,
        "charge.refunded",
        object="charge",
        amount_refunded=500,
        currency="eur",
        metadata={"fullhouse_account": "acme", "fullhouse_charge": f"acme:{renewal['id']}:1"},
    )

    assert told == 204
    (renewal,) = (await event_room.ask("GET", f"{ACME}/invoices")).json["invoices"]
    assert renewal["refunded"] == {"amount": 500, "currency": "EUR"}
    page = await event_room.ask(
        "GET", f"{ACME}/invoices/{renewal['id']}", headers={"Accept": "text/html"}
    )
    assert b"Refunded" in page.body


@pytest.mark.parametrize(
    "thing",
    [
        {"object": "refund", "payment_intent": "pi_of_somebody_else"},
        {"object": "dispute", "charge": "ch_of_somebody_else", "currency": "eur"},
        {"object": "dispute", "currency": "xxx", "payment_intent": "pi_of_somebody_else"},
        {"object": "refund", "payment_intent": 7},
        {"object": "review"},
    ],
)
async def test_what_is_not_ours_is_answered_and_forgotten(
    event_room: World, upgrade: str, thing: dict[str, object]
) -> None:
    assert await hears(event_room, "anything.new", **thing) == 204

    assert (await shown(event_room, upgrade))["refunded"] is None
