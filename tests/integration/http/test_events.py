"""The trail over HTTP: who did what in an account, and why somebody waited or was not let in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Newcomer, Role, RoomRef
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.routes import CALLS
from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse.store.room_store import RoomStore
from fullhouse.store.trail import TrailStore
from tests.integration.http.face import OTHER_KEY

if TYPE_CHECKING:
    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"
EVENTS = f"{ACME}/events"
HALL = f"{ACME}/rooms/hall"
REF = RoomRef("acme", "hall")


async def events(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = await world.ask("GET", f"{EVENTS}?{query}")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["events"]
    return found


async def requests(world: World, kind: str = "request") -> list[tuple[str, int]]:
    """Call and status of the requests, oldest first, without the looks at the trail itself."""
    found = [event["request"] for event in await events(world, f"kind={kind}")]
    return [(each["call"], each["status"]) for each in found if "/events" not in each["call"]][
        ::-1
    ]


async def test_why_bob_was_not_let_in_is_answered_by_one_call(event_room: World) -> None:
    world = event_room
    await world.ask("PATCH", HALL, {"seats": 1})
    await world.enter("ada")
    await world.pass_time(timedelta(minutes=3))
    await world.enter("bob")

    (event,) = await events(world, "participant=bob")

    assert event == {
        "at": world.clock.now().isoformat().replace("+00:00", "Z"),
        "kind": "waiting",
        "room": "hall",
        "participant": "bob",
        "rule": "limited",
        "ticket": event["ticket"],
        "new_ticket": None,
        "figures": {"capacity": 1, "occupied": 1, "held": 0, "waiting": 1},
        "request": None,
    }


async def test_a_request_is_noted_with_who_what_whom_and_its_id(event_room: World) -> None:
    path = f"{HALL}/participants/bob"
    answer = await event_room.ask("DELETE", path, key=OTHER_KEY, headers={"X-Request-Id": "req-7"})

    removal, effect = (await events(event_room, "participant=bob"))[::-1]

    assert answer.headers["x-request-id"] == "req-7"
    assert (removal["kind"], removal["room"], removal["participant"]) == ("request", "hall", "bob")
    assert removal["request"] == {
        "by": {"kind": "key", "key": "configured-2", "participant": None, "role": None},
        "call": "DELETE /v1/accounts/{account}/rooms/{room}/participants/{participant}",
        "status": 204,
        "code": None,
        "request_id": "req-7",
        "reason": None,
        "replayed": False,
    }
    assert (effect["kind"], effect["rule"]) == ("removed", "platform")


async def test_a_purchase_names_its_buyer_and_its_repetition_is_marked(event_room: World) -> None:
    world = event_room
    host = world.token("hanna")
    quote = (await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "large"}, key=host)).json
    body, key = {"quote": quote["id"]}, {"Idempotency-Key": "k"}
    answers = [
        await world.ask("POST", f"{ACME}/upgrades", body, key=host, headers=key) for _ in range(2)
    ]

    found = [event["request"] for event in await events(world, "participant=hanna")][::-1]

    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true"]
    assert [(each["call"].split("/")[-1], each["replayed"]) for each in found] == [
        ("upgrade-quotes", False),
        ("upgrades", False),
        ("upgrades", True),
    ]
    by = {"kind": "person", "key": None, "participant": "hanna", "role": "host"}
    assert [each["by"] for each in found] == [by] * 3


async def test_refused_requests_are_noted_with_their_code(event_room: World) -> None:
    world = event_room
    attendee, host = world.attendee("bob"), world.token(buy=False)  # bob could fill the trail
    await world.ask("PATCH", HALL, {"seats": -1})
    await world.ask("PATCH", f"{ACME}/rooms/none", {"paused": True})
    await world.ask("DELETE", HALL)
    await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "large"}, key=host)
    await world.ask("GET", f"{ACME}/invoices", key=attendee)

    found = (await events(world, "kind=request_refused"))[::-1]

    assert [(each["request"]["status"], each["request"]["code"]) for each in found] == [
        (422, "invalid_request"),
        (404, "not_found"),
        (409, "change_in_progress"),
        (403, "forbidden"),
    ]
    assert [each["request"]["by"]["participant"] for each in found] == [None] * 3 + ["ada"]


async def test_strangers_and_people_of_other_accounts_write_nothing(event_room: World) -> None:
    world = event_room
    before = await trail(world)
    foreign = world.token("eve", account="umbrella")
    for key in (None, "no-such-key-at-all", foreign, world.token(ttl_s=-60)):
        await world.ask("POST", f"{ACME}/upgrade-quotes", {"plan": "large"}, key=key)
        await world.ask("PUT", f"{ACME}/rooms/x", {"title": "X"}, key=key)
        await world.ask("GET", EVENTS, key=key)
    await world.ask("PATCH", "/v1/accounts/nobody", {"parallel_events": 1})
    await world.send("PATCH", "/v1/accounts/a{b}/rooms/hall", [b"{}"])

    assert await trail(world) == before
    assert await world.redis.keys("*nobody*trail*") == []


async def test_reading_is_noted_only_where_it_shows_people(event_room: World) -> None:
    before = await requests(event_room)
    for path in (ACME, HALL, f"{HALL}/report", f"{HALL}/audit", f"{HALL}/waiting"):
        await event_room.ask("GET", path)
    await event_room.ask("GET", f"{HALL}/waiting", key=event_room.token())  # the page of a host

    assert (await requests(event_room))[len(before) :] == [
        ("GET /v1/accounts/{account}/rooms/{room}/audit", 200),
        ("GET /v1/accounts/{account}/rooms/{room}/waiting", 200),
    ]


async def test_signed_tokens_do_not_push_out_other_requests(event_room: World) -> None:
    await event_room.ask("POST", f"{HALL}/tokens", {"participant": "bob", "role": "attendee"})

    account = DEFAULT_KEYS.account("acme")
    signed = await event_room.redis.hget(account.trail("tokens"), "last")
    others = await event_room.redis.hget(account.trail("platform"), "last")
    (event,) = await events(event_room, "participant=bob")

    assert (signed, others) == (b"1", b"2")  # the account and the room
    assert event["request"]["call"].endswith("/tokens")


async def test_no_answer_waits_for_a_trail_that_cannot_be_written(
    event_room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise StoreUnavailable

    monkeypatch.setattr(TrailStore, "note", away)

    assert (await event_room.ask("PATCH", HALL, {"paused": True})).status == 200


async def test_a_failure_of_the_server_is_noted_too(
    event_room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request may have changed something before it failed."""

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(RoomStore, "set_room", broken)
    with pytest.raises(ZeroDivisionError):
        await event_room.ask("PATCH", HALL, {"paused": True})

    (failed,) = await requests(event_room, "request_refused")
    assert failed == ("PATCH /v1/accounts/{account}/rooms/{room}", 500)


