"""Offers, quotes and purchases over HTTP."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.store.account_store import AccountStore

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer
    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"
QUOTES = f"{ACME}/upgrade-quotes"
UPGRADES = f"{ACME}/upgrades"


async def quoted(world: World, plan: str = "large") -> str:
    answer = await world.ask("POST", QUOTES, {"plan": plan})
    assert answer.status == 201, answer.body
    quote: str = answer.json["id"]
    return quote


async def buy(world: World, quote: str, key: str = "click-1", bearer: str | None = None) -> Answer:
    headers = {"Idempotency-Key": key}
    bearer = bearer or world.token()
    return await world.ask("POST", UPGRADES, {"quote": quote}, key=bearer, headers=headers)


async def test_offers_are_every_larger_plan_on_sale_cheapest_first(event_room: World) -> None:
    answer = await event_room.ask("GET", f"{ACME}/offers?room=hall", key=event_room.token())

    assert answer.status == 200
    assert answer.json == {
        "offers": [
            {
                "plan": "large",
                "name": "Large",
                "seats": 250,
                "due_now": {"amount": 5400, "currency": "EUR"},
                "next_period": {
                    "amount": {"amount": 11900, "currency": "EUR"},
                    "starts_on": "2023-12-14",
                    "carried_over": None,
                },
                "recommended": True,
                "carried_over": False,
            },
            {
                "plan": "huge",
                "name": "Huge",
                "seats": 500,
                "due_now": {"amount": 13400, "currency": "EUR"},
                "next_period": {
                    "amount": {"amount": 19900, "currency": "EUR"},
                    "starts_on": "2023-12-14",
                    "carried_over": None,
                },
                "recommended": False,
                "carried_over": False,
            },
        ]
    }


async def test_the_recommended_offer_seats_everyone_inside_and_waiting(event_room: World) -> None:
    await event_room.enter(*(f"guest-{n}" for n in range(251)))

    offers = (await event_room.ask("GET", f"{ACME}/offers?room=hall")).json["offers"]

    assert [offer["plan"] for offer in offers if offer["recommended"]] == ["huge"]


async def test_no_seats_are_offered_that_would_not_come(event_room: World) -> None:
    """The platform holds the room below its plan: a larger plan would open nothing there."""
    await event_room.ask("PATCH", f"{ACME}/rooms/hall", {"seats": 1})
    limited = (await event_room.ask("GET", f"{ACME}/offers?room=hall")).json["offers"]

    await event_room.ask("PATCH", f"{ACME}/rooms/hall", {"seats": None})
    again = (await event_room.ask("GET", f"{ACME}/offers?room=hall")).json["offers"]

    assert limited == []
    assert again


@pytest.mark.parametrize(("query", "field"), [("", "room"), ("?room=a b", "room"), ("?r=1", "r")])
async def test_offers_are_for_a_room(event_room: World, query: str, field: str) -> None:
    answer = await event_room.ask("GET", f"{ACME}/offers{query}")

    assert answer.refused_field == field


async def test_offers_for_what_does_not_exist_are_not_found(world: World) -> None:
    no_account = await world.ask("GET", f"{ACME}/offers?room=hall")
    await world.has_account()
    no_room = await world.ask("GET", f"{ACME}/offers?room=hall")

    assert no_account.problem == (404, "not_found")
    assert no_room.problem == (404, "not_found")


async def test_a_quote_is_answered_with_exactly_the_fields_of_the_protocol(
    event_room: World,
) -> None:
    await event_room.ask("PATCH", ACME, {"parallel_events": 2})
    await event_room.pass_time(timedelta(days=10))

    answer = await event_room.ask("POST", QUOTES, {"plan": "large"}, key=event_room.token())

    assert answer.status == 201
    assert list(answer.json.items()) == [
        ("id", answer.json["id"]),
        ("from", "small"),
        ("to", "large"),
        ("seats", {"from": 100, "to": 250}),
        (
            "lines",
            [
                {
                    "item": "plan",
                    "quantity": 1,
                    "old_price": 6500,
                    "new_price": 11900,
                    "days_remaining": 20,
                    "days_in_period": 30,
                    "amount": 3600,
                },
                {
                    "item": "parallel_events",
                    "quantity": 2,
                    "old_price": 3000,
                    "new_price": 5500,
                    "days_remaining": 20,
                    "days_in_period": 30,
                    "amount": 3333,
                },
            ],
        ),
        ("due_now", {"amount": 6933, "currency": "EUR"}),
        (
            "next_period",
            {
                "amount": {"amount": 22900, "currency": "EUR"},
                "starts_on": "2023-12-14",
                "carried_over": None,
            },
        ),
        ("expires_at", "2023-11-24T22:23:20Z"),
        ("account_version", 2),
        ("warnings", []),
        ("carried_over", False),
    ]


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ("small", (422, "not_an_upgrade")),
        ("trial", (422, "not_an_upgrade")),
        ("old", (422, "plan_not_on_sale")),
        ("nope", (422, "invalid_request")),
    ],
)
async def test_what_cannot_be_bought_is_not_quoted(
    event_room: World, plan: str, problem: tuple[int, str]
) -> None:
    answer = await event_room.ask("POST", QUOTES, {"plan": plan})

    assert answer.problem == problem


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (QUOTES, {}, "plan"),
        (QUOTES, {"plan": 1}, "plan"),
        (QUOTES, {"plan": "nope"}, "plan"),
        (QUOTES, {"plan": "large", "seats": 1}, "seats"),
        (UPGRADES, {}, "quote"),
        (UPGRADES, {"quote": None}, "quote"),
        (UPGRADES, {"quote": "q", "plan": "large"}, "plan"),
    ],
)
async def test_a_malformed_order_is_refused_by_the_name_of_its_field(
    event_room: World, path: str, body: dict[str, Any], field: str
) -> None:
    answer = await event_room.ask("POST", path, body, headers={"Idempotency-Key": "k"})

    assert answer.refused_field == field


async def test_an_upgrade_opens_its_seats_in_the_live_room(event_room: World) -> None:
    quote = await quoted(event_room)

    answer = await buy(event_room, quote)

    room = (await event_room.ask("GET", f"{ACME}/rooms/hall")).json
    assert answer.status == 201
    assert list(answer.json.items()) == [
        ("id", answer.json["id"]),
        ("status", "applied"),
        ("quote", quote),
        ("plan", "large"),
        ("due_now", {"amount": 5400, "currency": "EUR"}),
        ("applied_at", "2023-11-14T22:13:20Z"),
        ("payment", None),
        ("carried_over", False),
        ("refunded", None),
        ("disputes", []),
    ]
    assert (room["plan"], room["capacity"]) == ("large", 250)


async def test_the_same_key_again_gets_the_same_answer(event_room: World) -> None:
    quote = await quoted(event_room)

    answers = await asyncio.gather(*(buy(event_room, quote) for _ in range(5)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert await event_room.redis.llen("fh:{acme}:ledger") == 1


async def test_the_same_key_with_another_body_is_refused(event_room: World) -> None:
    first, second = await quoted(event_room), await quoted(event_room, "huge")
    await buy(event_room, first)

    answer = await buy(event_room, second)

    assert answer.problem == (422, "idempotency_mismatch")


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": "  "}])
async def test_no_key_is_refused(event_room: World, headers: dict[str, str]) -> None:
    quote = await quoted(event_room)

    answer = await event_room.ask("POST", UPGRADES, {"quote": quote}, headers=headers)

    assert answer.problem == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["k" * 256, "schlüssel", "tab\tin it"])
async def test_a_key_that_is_too_long_or_not_printable_is_refused(
    event_room: World, key: str
) -> None:
    answer = await buy(event_room, await quoted(event_room), key)

    assert answer.refused_field == "Idempotency-Key"


async def test_a_key_of_255_characters_is_taken(event_room: World) -> None:
    answer = await buy(event_room, await quoted(event_room), "k" * 255)

    assert answer.status == 201


async def test_an_expired_quote_is_gone(event_room: World) -> None:
    quote = await quoted(event_room)
    await event_room.pass_time(timedelta(seconds=600))

    answer = await buy(event_room, quote)

    assert answer.problem == (410, "quote_expired")


async def test_a_quote_is_stale_once_the_account_has_changed(event_room: World) -> None:
    quote = await quoted(event_room)
    await event_room.ask("PATCH", ACME, {"parallel_events": 1})

    answer = await buy(event_room, quote)

    assert answer.problem == (409, "quote_stale")


@pytest.mark.parametrize("quote", ["nothing", "", "-_-", "a b", "}:{", "\n", "x" * 5_000])
async def test_an_unknown_quote_is_not_found(event_room: World, quote: str) -> None:
    answer = await buy(event_room, quote)

    assert answer.problem == (404, "not_found")


async def test_an_upgrade_can_be_looked_up(event_room: World) -> None:
    bought = await buy(event_room, await quoted(event_room))

    found = await event_room.ask("GET", f"{UPGRADES}/{bought.json['id']}", key=event_room.token())
    unknown = await event_room.ask("GET", f"{UPGRADES}/nothing")

    assert (found.status, found.json) == (200, bought.json)
    assert unknown.problem == (404, "not_found")


async def test_ten_answers_to_one_purchase_are_one_sale(
    event_room: World, caplog: pytest.LogCaptureFixture
) -> None:
    quote = await quoted(event_room)

    with caplog.at_level(logging.INFO):
        answers = await asyncio.gather(*(buy(event_room, quote) for _ in range(10)))

    assert [answer.status for answer in answers] == [201] * 10
    figures = event_room.metrics.text()
    assert b'fullhouse_upgrades_total{status="applied"} 1.0' in figures
    assert b'fullhouse_upgrade_answers_total{status="applied"} 10.0' in figures
    logged = [record.message for record in caplog.records if "purchase." in record.message]
    assert logged == ["purchase.paid", "purchase.applied"]


async def test_an_account_that_owes_a_renewal_buys_nothing(event_room: World) -> None:
    quote = await quoted(event_room)
    store = AccountStore(event_room.redis, waits_for_disk=False)
    account = await store.find_account("acme")
    assert account
    owing = replace(account, payment_status="past_due")
    await store.save_account(owing, seen_version=account.version)

    assert (await event_room.ask("POST", QUOTES, {"plan": "large"})).problem == (409, "past_due")
    assert (await buy(event_room, quote)).problem == (409, "past_due")
