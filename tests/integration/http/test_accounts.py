"""Accounts over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"


async def test_a_new_account_is_answered_with_exactly_the_fields_of_the_protocol(
    world: World,
) -> None:
    answer = await world.ask("PUT", ACME, world.account_body())

    assert answer.status == 201
    assert list(answer.json.items()) == [
        ("id", "acme"),
        ("plan", "small"),
        ("seats", 100),
        ("presenters", 5),
        ("billing_period", "month"),
        ("period", {"start": "2023-11-14", "end": "2023-12-14", "days": 30}),
        ("time_zone", "UTC"),
        ("parallel_events", 0),
        ("promo_codes", []),
        ("payment_status", "ok"),
        ("paid_by", "on_account"),
        ("scheduled_change", None),
        ("version", 1),
        (
            "next_period",
            {
                "amount": {"amount": 6500, "currency": "EUR"},
                "starts_on": "2023-12-14",
                "carried_over": None,
            },
        ),
        ("plan_name", "Small"),
        ("price", {"amount": 6500, "currency": "EUR"}),
        ("parallel_event_price", {"amount": 3000, "currency": "EUR"}),
        ("carried_over", None),
        ("installation", "here"),
        ("customer_success", None),
    ]


async def test_the_same_first_request_again_is_answered_with_the_account(world: World) -> None:
    body = world.account_body(promo_codes=[{"code": "SPRING", "percent_off": 20}])
    await world.ask("PUT", ACME, body)

    again = await world.ask("PUT", ACME, dict(reversed(body.items())))

    assert again.status == 200
    assert again.json["promo_codes"] == [{"code": "SPRING", "percent_off": 20}]


async def test_another_first_request_is_refused(world: World) -> None:
    await world.has_account()

    answer = await world.ask("PUT", ACME, world.account_body(plan="large"))

    assert answer.problem == (409, "already_exists")


async def test_how_the_payer_is_known_is_never_shown_again(world: World) -> None:
    payment = {"customer": "cus_1", "method": "pm_1"}
    opened = await world.ask("PUT", ACME, world.account_body(payment=payment))
    patched = await world.ask("PATCH", ACME, {"payment": {"customer": "cus_2"}})

    read = await world.ask("GET", ACME)

    assert all(b"cus_" not in answer.body for answer in (opened, patched, read))


async def test_a_change_raises_the_version_and_keeps_what_it_does_not_name(world: World) -> None:
    await world.has_account(promo_codes=[{"code": "SPRING", "percent_off": 20}])

    answer = await world.ask("PATCH", ACME, {"parallel_events": 2})

    assert answer.status == 200
    assert answer.json["parallel_events"] == 2
    assert answer.json["promo_codes"] == [{"code": "SPRING", "percent_off": 20}]
    assert answer.json["version"] == 2
    assert (await world.ask("GET", ACME)).json == answer.json


async def test_promo_codes_can_be_taken_away(world: World) -> None:
    await world.has_account(promo_codes=[{"code": "SPRING", "percent_off": 20}])

    answer = await world.ask("PATCH", ACME, {"promo_codes": []})

    assert answer.json["promo_codes"] == []


async def test_a_period_that_has_ended_is_renewed_by_looking(world: World) -> None:
    await world.has_account()
    await world.pass_time(timedelta(days=30))

    account = (await world.ask("GET", ACME)).json

    assert account["period"]["start"] == "2023-12-14"
    assert account["version"] == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plan": None}, "plan"),
        ({"plan": "nope"}, "plan"),
        ({"billing_period": "week"}, "billing_period"),
        ({"period_start": "14 November"}, "period_start"),
        ({"period_start": "2023-11-14T00:00:00Z"}, "period_start"),
        ({"period_start": "2023-11-15"}, "period_start"),
        ({"period_start": "2023-09-15"}, "period_start"),
        ({"period_start": "9999-12-31"}, "period_start"),
        ({"time_zone": "Middle/Earth"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"parallel_events": "2"}, "parallel_events"),
        ({"parallel_events": -1}, "parallel_events"),
        ({"parallel_events": True}, "parallel_events"),
        ({"parallel_events": 10**30}, "parallel_events"),
        ({"promo_codes": {}}, "promo_codes"),
        ({"promo_codes": ["SPRING"]}, "promo_codes[0]"),
        ({"promo_codes": [{"code": "A", "percent_off": 101}]}, "promo_codes[0].percent_off"),
        ({"promo_codes": [{"code": "A", "percent_off": 0.5}]}, "promo_codes[0].percent_off"),
        ({"promo_codes": [{"code": "", "percent_off": 5}]}, "promo_codes[0].code"),
        ({"promo_codes": [{"code": "A"}]}, "promo_codes[0].percent_off"),
        (
            {"promo_codes": [{"code": "A", "percent_off": 5, "until": 1}]},
            "promo_codes[0].until",
        ),
        ({"payment": "cus_1"}, "payment"),
        ({"payment": {"card": "4242"}}, "payment.card"),
        ({"payment": {"customer": 7}}, "payment.customer"),
        ({"seats": 100}, "seats"),
    ],
)
async def test_a_malformed_account_is_refused_by_the_name_of_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    answer = await world.ask("PUT", ACME, world.account_body(**changes))

    assert answer.refused_field == field


@pytest.mark.parametrize("field", ["plan", "billing_period", "period_start", "time_zone"])
async def test_an_account_needs_all_of_these(world: World, field: str) -> None:
    body = world.account_body()
    del body[field]

    answer = await world.ask("PUT", ACME, body)

    assert answer.refused_field == field


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"plan": "large"}, "plan"),
        ({"parallel_events": None}, "parallel_events"),
        ({"parallel_events": 1001}, "parallel_events"),
        ({"promo_codes": None}, "promo_codes"),
        ({"promo_codes": [{"code": "A", "percent_off": 1}] * 2}, "promo_codes[1].code"),
        ({"payment": None}, "payment"),
    ],
)
async def test_a_malformed_change_is_refused_by_the_name_of_its_field(
    world: World, body: dict[str, Any], field: str
) -> None:
    await world.has_account()

    answer = await world.ask("PATCH", ACME, body)

    assert answer.refused_field == field


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_an_account_that_does_not_exist_is_not_found(world: World, method: str) -> None:
    answer = await world.ask(method, ACME)

    assert answer.problem == (404, "not_found")


@pytest.mark.parametrize("name", ["-acme", "a b", "a" * 65, "a:b", "{acme}", "acme\n"])
async def test_a_name_that_is_no_id_is_refused(world: World, name: str) -> None:
    answer = await world.ask("PUT", f"/v1/accounts/{name}", world.account_body())

    assert answer.refused_field == "account"
