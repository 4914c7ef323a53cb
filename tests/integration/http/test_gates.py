"""The gate over HTTP: the answer for people who are inside, and each refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.event_room import LEASE_MS

if TYPE_CHECKING:
    from tests.integration.http.face import World

GATE = "/v1/accounts/acme/rooms/hall/gate"


async def test_the_end_of_the_lease_is_told_as_a_duration_and_as_an_instant(
    event_room: World,
) -> None:
    await event_room.enter("bob")

    answer = await event_room.ask("POST", GATE, {"participant": "bob"})

    assert answer.status == 200
    assert list(answer.json) == ["participant", "holding", "generation", "ends_in_ms", "ends_at"]
    assert (answer.json["participant"], answer.json["holding"]) == ("bob", "seated")
    assert answer.json["ends_in_ms"] == LEASE_MS
    now = datetime.fromtimestamp(event_room.clock.now_ms() / 1000, UTC)
    ends_at = datetime.fromisoformat(answer.json["ends_at"])
    assert ends_at == now + timedelta(milliseconds=LEASE_MS)


async def test_a_refusal_says_where_the_person_is(event_room: World) -> None:
    await event_room.has_room(seats=0)
    await event_room.enter("ada", "bob")

    answer = await event_room.ask("POST", GATE, {"participant": "bob"})

    assert answer.problem == (409, "not_inside")
    assert (answer.json["reason"], answer.json["ahead"]) == ("waiting", 1)
    assert answer.json["detail"] == "The person waits in line, and is not called yet."
    counted = 'calls_refused_total{cause="waiting",status="409"} 1.0'
    assert counted in event_room.metrics.text().decode()


async def test_a_host_passes_only_where_the_platform_says_that_it_is_one(
    event_room: World,
) -> None:
    as_host = await event_room.ask("POST", GATE, {"participant": "ada", "role": "host"})
    without = await event_room.ask("POST", GATE, {"participant": "ada"})

    assert as_host.json["holding"] == "hosting"
    assert (without.problem, without.json["reason"]) == ((409, "not_inside"), "absent")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "participant"),
        ({"participant": "a b"}, "participant"),
        ({"participant": 7}, "participant"),
        ({"participant": "bob", "role": "presenter"}, "role"),
        ({"participant": "bob", "token": "eyJ"}, "token"),
    ],
)
async def test_what_is_wrong_with_a_request_is_named(
    event_room: World, body: dict[str, object], field: str
) -> None:
    answer = await event_room.ask("POST", GATE, body)

    assert answer.problem == (422, "invalid_request")
    assert answer.json["detail"].startswith(field)


async def test_a_room_that_is_not_open_has_no_gate(world: World) -> None:
    asked = {"participant": "bob"}
    assert (await world.ask("POST", GATE, asked)).problem == (404, "not_found")
    await world.has_account()
    await world.has_room()
    await world.ask("POST", "/v1/accounts/acme/rooms/hall/close")

    assert (await world.ask("POST", GATE, asked)).problem == (409, "room_closed")
