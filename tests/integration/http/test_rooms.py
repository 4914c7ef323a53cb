"""Rooms over HTTP, as the platform runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.http.face import KEY, Hearing, exchange, scope_of

if TYPE_CHECKING:
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"
ROOMS = "/v1/accounts/acme/rooms"


async def test_an_opened_room_is_answered_with_exactly_the_fields_of_the_protocol(
    world: World,
) -> None:
    await world.has_account()

    answer = await world.ask("PUT", EVENT_ROOM, {"title": "Spring <Event> ✓"})

    assert answer.status == 201
    assert list(answer.json.items()) == [
        ("account", "acme"),
        ("room", "hall"),
        ("title", "Spring <Event> ✓"),
        ("status", "open"),
        ("paused", False),
        ("epoch", world.clock.now_ms()),
        ("rev", answer.json["rev"]),
        ("capacity", 100),
        ("occupied", 0),
        ("held", 0),
        ("waiting", 0),
        ("away", 0),
        ("presenters", {"capacity": 5, "occupied": 0}),
        ("level", "ok"),
        ("forecast", {"joins_per_min": 0, "full_in_s": None}),
        ("notice", None),
        ("plan", "small"),
        ("closed_reason", None),
        ("closed_at", None),
        ("message", None),
        ("watch", None),
        ("watching", 0),
        ("called_next", 0),
    ]


async def test_an_open_room_put_again_only_gets_its_title(event_room: World) -> None:
    await event_room.enter("bob")

    again = await event_room.ask("PUT", EVENT_ROOM, {"title": "Other"})

    assert again.status == 200
    assert again.json["title"] == "Other"
    assert again.json["occupied"] == 1


async def test_a_room_gets_another_stream_or_none_and_keeps_it_where_none_is_named(
    event_room: World,
) -> None:
    a, b = "https://stream.example/a", "https://stream.example/b"

    answers = [
        await event_room.ask("PUT", EVENT_ROOM, {"title": "Hall", "watch": a}),
        await event_room.ask("PUT", EVENT_ROOM, {"title": "Hall"}),
        await event_room.ask("PATCH", EVENT_ROOM, {"paused": True}),
        await event_room.ask("PATCH", EVENT_ROOM, {"watch": b}),
        await event_room.ask("PATCH", EVENT_ROOM, {"watch": None}),
    ]

    assert [answer.json["watch"] for answer in answers] == [a, a, a, b, None]


@pytest.mark.parametrize("watch", ["http://a.example/", "https://ann@a.example/", "", 5])
async def test_an_address_that_may_not_be_shown_is_refused_by_the_name_of_the_field(
    event_room: World, watch: str | int
) -> None:
    put = await event_room.ask("PUT", EVENT_ROOM, {"title": "Hall", "watch": watch})
    patched = await event_room.ask("PATCH", EVENT_ROOM, {"watch": watch})

    assert put.problem == patched.problem == (422, "invalid_request")
    assert "watch" in put.json["detail"]
    assert "watch" in patched.json["detail"]
    assert (await event_room.ask("GET", EVENT_ROOM)).json["watch"] is None


async def test_a_closed_room_is_opened_anew_with_nobody_inside(event_room: World) -> None:
    await event_room.enter("bob")
    closed = await event_room.ask("POST", f"{EVENT_ROOM}/close")

    anew = await event_room.ask("PUT", EVENT_ROOM, {"title": "Again"})

    assert anew.status == 201
    assert anew.json["occupied"] == 0
    assert anew.json["epoch"] > closed.json["epoch"]


async def test_closing_twice_is_no_error(event_room: World) -> None:
    first = await event_room.ask("POST", f"{EVENT_ROOM}/close")
    second = await event_room.ask("POST", f"{EVENT_ROOM}/close", {})

    assert (first.status, first.json["status"]) == (200, "closed")
    assert (second.status, second.json) == (200, first.json)


async def test_more_live_rooms_than_the_account_may_run_are_refused(event_room: World) -> None:
    refused = await event_room.ask("PUT", f"{ROOMS}/annex", {"title": "Annex"})
    await event_room.ask("PATCH", "/v1/accounts/acme", {"parallel_events": 1})
    opened = await event_room.ask("PUT", f"{ROOMS}/annex", {"title": "Annex"})

    assert refused.problem == (409, "parallel_events_exceeded")
    assert opened.status == 201


async def test_open_and_closed_rooms_are_listed_apart(event_room: World) -> None:
    await event_room.ask("PATCH", "/v1/accounts/acme", {"parallel_events": 2})
    for name in ("annex", "cellar"):
        await event_room.has_room(name)
    await event_room.ask("POST", f"{ROOMS}/annex/close")

    live = (await event_room.ask("GET", ROOMS)).json
    named = (await event_room.ask("GET", f"{ROOMS}?status=open")).json
    closed = (await event_room.ask("GET", f"{ROOMS}?status=closed")).json

    assert [room["room"] for room in live["rooms"]] == ["cellar", "hall"]
    assert named == live
    assert [(room["room"], room["status"]) for room in closed["rooms"]] == [("annex", "closed")]


async def test_closed_rooms_come_in_pages_newest_first(event_room: World) -> None:
    await event_room.ask("POST", f"{EVENT_ROOM}/close")
    for name in ("annex", "cellar"):
        event_room.clock.advance(ms=1000)
        await event_room.has_room(name)
        await event_room.ask("POST", f"{ROOMS}/{name}/close")

    first = (await event_room.ask("GET", f"{ROOMS}?status=closed&limit=2")).json
    second = (
        await event_room.ask("GET", f"{ROOMS}?status=closed&limit=2&cursor={first['next']}")
    ).json

    assert [room["room"] for room in first["rooms"]] == ["cellar", "annex"]
    assert ([room["room"] for room in second["rooms"]], second["next"]) == (["hall"], None)
    assert first["rooms"][1]["closed_at"] == "2023-11-14T22:13:21Z"


async def test_open_rooms_come_in_pages_by_name(event_room: World) -> None:
    await event_room.ask("PATCH", "/v1/accounts/acme", {"parallel_events": 2})
    for name in ("cellar", "annex"):
        await event_room.has_room(name)

    first = (await event_room.ask("GET", f"{ROOMS}?limit=2")).json
    second = (await event_room.ask("GET", f"{ROOMS}?limit=2&cursor={first['next']}")).json

    assert [room["room"] for room in first["rooms"]] == ["annex", "cellar"]
    assert ([room["room"] for room in second["rooms"]], second["next"]) == (["hall"], None)


async def test_a_closed_room_is_deleted_and_not_found_from_then_on(event_room: World) -> None:
    refused = await event_room.ask("DELETE", EVENT_ROOM)
    await event_room.ask("POST", f"{EVENT_ROOM}/close")

    deleted = await event_room.ask("DELETE", EVENT_ROOM)

    assert (refused.status, refused.json["code"]) == (409, "change_in_progress")
    assert "Close it first" in refused.json["detail"]
    assert (deleted.status, deleted.body) == (204, b"")
    assert (await event_room.ask("GET", EVENT_ROOM)).status == 404
    assert (await event_room.ask("DELETE", EVENT_ROOM)).status == 404
    assert (await event_room.ask("GET", f"{ROOMS}?status=closed")).json == {
        "rooms": [],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=%7B", "cursor"),
        ("status=closed&cursor=hall", "cursor"),
    ],
)
async def test_a_page_that_there_cannot_be_is_refused(
    event_room: World, query: str, field: str
) -> None:
    answer = await event_room.ask("GET", f"{ROOMS}?{query}")

    assert (answer.status, answer.json["code"]) == (422, "invalid_request")
    assert answer.json["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("query", "field"),
    [("status=ended", "status"), ("stauts=open", "stauts"), ("status=open&status=open", "status")],
)
async def test_a_malformed_query_is_refused_by_its_name(
    event_room: World, query: str, field: str
) -> None:
    answer = await event_room.ask("GET", f"{ROOMS}?{query}")

    assert answer.refused_field == field


async def test_a_call_without_a_query_takes_none(event_room: World) -> None:
    read = await event_room.ask("GET", f"{EVENT_ROOM}?token=x")
    written = await event_room.ask("PUT", f"{EVENT_ROOM}?dry_run=1", {"title": "Other"})

    assert read.refused_field == "token"
    assert written.refused_field == "dry_run"


async def test_a_paused_room_gives_tickets_while_seats_are_free(event_room: World) -> None:
    answer = await event_room.ask("PATCH", EVENT_ROOM, {"paused": True})

    assert answer.status == 200
    assert answer.json["paused"] is True
    assert await event_room.enter("bob") == ["waiting"]


async def test_a_pause_leaves_the_seats_as_they_were_and_the_other_way_round(
    event_room: World,
) -> None:
    await event_room.ask("PATCH", EVENT_ROOM, {"seats": 80})
    paused = await event_room.ask("PATCH", EVENT_ROOM, {"paused": True})
    fewer = await event_room.ask("PATCH", EVENT_ROOM, {"seats": 70})

    assert (paused.json["paused"], paused.json["capacity"]) == (True, 80)
    assert (fewer.json["paused"], fewer.json["capacity"]) == (True, 70)


async def test_seats_null_are_the_plans_and_0_lets_nobody_in(event_room: World) -> None:
    nobody = await event_room.ask("PATCH", EVENT_ROOM, {"seats": 0})
    kinds = await event_room.enter("bob")
    everybody = await event_room.ask("PATCH", EVENT_ROOM, {"seats": None})

    assert nobody.json["capacity"] == 0
    assert kinds == ["waiting"]
    assert everybody.json["capacity"] == 100


async def test_a_change_of_nothing_changes_nothing(event_room: World) -> None:
    before = await event_room.ask("GET", EVENT_ROOM)

    answer = await event_room.ask("PATCH", EVENT_ROOM, {})

    assert answer.json == before.json


async def test_a_closed_room_takes_no_change(event_room: World) -> None:
    await event_room.ask("POST", f"{EVENT_ROOM}/close")

    patched = await event_room.ask("PATCH", EVENT_ROOM, {"paused": True})
    removed = await event_room.ask("DELETE", f"{EVENT_ROOM}/participants/bob")

    assert patched.problem == (409, "room_closed")
    assert removed.problem == (409, "room_closed")


@pytest.mark.parametrize(
    ("method", "body", "field"),
    [
        ("PUT", {}, "title"),
        ("PUT", {"title": None}, "title"),
        ("PUT", {"title": ""}, "title"),
        ("PUT", {"title": "x" * 201}, "title"),
        ("PUT", {"title": "Hall", "plan": "large"}, "plan"),
        ("PATCH", {"paused": "yes"}, "paused"),
        ("PATCH", {"paused": None}, "paused"),
        ("PATCH", {"seats": -1}, "seats"),
        ("PATCH", {"seats": 101}, "seats"),
        ("PATCH", {"seats": 10**30}, "seats"),
        ("PATCH", {"seats": "80"}, "seats"),
        ("PATCH", {"seats": 80.5}, "seats"),
        ("PATCH", {"title": "Hall"}, "title"),
    ],
)
async def test_a_malformed_room_is_refused_by_the_name_of_its_field(
    event_room: World, method: str, body: dict[str, Any], field: str
) -> None:
    answer = await event_room.ask(method, EVENT_ROOM, body)

    assert answer.refused_field == field


async def test_a_call_without_a_body_takes_none(event_room: World) -> None:
    answer = await event_room.ask("POST", f"{EVENT_ROOM}/close", {"reason": "late"})

    assert answer.refused_field == "reason"


async def test_the_notice_of_a_room_carries_prices_for_whoever_may_buy(event_room: World) -> None:
    await event_room.ask("PATCH", "/v1/accounts/acme", {"promo_codes": []})
    await event_room.enter(*(f"guest-{n}" for n in range(101)))

    room = (await event_room.ask("GET", EVENT_ROOM, key=event_room.token())).json

    assert room["level"] == "full"
    assert list(room["notice"]) == [
        "id",
        "level",
        "room",
        "capacity",
        "occupied",
        "waiting",
        "full_in_s",
        "since",
        "can_buy",
        "limited",
        "offers",
    ]
    assert room["notice"]["level"] == "full"
    assert room["notice"]["can_buy"] is True
    assert room["notice"]["waiting"] == 1
    assert [(offer["plan"], offer["recommended"]) for offer in room["notice"]["offers"]] == [
        ("large", True),
        ("huge", False),
    ]


async def test_a_room_held_to_fewer_seats_than_the_plan_is_offered_nothing(
    event_room: World,
) -> None:
    await event_room.ask("PATCH", EVENT_ROOM, {"seats": 1})
    await event_room.enter("bob")

    (room,) = (await event_room.ask("GET", ROOMS)).json["rooms"]

    assert room["notice"]["limited"] is True
    assert room["notice"]["offers"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "/hall", {"title": "Hall"}),
        ("GET", "/hall", None),
        ("PATCH", "/hall", {}),
        ("POST", "/hall/close", None),
        ("GET", "/hall/audit", None),
        ("DELETE", "/hall/participants/bob", None),
        ("POST", "/hall/tokens", {"participant": "bob", "role": "host"}),
    ],
)
async def test_the_rooms_of_an_account_that_does_not_exist_are_not_found(
    world: World, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = await world.ask(method, ROOMS + path, body)

    assert answer.problem == (404, "not_found")
    assert answer.json["detail"] == "There is no account 'acme'."


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {}),
        ("POST", "/close", None),
        ("GET", "/audit", None),
        ("DELETE", "/participants/bob", None),
    ],
)
async def test_a_room_that_was_never_opened_is_not_found(
    world: World, method: str, path: str, body: dict[str, Any] | None
) -> None:
    await world.has_account()

    answer = await world.ask(method, EVENT_ROOM + path, body)

    assert answer.problem == (404, "not_found")
    assert answer.json["detail"] == "There is no room 'hall'."


@pytest.mark.parametrize(
    ("path", "field"),
    [("_hall", "room"), ("hall/participants/-", "participant"), ("a b/audit", "room")],
)
async def test_a_name_that_is_no_id_is_refused(world: World, path: str, field: str) -> None:
    method = "DELETE" if "participants" in path else "GET"

    answer = await world.ask(method, f"{ROOMS}/{path}")

    assert answer.refused_field == field


async def test_looking_at_a_room_renews_a_period_that_has_ended(event_room: World) -> None:
    event_room.clock.advance(ms=30 * 86_400_000)

    await event_room.ask("GET", EVENT_ROOM)

    version = await event_room.redis.hget("fh:{acme}:account", "version")
    assert version == b"2"


async def test_an_encoded_slash_does_not_make_an_account_a_room(world: World) -> None:
    await world.has_account()
    await world.ask("PUT", "/v1/accounts/acme/rooms/hall", {"title": "Hall"})
    scope = scope_of("GET", "/v1/accounts/acme/rooms/hall", {"authorization": f"Bearer {KEY}"})
    scope["raw_path"] = b"/v1/accounts/acme%2Frooms%2fhall"
    hearing = Hearing()

    await exchange(world.app, hearing, scope, [])

    assert hearing.answer.status == 422
    assert hearing.answer.json["detail"].startswith("path: ")
