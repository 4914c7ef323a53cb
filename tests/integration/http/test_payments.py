"""Buying by card over HTTP: charged once, confirmed where the bank insists, or told why not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.accounts import Due
from fullhouse.domain.money import Money
from fullhouse.domain.rooms import Role
from fullhouse.store.account_store import AccountStore
from tests import stripes
from tests.integration.http.face import world_of_cards
from tests.stripes import signed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.integration.http.answers import Answer, Json
    from tests.integration.http.face import World
    from tests.stripes import Till

ACME = "/v1/accounts/acme"
UPGRADES = f"{ACME}/upgrades"
WEBHOOK = "/v1/stripe/webhook"
EUR_54 = {"amount": 5400, "currency": "EUR"}


@pytest.fixture
async def event_room(redis: Redis, clock: FakeClock, till: Till) -> AsyncIterator[World]:
    """`acme` on the plan `small`, with an open room, where cards are charged."""
    async with world_of_cards(redis, clock, till) as world:
        yield world


async def pays_with(event_room: World, method: str | None) -> None:
    await event_room.ask("PATCH", ACME, {"payment": {"method": method}})


async def quoted(event_room: World, plan: str = "large") -> str:
    quote: str = (await event_room.ask("POST", f"{ACME}/upgrade-quotes", {"plan": plan})).json[
        "id"
    ]
    return quote


async def buy(event_room: World, quote: str, key: str = "click-1") -> Answer:
    headers = {"Idempotency-Key": key}
    return await event_room.ask(
        "POST", UPGRADES, {"quote": quote}, key=event_room.token(), headers=headers
    )


async def found(event_room: World, upgrade: Json) -> Json:
    return (
        await event_room.ask("GET", f"{UPGRADES}/{upgrade['id']}", key=event_room.token())
    ).json


async def seats(event_room: World) -> int:
    capacity: int = (await event_room.ask("GET", f"{ACME}/rooms/hall")).json["capacity"]
    return capacity


async def asked_to_confirm(event_room: World, till: Till) -> Json:
    """An upgrade that waits for its payer."""
    await pays_with(event_room, till.card(stripes.WANTS_CONFIRMATION))
    answer = await buy(event_room, await quoted(event_room))
    assert (answer.status, answer.json["status"]) == (201, "pending")
    return answer.json


async def hears(
    event_room: World, upgrade: Json, type_: str = "payment_intent.succeeded"
) -> Answer:
    """A webhook about an upgrade."""
    metadata = {"fullhouse_account": "acme", "fullhouse_charge": upgrade["id"]}
    payload = json.dumps({"type": type_, "data": {"object": {"metadata": metadata}}})
    return await event_room.send(
        "POST",
        WEBHOOK,
        [payload.encode()],
        key=None,
        headers={"Stripe-Signature": signed(payload)},
    )


async def test_a_card_on_file_is_charged_and_the_seats_are_there(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    quote = await quoted(event_room)

    answer = await buy(event_room, quote)

    assert answer.status == 201
    assert list(answer.json.items()) == [
        ("id", answer.json["id"]),
        ("status", "applied"),
        ("quote", quote),
        ("plan", "large"),
        ("due_now", EUR_54),
        ("applied_at", "2023-11-14T22:13:20Z"),
        ("payment", None),
        ("carried_over", False),
        ("refunded", None),
        ("disputes", []),
    ]
    assert till.taken() == [5400]
    assert [intent.id for intent in till.intents(answer.json["id"])]
    assert await seats(event_room) == 250


async def test_the_same_key_again_gets_the_same_answer_and_one_charge(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    quote = await quoted(event_room)
    first = await buy(event_room, quote)

    again = await asyncio.gather(*(buy(event_room, quote) for _ in range(5)))

    assert {answer.body for answer in again} == {first.body}
    assert till.taken() == [5400]


async def test_a_declined_card_is_told_in_the_words_of_the_bank_again_and_again(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card(stripes.DECLINED))
    quote = await quoted(event_room)

    answers = [await buy(event_room, quote) for _ in range(2)]

    assert [answer.problem for answer in answers] == [(402, "payment_failed")] * 2
    assert {answer.json["detail"] for answer in answers} == {"Your card was declined."}
    assert till.taken() == []
    assert await seats(event_room) == 100


async def test_after_a_declined_card_another_one_buys(event_room: World, till: Till) -> None:
    await pays_with(event_room, till.card(stripes.DECLINED))
    await buy(event_room, await quoted(event_room))
    await pays_with(event_room, till.card())

    answer = await buy(event_room, await quoted(event_room), "click-2")

    assert answer.json["status"] == "applied"
    assert till.taken() == [5400]


async def test_a_payer_who_must_confirm_is_told_with_what(event_room: World, till: Till) -> None:
    upgrade = await asked_to_confirm(event_room, till)

    (intent,) = till.intents(upgrade["id"])
    assert upgrade["payment"] == {"client_secret": intent.client_secret}
    assert upgrade["applied_at"] is None
    assert await found(event_room, upgrade) == upgrade
    assert await seats(event_room) == 100


async def test_localstripe_takes_no_new_card_in_the_browser_but_the_payer_is_asked_for_one(
    event_room: World, till: Till
) -> None:
    answer = await buy(event_room, await quoted(event_room))

    (intent,) = till.intents(answer.json["id"])
    assert intent.status == "requires_payment_method"
    assert answer.json["payment"] == {"client_secret": intent.client_secret}


async def test_a_webhook_settles_what_the_payer_has_confirmed(
    event_room: World, till: Till
) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    till.confirm(upgrade["payment"]["client_secret"])

    answer = await hears(event_room, upgrade)

    assert answer.status == 204
    settled = await found(event_room, upgrade)
    assert (settled["status"], settled["payment"]) == ("applied", None)
    assert await seats(event_room) == 250


async def test_webhooks_out_of_order_or_twice_change_nothing(
    event_room: World, till: Till
) -> None:
    """They only say where to look: what Stripe says when asked is what counts."""
    upgrade = await asked_to_confirm(event_room, till)
    await hears(event_room, upgrade, "payment_intent.succeeded")
    early = await found(event_room, upgrade)
    till.confirm(upgrade["payment"]["client_secret"])
    await asyncio.gather(*(hears(event_room, upgrade) for _ in range(5)))
    before = await found(event_room, upgrade)

    for type_ in ("payment_intent.payment_failed", "payment_intent.created", "charge.refunded"):
        await hears(event_room, upgrade, type_)

    assert early == upgrade
    assert before["status"] == "applied"
    assert await found(event_room, upgrade) == before
    assert await event_room.redis.llen("fh:{acme}:ledger") == 1
    assert till.taken() == [5400]


async def test_a_webhook_that_never_comes_is_made_up_for_by_asking(
    event_room: World, till: Till
) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    till.confirm(upgrade["payment"]["client_secret"])
    await event_room.pass_time(timedelta(seconds=3))

    await event_room.purchases.look_after()

    assert (await found(event_room, upgrade))["status"] == "applied"


async def test_a_payer_who_does_not_confirm_in_time_is_not_charged(
    event_room: World, till: Till
) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    await event_room.pass_time(timedelta(minutes=15))

    await event_room.purchases.look_after()

    settled = await found(event_room, upgrade)
    assert (settled["status"], settled["payment"]) == ("failed", None)
    assert till.confirm(upgrade["payment"]["client_secret"]) == 400
    assert till.taken() == []
    await pays_with(event_room, till.card())
    assert (await buy(event_room, await quoted(event_room), "click-2")).json["status"] == "applied"


async def test_a_payment_that_comes_after_the_quote_has_expired_is_used(
    event_room: World, till: Till
) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    await event_room.pass_time(timedelta(minutes=11))
    till.confirm(upgrade["payment"]["client_secret"])

    await hears(event_room, upgrade)

    assert (await found(event_room, upgrade))["status"] == "applied"


async def test_money_for_a_period_that_has_ended_goes_back(event_room: World, till: Till) -> None:
    """The last minutes of the period; the payer confirms in the next one."""
    await event_room.pass_time(timedelta(days=29, hours=1, minutes=40))
    upgrade = await asked_to_confirm(event_room, till)
    await event_room.pass_time(timedelta(minutes=12))
    till.confirm(upgrade["payment"]["client_secret"])

    await hears(event_room, upgrade)

    assert (await found(event_room, upgrade))["status"] == "refunded"
    assert till.given_back() == till.taken() == [180]
    assert await seats(event_room) == 100


async def test_while_a_payer_confirms_the_account_buys_nothing_else(
    event_room: World, till: Till
) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    other = await quoted(event_room, "huge")

    answer = await buy(event_room, other, "click-2")

    assert answer.problem == (409, "change_in_progress")
    assert len(till.intents()) == 1
    assert await found(event_room, upgrade) == upgrade


async def test_a_payer_who_changes_their_mind_withdraws_and_buys_another_plan(
    event_room: World, till: Till
) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    await pays_with(event_room, till.card())
    path = f"{UPGRADES}/{upgrade['id']}"

    answers = [await event_room.ask("DELETE", path, key=event_room.token()) for _ in range(2)]

    assert [(answer.status, answer.json["status"]) for answer in answers] == [(200, "failed")] * 2
    assert till.confirm(upgrade["payment"]["client_secret"]) == 400
    assert (await buy(event_room, await quoted(event_room, "huge"), "click-2")).json[
        "status"
    ] == "applied"
    assert till.taken() == [13400]


async def test_an_upgrade_that_is_applied_is_not_withdrawn(event_room: World, till: Till) -> None:
    await pays_with(event_room, till.card())
    upgrade = (await buy(event_room, await quoted(event_room))).json

    answer = await event_room.ask("DELETE", f"{UPGRADES}/{upgrade['id']}", key=event_room.token())
    unknown = await event_room.ask("DELETE", f"{UPGRADES}/nothing", key=event_room.token())

    assert answer.json == upgrade
    assert unknown.problem == (404, "not_found")
    assert till.given_back() == []


async def test_of_two_hosts_who_buy_different_plans_at_once_one_is_charged(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    quotes = [await quoted(event_room, plan) for plan in ("large", "huge")]

    answers = await asyncio.gather(*(buy(event_room, quote, quote) for quote in quotes))

    (won,) = (answer for answer in answers if answer.status == 201)
    (lost,) = (answer for answer in answers if answer.status != 201)
    assert lost.problem in {(409, "quote_stale"), (409, "change_in_progress")}
    assert till.taken() == [won.json["due_now"]["amount"]]
    assert await seats(event_room) == {"large": 250, "huge": 500}[won.json["plan"]]


@pytest.mark.parametrize(
    ("key", "body", "problem"),
    [
        ("", {}, (400, "idempotency_key_missing")),
        ("click-1", {"quote": "nothing"}, (404, "not_found")),
        ("click-1", {"plan": "huge"}, (422, "invalid_request")),
    ],
)
async def test_the_gateway_hears_nothing_of_a_malformed_order(
    event_room: World, till: Till, key: str, body: dict[str, str], problem: tuple[int, str]
) -> None:
    await pays_with(event_room, till.card())
    body = {"quote": await quoted(event_room), **body}

    answer = await event_room.ask("POST", UPGRADES, body, headers={"Idempotency-Key": key})

    assert answer.problem == problem
    assert till.intents() == []


@pytest.mark.parametrize(
    ("role", "account", "problem"),
    [
        (Role.ATTENDEE, "acme", (403, "forbidden")),
        (Role.PRESENTER, "acme", (403, "forbidden")),
        (Role.HOST, "other", (403, "forbidden")),
        (None, "acme", (401, "unauthenticated")),
    ],
)
async def test_the_gateway_hears_nothing_of_who_may_not_buy(
    event_room: World, till: Till, role: Role | None, account: str, problem: tuple[int, str]
) -> None:
    await pays_with(event_room, till.card())
    body = {"quote": await quoted(event_room)}
    bearer = event_room.token("eve", role, account=account) if role else "nonsense"

    answer = await event_room.ask(
        "POST", UPGRADES, body, key=bearer, headers={"Idempotency-Key": "click-1"}
    )

    assert answer.problem == problem
    assert till.intents() == []


async def test_the_gateway_hears_nothing_of_a_quote_that_no_longer_holds(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    expired = await quoted(event_room)
    await event_room.pass_time(timedelta(minutes=10))
    stale = await quoted(event_room)
    await event_room.ask("PATCH", ACME, {"parallel_events": 1})

    assert (await buy(event_room, expired)).problem == (410, "quote_expired")
    assert (await buy(event_room, stale)).problem == (409, "quote_stale")
    assert till.intents() == []


async def test_an_account_that_owes_a_renewal_is_not_charged_for_more(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    quote = await quoted(event_room)
    store = AccountStore(event_room.redis, waits_for_disk=False)
    account = await store.find_account("acme")
    assert account
    owing = replace(account, payment_status="past_due")
    await store.save_account(owing, seen_version=account.version)

    assert (await buy(event_room, quote)).problem == (409, "past_due")
    assert till.intents() == []


async def test_a_buyer_asks_for_the_next_attempt_to_collect_a_renewal(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    store = AccountStore(event_room.redis, waits_for_disk=False)
    account = await store.find_account("acme")
    assert account
    now = event_room.clock.now()
    due = Due("renewal", Money(100, "EUR"), now, now + timedelta(hours=1), attempt=2)
    owing = replace(account, dues=(due,), payment_status="past_due")
    await store.save_account(owing, seen_version=account.version)
    collect, token = f"{ACME}/collect", event_room.token()

    too_early = (await event_room.ask("POST", collect, key=token)).json
    event_room.clock.advance(ms=60_000)
    taken = (await event_room.ask("POST", collect, key=token)).json
    stored = await store.find_account("acme")

    assert (taken["payment_status"], taken["paid_by"]) == ("past_due", "payment_method")
    assert taken["version"] == too_early["version"] + 1
    assert stored
    assert [due.try_at for due in stored.dues] == [event_room.clock.now()]
    guest = event_room.token(role=Role.ATTENDEE)
    assert (await event_room.ask("POST", collect, key=guest)).problem == (403, "forbidden")


async def test_another_body_under_the_same_key_is_refused_and_not_charged(
    event_room: World, till: Till
) -> None:
    await pays_with(event_room, till.card())
    first, second = await quoted(event_room), await quoted(event_room, "huge")
    await buy(event_room, first)

    assert (await buy(event_room, second)).problem == (422, "idempotency_mismatch")
    assert till.taken() == [5400]


async def test_a_webhook_of_somebody_else_is_refused(event_room: World, till: Till) -> None:
    upgrade = await asked_to_confirm(event_room, till)

    answer = await event_room.send(
        "POST",
        WEBHOOK,
        [json.dumps(upgrade).encode()],
        key=None,
        headers={"Stripe-Signature": signed("another body")},
    )

    assert answer.problem == (401, "unauthenticated")


async def test_a_webhook_about_what_nobody_bought_is_answered_and_forgotten(
    event_room: World,
) -> None:
    assert (await hears(event_room, {"id": "nothing"})).status == 204


async def test_a_webhook_about_other_business_of_the_operator_is_no_concern(
    event_room: World,
) -> None:
    payload = json.dumps({"type": "customer.created", "data": {"object": {"id": "cus_1"}}})
    headers = {"Stripe-Signature": signed(payload)}

    answer = await event_room.send("POST", WEBHOOK, [payload.encode()], key=None, headers=headers)

    assert answer.status == 204


async def test_where_nobody_takes_cards_there_is_no_webhook(world: World) -> None:
    assert (await hears(world, {"id": "nothing"})).problem == (404, "not_found")


async def test_a_webhook_as_long_as_stripes_longest_is_read(event_room: World, till: Till) -> None:
    upgrade = await asked_to_confirm(event_room, till)
    till.confirm(upgrade["payment"]["client_secret"])
    (intent,) = till.intents(upgrade["id"])
    thing = {"id": intent.id, "metadata": intent.metadata.to_dict(), "more": "x" * 900_000}
    payload = json.dumps({"type": "payment_intent.succeeded", "data": {"object": thing}})
    headers = {"Stripe-Signature": signed(payload)}

    answer = await event_room.send("POST", WEBHOOK, [payload.encode()], key=None, headers=headers)

    assert answer.status == 204
    assert (await event_room.ask("GET", f"{UPGRADES}/{upgrade['id']}")).json["status"] == "applied"


async def test_a_webhook_that_is_too_long_is_refused(event_room: World) -> None:
    answer = await event_room.send("POST", WEBHOOK, [b" " * (1024 * 1024 + 1)], key=None)

    assert answer.problem == (413, "too_large")
