"""Downgrade requests over HTTP: asked by a host, answered by customer success."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer, Json
    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"
REQUESTS = f"{ACME}/downgrade-requests"
END = "2023-12-14"  # a Thursday, 30 days from now


@pytest.fixture
async def registry(world: World) -> World:
    """With the account `acme` on the plan `large`, and its room `hall`."""
    await world.has_account(plan="large", promo_codes=[{"code": "EARLY", "percent_off": 15}])
    await world.has_room()
    return world


async def ask(world: World, plan: str = "small", note: str = "Fewer guests") -> Answer:
    body = {"plan": plan, "note": note}
    return await world.ask("POST", REQUESTS, body, key=world.token())


async def requested(world: World) -> str:
    answer = await ask(world)
    assert answer.status == 201, answer.body
    id_: str = answer.json["id"]
    return id_


async def account(world: World) -> Json:
    return (await world.ask("GET", ACME)).json


async def test_a_request_is_answered_with_exactly_the_fields_of_the_protocol(
    registry: World,
) -> None:
    answer = await ask(registry)

    assert answer.status == 201
    assert list(answer.json.items()) == [
        ("id", answer.json["id"]),
        ("status", "requested"),
        ("plan", "small"),
        ("effective_on", END),
        ("contact_by", "2023-12-07"),
        ("warnings", ["promo_codes_void"]),
        ("note", "Fewer guests"),
    ]
    assert (await account(registry))["scheduled_change"] is None


async def test_a_late_request_is_taken_with_a_warning(registry: World) -> None:
    await registry.pass_time(timedelta(days=24))  # to 8 December

    answer = await ask(registry)

    assert answer.status == 201
    assert answer.json["warnings"] == ["promo_codes_void", "late"]


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ("trial", (422, "no_downgrade_to_trial")),
        ("old", (422, "plan_not_on_sale")),
        ("large", (422, "not_a_downgrade")),
        ("huge", (422, "not_a_downgrade")),
        ("giant", (422, "invalid_request")),
    ],
)
async def test_what_is_no_downgrade_is_refused(
    registry: World, plan: str, problem: tuple[int, str]
) -> None:
    assert (await ask(registry, plan)).problem == problem
    assert (await account(registry))["version"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "plan"),
        ({"plan": "small", "note": None}, "note"),
        ({"plan": "small", "note": "x" * 2_001}, "note"),
        ({"plan": "small", "when": "now"}, "when"),
    ],
)
async def test_a_malformed_request_is_refused_by_its_field(
    registry: World, body: Json, field: str
) -> None:
    assert (await registry.ask("POST", REQUESTS, body)).refused_field == field


async def test_an_approved_request_is_scheduled_and_takes_effect_at_the_end(
    registry: World,
) -> None:
    id_ = await requested(registry)

    approved = await registry.ask("POST", f"{REQUESTS}/{id_}/approve")
    scheduled = await account(registry)
    await registry.pass_time(timedelta(days=30))
    lowered = await account(registry)

    assert (approved.status, approved.json["status"]) == (200, "scheduled")
    assert scheduled["scheduled_change"] == {"plan": "small", "effective_on": END}
    assert scheduled["plan"] == "large"
    assert (lowered["plan"], lowered["seats"], lowered["presenters"]) == ("small", 100, 5)
    assert (lowered["promo_codes"], lowered["scheduled_change"]) == ([], None)
    assert lowered["period"]["start"] == END
    room = (await registry.ask("GET", f"{ACME}/rooms/hall")).json
    assert (room["capacity"], room["plan"]) == (100, "small")


@pytest.mark.parametrize("approved_first", [False, True])
async def test_a_declined_request_changes_nothing(registry: World, approved_first: bool) -> None:
    id_ = await requested(registry)
    if approved_first:
        await registry.ask("POST", f"{REQUESTS}/{id_}/approve")

    declined = await registry.ask("POST", f"{REQUESTS}/{id_}/decline")
    await registry.pass_time(timedelta(days=30))
    after = await account(registry)

    assert (declined.status, declined.json["status"]) == (200, "declined")
    assert after["plan"] == "large"
    assert after["promo_codes"] == [{"code": "EARLY", "percent_off": 15}]


@pytest.mark.parametrize("approved_first", [False, True])
async def test_a_host_withdraws_a_request_and_keeps_the_codes(
    registry: World, approved_first: bool
) -> None:
    id_ = await requested(registry)
    if approved_first:
        await registry.ask("POST", f"{REQUESTS}/{id_}/approve")

    withdrawn = await registry.ask("DELETE", f"{REQUESTS}/{id_}", key=registry.token())
    again = await registry.ask("DELETE", f"{REQUESTS}/{id_}", key=registry.token())

    assert (withdrawn.status, withdrawn.json["status"]) == (200, "withdrawn")
    assert again.json == withdrawn.json
    after = await account(registry)
    assert after["scheduled_change"] is None
    assert after["promo_codes"] == [{"code": "EARLY", "percent_off": 15}]


async def test_a_request_that_is_over_takes_no_other_answer(registry: World) -> None:
    id_ = await requested(registry)
    await registry.ask("DELETE", f"{REQUESTS}/{id_}")

    assert (await registry.ask("POST", f"{REQUESTS}/{id_}/approve")).problem == (404, "not_found")
    assert (await registry.ask("POST", f"{REQUESTS}/nothing/decline")).problem == (
        404,
        "not_found",
    )


@pytest.mark.parametrize("answer", ["approve", "decline"])
async def test_only_customer_success_answers(registry: World, answer: str) -> None:
    id_ = await requested(registry)

    refusal = await registry.ask("POST", f"{REQUESTS}/{id_}/{answer}", key=registry.token())

    assert refusal.problem == (403, "forbidden")
    assert (await account(registry))["scheduled_change"] is None


async def test_all_requests_are_listed_the_newest_last(registry: World) -> None:
    first, second = await requested(registry), await requested(registry)

    answer = await registry.ask("GET", REQUESTS, key=registry.token())

    listed = answer.json["downgrade_requests"]
    assert [(each["id"], each["status"]) for each in listed] == [
        (first, "withdrawn"),
        (second, "requested"),
    ]


async def test_an_upgrade_cancels_it_and_its_quote_says_so(registry: World) -> None:
    id_ = await requested(registry)
    await registry.ask("POST", f"{REQUESTS}/{id_}/approve")

    quote = (await registry.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "huge"})).json
    bought = await registry.ask(
        "POST", f"{ACME}/upgrades", {"quote": quote["id"]}, headers={"Idempotency-Key": "k"}
    )

    assert quote["warnings"] == ["cancels_downgrade"]
    assert bought.json["status"] == "applied"
    after = await account(registry)
    assert (after["plan"], after["scheduled_change"]) == ("huge", None)
    assert after["promo_codes"] == [{"code": "EARLY", "percent_off": 15}]


async def test_a_quote_from_before_the_request_is_stale(registry: World) -> None:
    """It did not warn that it would cancel it."""
    quote = (await registry.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "huge"})).json
    await requested(registry)

    bought = await registry.ask(
        "POST", f"{ACME}/upgrades", {"quote": quote["id"]}, headers={"Idempotency-Key": "k"}
    )

    assert bought.problem == (409, "quote_stale")


async def test_the_account_of_a_request_must_exist(world: World) -> None:
    assert (await world.ask("GET", REQUESTS)).problem == (404, "not_found")
    assert (await world.ask("POST", REQUESTS, {"plan": "small"})).problem == (404, "not_found")
