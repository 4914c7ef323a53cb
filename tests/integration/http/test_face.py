"""What all calls have in common: their shape, their limits, and how they fail."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from redis.exceptions import ResponseError

from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.openapi import openapi_document
from fullhouse.edge.http.routes import CALLS
from fullhouse.edge.http.services import Readiness
from fullhouse.edge.ws.asyncapi import asyncapi_document
from tests.integration.http.face import KEY, ORIGIN, Hearing, exchange, scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fullhouse.edge.http.calls import Call
    from tests.integration.http.answers import Answer
    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"
EVENT_ROOM = f"{ACME}/rooms/hall"


async def test_an_unknown_path_is_not_found(world: World) -> None:
    for path in ("/", "/v1", "/v1/nothing", "/v1/plans/", "/v1/accounts/a/b/c"):
        assert (await world.ask("GET", path)).problem == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/plans", "GET, HEAD"),
        ("POST", ACME, "DELETE, GET, HEAD, PATCH, PUT"),
        ("GET", f"{EVENT_ROOM}/close", "POST"),
        ("OPTIONS", f"{EVENT_ROOM}/close", "POST"),
        ("GET", "/v1/poll", "POST"),
        ("BREW", EVENT_ROOM, "DELETE, GET, HEAD, PATCH, PUT"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    world: World, method: str, path: str, allowed: str
) -> None:
    answer = await world.ask(method, path)

    assert answer.problem == (405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


async def test_head_is_a_get_whose_body_the_server_leaves_out(event_room: World) -> None:
    answer = await event_room.ask("HEAD", EVENT_ROOM)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


async def test_the_catalogue_is_open_to_all_and_shows_every_plan(world: World) -> None:
    answer = await world.ask("GET", "/v1/plans", key=None)

    assert answer.status == 200
    assert [plan["id"] for plan in answer.json["plans"]] == [
        "trial",
        "small",
        "large",
        "huge",
        "old",
    ]
    assert answer.json["plans"][1] == {
        "id": "small",
        "name": "Small",
        "seats": 100,
        "presenters": 5,
        "price": {
            "month": {"amount": 6500, "currency": "EUR"},
            "year": {"amount": 62400, "currency": "EUR"},
        },
        "parallel_event": {
            "month": {"amount": 3000, "currency": "EUR"},
            "year": {"amount": 28800, "currency": "EUR"},
        },
        "trial": False,
        "on_sale": True,
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'"title"', "body"),
        (b"NaN", "body"),
        (b"\xff\xfe{}", "body"),
        (b'{"title": "\xff"}', "body"),
        (b'{"title": "\\ud800"}', "body"),
        (b'{"title": "Hall"} {}', "body"),
        (b"title=Hall", "body"),
        (b'{"title":' + b"[" * 60_000, "title"),
        (b'{"a":' * 10_000, "a"),
        (b'{"no such - at `$.title`": 1}', "no such - at `$.title`"),
        (b'{"' + b"x" * 1_000 + b'": 1}', "x" * 120 + "…"),
    ],
)
async def test_a_body_that_is_no_json_of_the_right_shape_is_refused(
    event_room: World, body: bytes, field: str
) -> None:
    answer = await event_room.send("PUT", EVENT_ROOM, [body])

    assert answer.refused_field == field
    assert len(answer.body) < 1_000


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
async def test_only_json_is_taken(event_room: World, media_type: str) -> None:
    headers = {"Content-Type": media_type}

    answer = await event_room.send("PUT", EVENT_ROOM, [b'{"title": "Hall"}'], headers=headers)

    assert answer.refused_field == "Content-Type"


@pytest.mark.parametrize("media_type", ["", "application/json; charset=utf-8", "Application/JSON"])
async def test_json_is_taken_under_all_its_names(event_room: World, media_type: str) -> None:
    headers = {"Content-Type": media_type}

    answer = await event_room.send("PUT", EVENT_ROOM, [b'{"title": "Hall"}'], headers=headers)

    assert answer.status == 200


async def test_a_body_may_come_in_pieces(event_room: World) -> None:
    answer = await event_room.send("PUT", EVENT_ROOM, [b'{"tit', b'le": "Ha', b"", b'll"}'])

    assert answer.status == 200


def padded(size: int) -> bytes:
    """A good body of exactly `size` bytes."""
    return b'{"title": "Hall"}'.ljust(size)


async def test_a_body_of_64_kib_is_taken_and_one_byte_more_is_not(event_room: World) -> None:
    just_fits = await event_room.send("PUT", EVENT_ROOM, [padded(64 * 1024)])
    too_large = await event_room.send("PUT", EVENT_ROOM, [padded(64 * 1024), b" "])

    assert just_fits.status == 200
    assert too_large.problem == (413, "too_large")


async def test_a_body_that_says_it_is_too_large_is_not_read(event_room: World) -> None:
    headers = {"Content-Length": str(64 * 1024 + 1)}

    answer = await event_room.send("PUT", EVENT_ROOM, [b"{}"], headers=headers)

    assert answer.problem == (413, "too_large")


@pytest.mark.parametrize("length", ["many", "-1", "²", "9" * 5_000])
async def test_a_senseless_length_is_measured_instead(event_room: World, length: str) -> None:
    answer = await event_room.send(
        "PUT", EVENT_ROOM, [padded(100)], headers={"Content-Length": length}
    )

    assert answer.status == 200


async def test_answers_are_not_kept_by_caches(event_room: World) -> None:
    assert (await event_room.ask("GET", EVENT_ROOM)).headers["cache-control"] == "no-store"


async def test_a_store_that_does_not_answer_is_a_503_that_says_when_to_come_again(
    event_room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_store(event_room, monkeypatch)

    answer = await event_room.ask("GET", EVENT_ROOM)

    assert answer.problem == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1


async def test_who_polls_while_the_store_is_away_is_told_to_come_again(
    event_room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_store(event_room, monkeypatch)

    for body in ({}, {"claim": True}, {"leave": True}):
        answer = await event_room.ask("POST", "/v1/poll", body, key=event_room.attendee())

        assert answer.status == 200
        assert answer.json["messages"] == [{"type": "retry", "after_ms": 5000}]


async def test_polls_at_the_same_time_are_all_told_to_come_again(
    event_room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_store(event_room, monkeypatch)
    people = [event_room.attendee(f"person-{number}") for number in range(5)]

    answers = await asyncio.gather(
        *(event_room.ask("POST", "/v1/poll", key=key) for key in people)
    )

    messages = [{"type": "retry", "after_ms": 5000}]
    assert [answer.json["messages"] for answer in answers] == [messages] * 5


async def test_a_bug_met_by_one_call_for_many_is_a_500_for_each(event_room: World) -> None:
    await event_room.redis.set("fh:{acme}:room:hall:seats", "no set at all")
    hearings = [Hearing(), Hearing()]
    exchanges = [
        exchange(
            event_room.app,
            hearing,
            scope_of("POST", "/v1/poll", bearer(event_room.attendee(name))),
            [],
        )
        for hearing, name in zip(hearings, ("bob", "cat"), strict=True)
    ]

    errors = await asyncio.gather(*exchanges, return_exceptions=True)

    assert [type(error) for error in errors] == [ResponseError] * 2
    assert [hearing.answer.problem for hearing in hearings] == [(500, "internal_error")] * 2


def bearer(credential: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}"}


def break_store(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection to the store carries nothing any more."""
    pool = world.redis.connection_pool
    monkeypatch.setitem(pool.connection_kwargs, "path", "/nowhere/store.sock")
    monkeypatch.setattr(pool, "_available_connections", [])


