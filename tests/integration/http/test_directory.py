"""All accounts: listed by name in pages, and deleted with what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.service.purchases import PurchaseService
from fullhouse.store.keys import DEFAULT_KEYS

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer, Json
    from tests.integration.http.face import World

ACCOUNTS = "/v1/accounts"
ACME = f"{ACCOUNTS}/acme"
NAMES = ("acme", "acme-2", "Acme", "beta", "acm.e", "umbrella")


async def names(world: World, query: str = "") -> list[str]:
    answer = await world.ask("GET", f"{ACCOUNTS}?{query}")
    return [account["id"] for account in answer.json["accounts"]]


async def bought(world: World, key: str = "k") -> Json:
    """An upgrade of `acme`, applied."""
    quote = (await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "large"})).json
    headers = {"Idempotency-Key": key}
    answer = await world.ask("POST", f"{ACME}/upgrades", {"quote": quote["id"]}, headers=headers)
    assert answer.status == 201, answer.body
    return answer.json


async def keys_of(world: World, account: str = "acme") -> set[str]:
    """What the store keeps under the account's name."""
    found = await world.redis.keys(f"fh:{{{account}}}:*")
    parts = {str(key, "ascii").split(":", 2)[2] for key in cast("list[bytes]", found)}
    expire = ("quote:", "order:", "open_quotes", "kept_quotes", "quotes_of:")
    return {part for part in parts if not part.startswith(expire)}


async def test_accounts_are_listed_by_name_from_any_beginning(world: World) -> None:
    for name in NAMES:
        await world.has_account(name)

    assert await names(world) == sorted(NAMES)
    assert await names(world, "prefix=acme") == ["acme", "acme-2"]
    assert await names(world, "prefix=acm") == ["acm.e", "acme", "acme-2"]
    assert await names(world, "prefix=zeta") == []


async def test_accounts_come_in_pages(world: World) -> None:
    for name in NAMES:
        await world.has_account(name)

    first = (await world.ask("GET", f"{ACCOUNTS}?prefix=acm&limit=2")).json
    query = f"prefix=acm&limit=2&cursor={first['next']}"
    second = (await world.ask("GET", f"{ACCOUNTS}?{query}")).json

    assert [account["id"] for account in first["accounts"]] == ["acm.e", "acme"]
    assert [account["id"] for account in second["accounts"]] == ["acme-2"]
    assert second["next"] is None


async def test_a_listed_account_is_the_account_in_its_present_period(world: World) -> None:
    await world.has_account()
    await world.pass_time(timedelta(days=40))

    (listed,) = (await world.ask("GET", ACCOUNTS)).json["accounts"]

    assert listed == (await world.ask("GET", ACME)).json
    assert listed["period"]["start"] == "2023-12-14"


async def test_only_the_platform_lists_and_deletes_accounts(world: World) -> None:
    await world.has_account()

    listing = await world.ask("GET", ACCOUNTS, key=world.token())
    deleting = await world.ask("DELETE", ACME, key=world.token())

    assert listing.problem == deleting.problem == (403, "forbidden")


@pytest.mark.parametrize("query", ["prefix=a%20b", "prefix=%7Bacme", "cursor=a%2Fb", "limit=201"])
async def test_a_list_that_there_cannot_be_is_refused_by_the_name_of_the_field(
    world: World, query: str
) -> None:
    answer = await world.ask("GET", f"{ACCOUNTS}?{query}")

    assert answer.problem == (422, "invalid_request")
    assert answer.json["detail"].startswith(query.partition("=")[0])


async def test_a_deleted_account_is_gone_with_its_rooms_and_people(event_room: World) -> None:
    await event_room.enter("bob")
    await event_room.ask("POST", f"{ACME}/rooms/hall/close")
    await bought(event_room)

    deleted = await event_room.ask("DELETE", ACME)

    assert (deleted.status, deleted.body) == (204, b"")
    assert (await event_room.ask("GET", ACME)).status == 404
    assert (await event_room.ask("GET", f"{ACME}/rooms/hall")).status == 404
    assert await names(event_room) == []
    assert await keys_of(event_room) == {
        "deleted_version",
        "deleted_epoch",
        "ledger",
        "purchases",
        "purchase_times",
    }


async def test_a_ledger_is_deleted_only_by_wish_and_also_later(event_room: World) -> None:
    await event_room.ask("POST", f"{ACME}/rooms/hall/close")
    await bought(event_room)
    await event_room.ask("DELETE", ACME)

    later = await event_room.ask("DELETE", f"{ACME}?ledger=true")
    again = await event_room.ask("DELETE", f"{ACME}?ledger=true")

    assert (later.status, again.status) == (204, 404)
    assert await keys_of(event_room) == {"deleted_version", "deleted_epoch"}


