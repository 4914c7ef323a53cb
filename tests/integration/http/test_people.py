"""Tokens, audits and removals over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import TokenClaims, verify
from tests.integration.http.face import SECRET

if TYPE_CHECKING:
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"
TOKENS = f"{EVENT_ROOM}/tokens"


async def test_a_token_says_who_its_bearer_is(world: World) -> None:
    await world.has_account()
    body = {"participant": "ada", "role": "presenter", "ttl_s": 60, "name": "Ada", "buy": True}

    answer = await world.ask("POST", TOKENS, body)

    now_s = world.clock.now_ms() // 1000
    assert answer.status == 201
    assert list(answer.json) == ["token", "expires_at"]
    assert answer.headers["cache-control"] == "no-store"
    assert verify(SECRET, answer.json["token"], world.clock.now()) == TokenClaims(
        account="acme",
        room="hall",
        participant="ada",
        role=Role.PRESENTER,
        expires_at_s=now_s + 60,
        name="Ada",
        buy=True,
    )
    assert answer.json["expires_at"] == "2023-11-14T22:14:20Z"


async def test_a_token_lasts_an_hour_where_nothing_else_is_asked(world: World) -> None:
    await world.has_account()

    answer = await world.ask("POST", TOKENS, {"participant": "bob", "role": "attendee"})

    expires_at = datetime.fromisoformat(answer.json["expires_at"])
    assert expires_at == datetime.fromtimestamp(world.clock.now_ms() // 1000 + 3600, UTC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"participant": ""}, "participant"),
        ({"participant": "a b"}, "participant"),
        ({"participant": None}, "participant"),
        ({"role": "admin"}, "role"),
        ({"role": None}, "role"),
        ({"ttl_s": 0}, "ttl_s"),
        ({"ttl_s": -1}, "ttl_s"),
        ({"ttl_s": 30 * 86_400 + 1}, "ttl_s"),
        ({"ttl_s": 1.5}, "ttl_s"),
        ({"name": 5}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"buy": "yes"}, "buy"),
        ({"sub": "bob"}, "sub"),
    ],
)
async def test_a_malformed_token_request_is_refused_by_the_name_of_its_field(
    event_room: World, changes: dict[str, Any], field: str
) -> None:
    body = {"participant": "bob", "role": "attendee", **changes}

    answer = await event_room.ask("POST", TOKENS, body)

    assert answer.refused_field == field


@pytest.mark.parametrize("field", ["participant", "role"])
async def test_a_token_needs_a_person_and_a_role(event_room: World, field: str) -> None:
    body = {"participant": "bob", "role": "attendee"}
    del body[field]

    answer = await event_room.ask("POST", TOKENS, body)

    assert answer.refused_field == field


async def test_an_audit_names_every_place_and_finds_no_drift(event_room: World) -> None:
    await event_room.has_room(seats=1)
    await event_room.enter("bob", "eve")

    audit = (await event_room.ask("GET", f"{EVENT_ROOM}/audit")).json

    counts = {name: audit[name] for name in ("capacity", "occupied", "held", "waiting")}
    holders = [(holder["participant"], holder["place"]) for holder in audit["holders"]]
    assert counts == {"capacity": 1, "occupied": 1, "held": 0, "waiting": 1}
    assert audit["presenters"] == {"capacity": 5, "occupied": 0}
    assert holders == [("bob", "seat"), ("eve", "ticket")]
    assert audit["holders"][0]["ticket"] is None
    assert audit["holders"][1]["ticket"] > 0
    assert audit["holders"][1]["ends_in_ms"] == 20_000
    assert audit["drift"] == []


async def test_an_audit_shows_drift(event_room: World) -> None:
    await event_room.enter("bob")
    await event_room.redis.zadd(
        "fh:{acme}:room:hall:seats", {"ghost": event_room.clock.now_ms() + 9_000}
    )

    audit = (await event_room.ask("GET", f"{EVENT_ROOM}/audit")).json

    assert audit["occupied"] == 2
    assert audit["drift"]


async def test_an_audit_counts_the_seats_above_the_capacity(event_room: World) -> None:
    await event_room.has_room(seats=2)
    await event_room.enter("bob", "eve")
    await event_room.has_room(seats=1)

    audit = (await event_room.ask("GET", f"{EVENT_ROOM}/audit")).json

    assert (audit["capacity"], audit["occupied"], audit["above_capacity"]) == (1, 2, 1)
    assert audit["drift"] == []


async def test_a_removed_person_is_out_and_refused(event_room: World) -> None:
    await event_room.enter("bob")

    removed = await event_room.ask("DELETE", f"{EVENT_ROOM}/participants/bob")
    again = await event_room.ask("DELETE", f"{EVENT_ROOM}/participants/bob")

    assert (removed.status, removed.body) == (204, b"")
    assert again.status == 204
    assert await event_room.enter("bob") == ["removed"]
    assert (await event_room.ask("GET", EVENT_ROOM)).json["occupied"] == 0


async def test_a_removal_can_be_taken_back(event_room: World) -> None:
    """Whoever was removed by mistake is not shut out for the whole event."""
    removed = await event_room.ask("DELETE", f"{EVENT_ROOM}/participants/bob")
    refused = await event_room.ask("POST", "/v1/poll", key=event_room.attendee("bob"))

    lifted = await event_room.ask("DELETE", f"{EVENT_ROOM}/removals/bob")
    again = await event_room.ask("POST", "/v1/poll", key=event_room.attendee("bob"))

    assert (removed.status, lifted.status) == (204, 204)
    assert refused.json["messages"][0]["reason"] == "removed"
    assert again.json["messages"][0]["type"] == "seated"