async def test_a_bug_is_a_500_that_tells_no_more(event_room: World) -> None:
    await event_room.redis.set("fh:{acme}:room:hall:seats", "no set at all")
    hearing = Hearing()
    as_platform = {"authorization": f"Bearer {KEY}"}

    # The server that runs the application logs what comes out of it.
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await exchange(event_room.app, hearing, scope_of("GET", EVENT_ROOM, as_platform), [])

    assert hearing.answer.problem == (500, "internal_error")
    assert b"WRONGTYPE" not in hearing.body
    assert b'status="500"} 1.0' in event_room.metrics.text()


async def test_mistakes_of_the_platform_are_counted_and_leave_no_line_in_the_log(
    event_room: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await event_room.send("PUT", EVENT_ROOM, [b"{"])
        await event_room.ask("GET", f"{ACME}/rooms/nothing")

    assert caplog.messages == []
    assert refused(event_room) == {("422", "invalid_request"): 1, ("404", "not_found"): 1}


def refused(world: World) -> dict[tuple[str, str], float]:
    """How many calls were refused, by status and cause."""
    counted = re.compile(
        r'^fullhouse_calls_refused_total{cause="(\w+)",status="(\d+)"} (.+)$', re.MULTILINE
    )
    found = counted.findall(world.metrics.text().decode())
    return {(status, cause): float(number) for cause, status, number in found}


async def test_a_path_that_a_proxy_keeps_is_told_and_other_strangers_are_counted(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/wp-login.php", "/v1/nothing", "/seats/v1/plans", "/seats/v1/plans"):
        assert (await world.ask("GET", path)).status == 404

    assert refused(world) == {("404", "unknown_path"): 4}
    (said,) = map(vars, caplog.records)
    assert (said["kind"], said["client"]) == ("404 unknown_path", "127.0.0.1")
    assert said["hint"] == "a proxy keeps /seats: is FULLHOUSE_ROOT_PATH set to it?"


async def test_who_is_shut_out_leaves_a_count_and_one_line_a_minute(
    event_room: World, caplog: pytest.LogCaptureFixture
) -> None:
    strangers = event_room.token("ada", account="other")
    nobody = event_room.token("eve", room="nothing")
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            await event_room.ask("GET", EVENT_ROOM, key="hunter2")
        await event_room.ask("GET", ACME, key=None)
        await event_room.ask("GET", ACME, key=event_room.token(ttl_s=-1))
        await event_room.ask("GET", f"{ACME}/offers", key=strangers)
        await event_room.ask("GET", f"{ACME}/offers?room=nothing", key=nobody)
        for _ in range(60):
            last = await event_room.ask("POST", "/v1/poll", {}, key=event_room.attendee())
        await preflight(event_room, f"{ACME}/offers", "GET")
        await preflight(event_room, f"{ACME}/offers", "GET", "https://evil.example")

    assert last.status == 429
    lines = [vars(record) for record in caplog.records]
    assert [(line["kind"], line["count"]) for line in lines] == [
        ("401 malformed", 1),
        ("401 no_credential", 1),
        ("401 expired", 1),
        ("403 forbidden", 1),
        ("404 not_found", 1),
        ("429 person_messages", 1),
        ("400 origin", 1),
    ]
    assert {line["client"] for line in lines} == {"127.0.0.1"}
    told = {line["kind"]: (line.get("account"), line.get("room")) for line in lines}
    assert told["429 person_messages"] == ("acme", "hall")
    assert told["404 not_found"] == ("acme", "nothing")
    assert told["401 malformed"] == (None, None)
    assert lines[0]["call"] == "GET /v1/accounts/{account}/rooms/{room}"
    assert lines[-1]["origins"] == ["https://evil.example"]
    assert not any(secret in str(lines) for secret in ("hunter2", strangers, nobody))
    assert refused(event_room)["401", "malformed"] == 3
    assert refused(event_room)["400", "origin"] == 1


async def test_a_process_that_answers_lives(world: World) -> None:
    answer = await world.ask("GET", "/health/live?probe=1", key=None)

    assert (answer.status, answer.json) == (200, {"live": True})


async def test_a_ready_node_says_so_and_what_should_be_seen_to(world: World) -> None:
    world.readiness.append(Readiness(warnings=("store: it may evict keys",)))

    answer = await world.ask("GET", "/health/ready", key=None)

    assert answer.status == 200
    assert answer.json == {
        "ready": True,
        "reasons": [],
        "warnings": ["store: it may evict keys"],
    }


async def test_a_node_that_is_not_ready_says_why(world: World) -> None:
    world.readiness.append(Readiness(("store: no answer", "events: canary not heard"), ("w",)))

    answer = await world.ask("GET", "/health/ready", key=None)

    assert answer.problem == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json["ready"] is False
    assert answer.json["reasons"] == ["store: no answer", "events: canary not heard"]
    assert answer.json["warnings"] == ["w"]


async def test_calls_are_counted_by_route_and_never_by_name(event_room: World) -> None:
    await event_room.ask("GET", EVENT_ROOM)
    await event_room.ask("GET", f"{ACME}/rooms/nothing")

    text = (await event_room.ask("GET", "/metrics?name=x", key=None)).body.decode()

    route = "/v1/accounts/{account}/rooms/{room}"
    for status in ("200", "404"):
        labels = f'method="GET",path="{route}",status="{status}"'
        assert f"fullhouse_http_seconds_count{{{labels}}} 1.0" in text
    assert "acme" not in text


async def test_every_figure_is_called_after_the_product(world: World) -> None:
    answer = await world.ask("GET", "/metrics", key=None)

    names = {
        line.split("{")[0].split()[0]
        for line in answer.body.decode().splitlines()
        if line[0] != "#"
    }
    assert answer.headers["content-type"].startswith("text/plain")
    assert all(name.startswith("fullhouse_") for name in names)


async def preflight(
    world: World, path: str, method: str, origin: str = ORIGIN, headers: str = "authorization"
) -> Answer:
    asked: Mapping[str, str] = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    return await world.ask("OPTIONS", path, key=None, headers=asked)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
async def test_pages_of_allowed_origins_may_make_the_calls_of_people_and_no_others(
    world: World, call: Call
) -> None:
    path = re.sub(r"{\w+}", "x", call.path)

    answer = await preflight(world, path, call.method)

    is_for_people = call.who in {Who.BUYER, Who.HOST, Who.PERSON}
    assert (answer.status == 200) is is_for_people
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_may_send_the_headers_of_a_purchase(world: World) -> None:
    headers = "authorization,content-type,idempotency-key"

    answer = await preflight(world, f"{ACME}/upgrades", "POST", headers=headers)

    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", ORIGIN + ".evil.example", ORIGIN.upper()]
)
async def test_a_page_of_another_origin_may_call_nothing(event_room: World, origin: str) -> None:
    asked = await preflight(event_room, EVENT_ROOM, "GET", origin)
    answer = await event_room.ask("GET", EVENT_ROOM, headers={"Origin": origin})

    assert asked.status == 400
    assert "access-control-allow-origin" not in asked.headers
    assert "access-control-allow-origin" not in answer.headers


async def test_a_page_cannot_read_what_is_for_the_platform(event_room: World) -> None:
    answer = await event_room.ask("GET", f"{EVENT_ROOM}/audit", headers={"Origin": ORIGIN})

    assert "access-control-allow-origin" not in answer.headers


async def test_a_page_can_read_refusals_too(event_room: World) -> None:
    answer = await event_room.ask("GET", EVENT_ROOM, key="wrong", headers={"Origin": ORIGIN})

    assert answer.problem == (401, "unauthenticated")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_the_face_describes_itself_to_machines(world: World) -> None:
    answer = await world.ask("GET", "/openapi.json", key=None)

    assert answer.status == 200
    assert answer.body == msgspec.json.encode(openapi_document(CALLS))


async def test_the_face_describes_its_websocket_to_machines(world: World) -> None:
    answer = await world.ask("GET", "/asyncapi.json", key=None)

    assert answer.status == 200
    assert answer.body == msgspec.json.encode(asyncapi_document())


@pytest.mark.parametrize(
    ("path", "media_type"), [("/docs", "text/html"), ("/docs/style.css", "text/css")]
)
async def test_the_face_describes_itself_to_people_without_scripts(
    world: World, path: str, media_type: str
) -> None:
    answer = await world.ask("GET", path, key=None)

    assert answer.status == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    policy = answer.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert [each for each in policy if "src" in each] == ["default-src 'none'", "style-src 'self'"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_address_of_the_websocket_asks_for_an_upgrade(world: World) -> None:
    answer = await world.ask("GET", "/v1/connect", key=None)

    assert answer.problem == (426, "upgrade_required")
    assert answer.headers["upgrade"] == "websocket"


@pytest.mark.parametrize("path", ["/v1/plans", "/nowhere", "/v1/accounts/acme"])
async def test_every_answer_carries_the_id_of_its_request(world: World, path: str) -> None:
    theirs = await world.ask("GET", path, headers={"X-Request-Id": "req-7/a"})
    ours = [(await world.ask("GET", path)).headers["x-request-id"] for _ in range(2)]
    unsound = await world.ask("GET", path, headers={"X-Request-Id": "a b"})

    assert theirs.headers["x-request-id"] == "req-7/a"
    assert ours[0] != ours[1]
    assert unsound.headers["x-request-id"] != "a b"