async def test_an_account_with_an_open_room_is_kept(event_room: World) -> None:
    refused = await event_room.ask("DELETE", ACME)

    assert refused.problem == (409, "change_in_progress")
    assert "Close them first" in refused.json["detail"]
    assert (await event_room.ask("GET", ACME)).status == 200


async def test_an_account_that_is_buying_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.has_account()

    async def stays_as_it_is(_: PurchaseService, purchase: object) -> object:
        return purchase

    monkeypatch.setattr(PurchaseService, "take_on", stays_as_it_is)
    pending = await bought(world)

    refused = await world.ask("DELETE", ACME)

    assert pending["status"] == "pending"
    assert refused.problem == (409, "change_in_progress")
    assert "not settled" in refused.json["detail"]


async def test_an_account_that_there_is_not_cannot_be_deleted(world: World) -> None:
    assert (await world.ask("DELETE", ACME)).problem == (404, "not_found")


async def test_a_period_that_has_ended_is_charged_before_the_account_goes(world: World) -> None:
    await world.has_account()
    await world.pass_time(timedelta(days=40))

    await world.ask("DELETE", ACME)

    assert await world.redis.llen(DEFAULT_KEYS.account("acme").ledger) == 1


async def test_nothing_of_a_deleted_account_can_be_bought_for_the_next(world: World) -> None:
    """Neither with its quotes, which are kept a day, nor with its keys."""
    await world.has_account()
    await bought(world, "old")
    quote = (await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "huge"})).json["id"]
    await world.ask("DELETE", f"{ACME}?ledger=true")
    account = await world.has_account()

    stale = await buy(world, quote, "new")
    by_old_key = await buy(world, quote, "old")

    assert account["version"] > 1
    assert stale.problem == by_old_key.problem == (409, "quote_stale")


async def test_a_renewal_of_the_next_account_is_another_charge(world: World) -> None:
    """The payment gateway knows a charge by its id, and would count the old one as this."""
    await world.has_account()
    await world.pass_time(timedelta(days=31))
    (first,) = (await world.ask("GET", f"{ACME}/invoices")).json["invoices"]
    await world.ask("DELETE", ACME)
    await world.has_account(period_start="2023-11-14")

    rows = (await world.ask("GET", f"{ACME}/invoices")).json["invoices"]

    assert [row["number"] for row in rows] == ["acme-0001", "acme-0002"]
    assert [row["issued_on"] for row in rows] == [first["issued_on"]] * 2
    assert rows[0] == first
    assert rows[1]["id"] != first["id"]


async def test_upgrades_are_listed_newest_first_in_pages(world: World) -> None:
    await world.has_account()
    bodies = []
    for plan in ("large", "huge"):
        world.clock.advance(ms=1000)
        quote = (await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": plan})).json["id"]
        bodies.append((await buy(world, quote, plan)).json)

    whole = (await world.ask("GET", f"{ACME}/upgrades", key=world.token())).json
    first = (await world.ask("GET", f"{ACME}/upgrades?limit=1")).json
    second = (await world.ask("GET", f"{ACME}/upgrades?limit=1&cursor={first['next']}")).json

    assert (whole["upgrades"], whole["next"]) == ([bodies[1], bodies[0]], None)
    assert (first["upgrades"], second["upgrades"], second["next"]) == (
        [bodies[1]],
        [bodies[0]],
        None,
    )


async def test_pending_upgrades_are_those_that_are_not_settled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.has_account()
    await bought(world)
    none_yet = (await world.ask("GET", f"{ACME}/upgrades?status=pending")).json

    async def stays_as_it_is(_: PurchaseService, purchase: object) -> object:
        return purchase

    monkeypatch.setattr(PurchaseService, "take_on", stays_as_it_is)
    quote = (await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "huge"})).json["id"]
    pending = (await buy(world, quote, "huge")).json
    listed = (await world.ask("GET", f"{ACME}/upgrades?status=pending")).json

    assert none_yet == {"upgrades": [], "next": None}
    assert listed == {"upgrades": [pending], "next": None}


async def test_purchases_of_an_earlier_version_are_listed_too(world: World) -> None:
    await world.has_account()
    body = await bought(world)
    await world.redis.delete(DEFAULT_KEYS.account("acme").purchase_times)

    listed = (await world.ask("GET", f"{ACME}/upgrades")).json

    assert listed["upgrades"] == [body]


async def buy(world: World, quote: str, key: str) -> Answer:
    headers = {"Idempotency-Key": key}
    return await world.ask("POST", f"{ACME}/upgrades", {"quote": quote}, headers=headers)
