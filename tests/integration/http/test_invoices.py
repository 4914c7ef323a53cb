"""Invoices over HTTP: for programs with all that they were computed from, for people as a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.dues import attempted
from fullhouse.domain.payments import Failed
from fullhouse.domain.plans import Rate
from fullhouse.domain.proration import Basis, Period, PromoCode, lines_of
from fullhouse.store.account_store import AccountStore, as_json
from fullhouse.store.keys import DEFAULT_KEYS

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer, Json
    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"
INVOICES = f"{ACME}/invoices"
RENEWAL = "renewal-2023-12-14"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
async def registry(world: World) -> World:
    """`acme` was renewed on 14 December and upgraded ten days later, 20 days before the end."""
    await world.has_account(parallel_events=1, promo_codes=[{"code": "EARLY", "percent_off": 15}])
    await world.pass_time(timedelta(days=40))
    quote = (await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "large"})).json
    bought = await world.ask(
        "POST", f"{ACME}/upgrades", {"quote": quote["id"]}, headers={"Idempotency-Key": "k"}
    )
    assert bought.json["status"] == "applied"
    return world


async def invoices(world: World) -> list[Json]:
    answer = await world.ask("GET", INVOICES, key=world.token())
    assert answer.status == 200, answer.body
    listed: list[Json] = answer.json["invoices"]
    return listed


async def page(world: World, lang: str | None = None, accepts: str = "") -> Answer:
    headers = {"Accept": BROWSER, "Accept-Language": accepts}
    query = f"?lang={lang}" if lang else ""
    return await world.ask(
        "GET", f"{INVOICES}/{RENEWAL}{query}", key=world.token(), headers=headers
    )


async def test_an_invoice_is_answered_with_exactly_the_fields_of_the_protocol(
    registry: World,
) -> None:
    renewal, upgrade = await invoices(registry)

    assert list(renewal.items()) == [
        ("id", RENEWAL),
        ("number", "acme-0001"),
        ("kind", "renewal"),
        ("issued_on", "2023-12-14"),
        ("period", {"start": "2023-12-14", "end": "2024-01-13", "days": 30}),
        ("lines", renewal["lines"]),
        ("amount", {"amount": 5525 + 2550, "currency": "EUR"}),
        ("past_due", False),
        ("rule_version", 1),
        ("inputs", renewal["inputs"]),
        ("carried_over", False),
        ("collects", []),
        ("refunded", None),
        ("disputes", []),
    ]
    assert (upgrade["kind"], upgrade["number"]) == ("upgrade", "acme-0002")
    assert upgrade["issued_on"] == "2023-12-24"
    assert list(upgrade["lines"][0].items()) == [
        ("item", "plan"),
        ("quantity", 1),
        ("old_price", 5525),
        ("new_price", 10115),
        ("days_remaining", 20),
        ("days_in_period", 30),
        ("amount", 3060),
    ]
    assert upgrade["inputs"] == {
        "today": "2023-12-24",
        "old": {"plan": "small", "price": 6500, "parallel_event": 3000, "name": "Small"},
        "new": {"plan": "large", "price": 11900, "parallel_event": 5500, "name": "Large"},
        "parallel_events": 1,
        "promo_codes": [{"code": "EARLY", "percent_off": 15}],
        "step": 1,
    }


async def test_anyone_can_compute_an_invoice_again_from_what_it_says(registry: World) -> None:
    for invoice in await invoices(registry):
        inputs = invoice["inputs"]
        basis = Basis(
            period=Period(
                date.fromisoformat(invoice["period"]["start"]), invoice["period"]["days"]
            ),
            today=date.fromisoformat(inputs["today"]),
            old=Rate(**inputs["old"]) if inputs["old"] else None,
            new=Rate(**inputs["new"]),
            parallel_events=inputs["parallel_events"],
            promo_codes=tuple(PromoCode(**promo) for promo in inputs["promo_codes"]),
            step=inputs["step"],
        )

        amounts = [line.amount for line in lines_of(basis)]

        assert amounts == [line["amount"] for line in invoice["lines"]]
        assert sum(amounts) == invoice["amount"]["amount"]


async def test_an_account_that_was_charged_nothing_has_no_invoices(event_room: World) -> None:
    assert await invoices(event_room) == []


async def test_a_period_that_has_ended_is_on_the_list_at_once(event_room: World) -> None:
    await event_room.pass_time(timedelta(days=61))

    assert [invoice["id"] for invoice in await invoices(event_room)] == [
        "renewal-2023-12-14",
        "renewal-2024-01-13",
    ]


async def test_one_invoice_can_be_asked_for(registry: World) -> None:
    answer = await registry.ask("GET", f"{INVOICES}/{RENEWAL}", key=registry.token())

    assert (answer.status, answer.json) == (200, (await invoices(registry))[0])
    assert answer.headers["vary"].split(", ")[:1] == ["Accept"]


@pytest.mark.parametrize("path", [f"{INVOICES}/nothing", "/v1/accounts/nobody/invoices"])
async def test_what_does_not_exist_is_not_found(registry: World, path: str) -> None:
    assert (await registry.ask("GET", path)).problem == (404, "not_found")


async def test_an_invoice_that_cannot_be_collected_is_marked(registry: World) -> None:
    store = AccountStore(registry.redis, waits_for_disk=False)
    account = await store.find_account("acme")
    assert account
    failed = attempted(
        account, account.dues[0], Failed("The card has expired."), now=registry.clock.now()
    )
    await store.save_account(failed, seen_version=account.version)

    assert [invoice["past_due"] for invoice in await invoices(registry)] == [True, False]


async def test_a_browser_gets_a_page_that_nothing_can_be_loaded_into(registry: World) -> None:
    answer = await page(registry)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"].split(", ")[:2] == ["Accept", "Accept-Language"]
    assert b"acme-0001" in answer.body


@pytest.mark.parametrize(
    ("lang", "accepts", "language", "day"),
    [
        (None, "", "en", "December 14, 2023"),
        (None, "de-DE,de;q=0.9,en;q=0.8", "de-DE", "14. Dezember 2023"),
        (None, "en-GB, de;q=0.5", "en-GB", "14 December 2023"),
        ("de", "en-GB", "de", "14. Dezember 2023"),
        ("en", "de-DE", "en", "December 14, 2023"),
    ],
)
async def test_the_page_speaks_the_language_asked_for(
    registry: World, lang: str | None, accepts: str, language: str, day: str
) -> None:
    answer = await page(registry, lang, accepts)

    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.body.decode()
    assert day in answer.body.decode()


async def test_a_language_that_there_are_no_words_in_is_refused(registry: World) -> None:
    assert (await page(registry, "fr")).refused_field == "lang"


async def test_a_promo_code_cannot_break_out_of_the_page(registry: World) -> None:
    nasty = '"><img src=x onerror=alert(1)>'
    store = AccountStore(registry.redis, waits_for_disk=False)
    account = await store.find_account("acme")
    assert account
    account = replace(account, version=account.version + 1, promo_codes=(PromoCode(nasty, 10),))
    await store.save_account(account, seen_version=account.version - 1)
    await registry.pass_time(timedelta(days=30))

    answer = await registry.ask(
        "GET", f"{INVOICES}/renewal-2024-01-13", headers={"Accept": "text/html"}
    )

    assert answer.status == 200
    assert b"<img" not in answer.body
    assert b"&lt;img src=x" in answer.body


async def test_invoices_come_in_pages_oldest_first(registry: World) -> None:
    await registry.pass_time(timedelta(days=35))
    whole = await invoices(registry)

    pages, cursor = [], ""
    while cursor is not None:
        answer = await registry.ask("GET", f"{INVOICES}?limit=1{cursor and '&cursor='}{cursor}")
        pages.append(answer.json["invoices"])
        cursor = answer.json["next"]

    assert len(whole) > 2
    assert [row for rows in pages for row in rows] == whole
    assert {len(rows) for rows in pages} == {1}


async def test_an_invoice_on_a_later_page_names_what_it_collects_from_far_before(
    registry: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fullhouse.service.invoices.LOOK_BACK", 0)
    store = AccountStore(registry.redis, waits_for_disk=False)
    first, second = await store.read_ledger("acme")
    collecting = replace(second, collects=(CarriedAmount(first.id, first.amount),))
    key = DEFAULT_KEYS.account("acme").ledger
    await registry.redis.lset(key, 1, as_json(collecting))

    (invoice,) = (await registry.ask("GET", f"{INVOICES}?limit=1&cursor=1")).json["invoices"]

    assert (invoice["number"], invoice["collects"][0]["number"]) == ("acme-0002", "acme-0001")