async def test_the_list_is_cut_by_room_kind_and_time(event_room: World) -> None:
    world = event_room
    await world.ask("PATCH", ACME, {"parallel_events": 1})
    await world.has_room("annex")
    await world.rooms.admit(RoomRef("acme", "annex"), [Newcomer("p", Role.PRESENTER)])
    await world.pass_time(timedelta(hours=1))
    noon = world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    await world.ask("POST", f"{HALL}/close")

    assert {event["room"] for event in await events(world, "room=annex")} == {"annex"}
    assert [event["kind"] for event in await events(world, f"room=hall&since={noon}")] == [
        "room_closed",
        "request",
    ]
    assert [event["kind"] for event in await events(world, f"until={noon}&kind=room_closed")] == [
        "room_closed"
    ]
    assert await events(world, "until=2001-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=nonsense", "kind"),
        ("room=a b", "room"),
        ("participant=@", "participant"),
        ("since=yesterday", "since"),
        ("since=2030-01-01T00:00:00", "since"),
        ("since=2030-01-01T00:00:00Z&until=2029-01-01T00:00:00Z", "since"),
        ("cursor=1.2", "cursor"),
        ("limit=201", "limit"),
        ("room=", "room"),
        ("participant=", "participant"),
        ("person=bob", "person"),
    ],
)
async def test_a_wrong_parameter_is_named(event_room: World, query: str, field: str) -> None:
    refused = await event_room.ask("GET", f"{EVENTS}?{query}")

    assert refused.problem == (422, "invalid_request")
    assert refused.json["detail"].startswith(field)


def test_every_call_that_changes_an_account_is_noted() -> None:
    """A new call is in the trail without a word about it in the call."""
    changes = [call for call in CALLS if call.method != "GET" and "{account}" in call.path]
    not_noted = [call.path for call in changes if not call.is_noted(200)]

    assert len(changes) > 15
    assert not_noted == ["/v1/accounts/{account}/rooms/{room}/gate"]  # it only asks
    assert [call.path for call in CALLS if call.is_noted(200) and call.who is Who.ANYONE] == []


async def trail(world: World) -> dict[bytes, object]:
    keys = cast("list[bytes]", await world.redis.keys("*:trail:*"))
    return {key: await world.redis.hgetall(key) for key in keys}
