"""The data of one person, deleted from an account; and what goes with a room and an account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.service.erasures import ROOMS_AT_ONCE
from fullhouse.store.keys import DEFAULT_KEYS
from tests.event_room import RULES, STEP_MS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.integration.http.face import World

ACME = "/v1/accounts/acme"
HALL = f"{ACME}/rooms/hall"
REF = RoomRef("acme", "hall")
MINUTE_MS = 60_000
BOB = f"{ACME}/participants/bob"
EVENTS = "GET /v1/accounts/{account}/events"


async def everything(redis: Redis) -> bytes:
    """The store as one text, without keys that expire within a minute (message rates)."""
    found: list[bytes] = []
    for key in cast("list[bytes]", await redis.keys("*")):
        if not 0 < await redis.pttl(key) <= MINUTE_MS:
            found += [key, await content(redis, key)]
    return b"\n".join(found)


async def content(redis: Redis, key: bytes) -> bytes:
    match await redis.type(key):
        case b"hash":
            value: Any = await redis.hgetall(key)
        case b"list":
            value = await redis.lrange(key, 0, -1)
        case b"zset":
            value = await redis.zrange(key, 0, -1, withscores=True)
        case b"set":
            value = await redis.smembers(key)
        case _:
            value = await redis.get(key)
    return str(value).encode()


async def test_nothing_of_a_person_is_left_in_the_whole_store(event_room: World) -> None:
    world = event_room
    await world.ask("PATCH", ACME, {"parallel_events": 2})
    for room in ("annex", "old"):
        await world.has_room(room)
    await world.ask("PATCH", HALL, {"seats": 1})
    await world.enter("bob", "cleo")
    await world.enter("dan", "bob", room="annex")
    await world.ask("DELETE", f"{ACME}/rooms/annex/participants/bob")
    await world.enter("bob", room="old")
    await world.ask("POST", f"{ACME}/rooms/old/close")
    await world.ask("POST", f"{HALL}/tokens", {"participant": "bob", "role": "host"})
    await world.ask("POST", f"{HALL}/messages", {"text": "Hi"}, key=world.token("bob"))

    erased = await world.ask("DELETE", BOB)
    again = await world.ask("DELETE", BOB)
    called = (await world.rooms.snapshot(REF)).state.held
    for _ in range(RULES.lease_ms // STEP_MS):  # a leave is remembered for a lease
        world.clock.advance(ms=STEP_MS)
        await world.rooms.sweep_room(REF)

    assert (erased.status, again.status) == (200, 200)
    assert erased.json == {"rooms": 2, "events": erased.json["events"], "webhooks": 0}
    assert erased.json["events"] >= 4
    assert again.json == {"rooms": 0, "events": 0, "webhooks": 0}
    assert [line for line in (await everything(world.redis)).split(b"\n") if b"bob" in line] == []
    assert called == 1


async def test_messages_that_were_given_up_go_with_the_person(event_room: World) -> None:
    account = DEFAULT_KEYS.account("acme")
    for name in ("bob", "cleo"):
        text = f'5 {{"type":"participant.left","data":{{"participant":"{name}","room":"hall"}}}}'
        row = {"number": 1, "text": text, "given_up_ms": 9, "reason": "gone"}
        await event_room.redis.rpush(account.given_up, json.dumps(row))

    erased = await event_room.ask("DELETE", BOB)

    assert erased.json["webhooks"] == 1
    (left,) = await event_room.redis.lrange(account.given_up, 0, -1)
    assert b"cleo" in left


async def test_a_person_is_erased_from_more_rooms_than_one_step_has(event_room: World) -> None:
    world = event_room
    rooms = [RoomRef("acme", f"r{n}") for n in range(2 * ROOMS_AT_ONCE + 3)]
    await world.ask("PATCH", ACME, {"parallel_events": len(rooms)})
    for ref in rooms:
        await world.rooms.open_room(ref, "Room", RULES)
        await world.rooms.remove_participant(ref, "bob")
    for ref in rooms[: ROOMS_AT_ONCE + 1]:
        await world.rooms.close_forgotten(ref)

    assert (await world.ask("DELETE", BOB)).json["rooms"] == len(rooms)
    assert b"bob" not in await everything(world.redis)


async def test_to_read_the_trail_of_an_erased_person_does_not_name_them_again(
    event_room: World,
) -> None:
    world = event_room
    await world.ask("DELETE", BOB)
    await world.ask("GET", f"{ACME}/events?participant=bob")
    await world.ask("GET", f"{ACME}/events?participant=bob&cursor=1")  # refused

    trail = (await world.ask("GET", f"{ACME}/events")).json["events"]

    noted = [event["request"] for event in trail if event["request"]]
    read = [each["status"] for each in noted if each["call"] == EVENTS]
    assert sorted(read) == [200, 422]
    assert b"bob" not in await everything(world.redis)


async def test_an_erased_person_may_come_again_as_anybody_else(event_room: World) -> None:
    await event_room.ask("DELETE", f"{HALL}/participants/bob")
    await event_room.ask("DELETE", BOB)

    assert await event_room.enter("bob") == ["seated"]


async def test_people_of_another_account_stay(event_room: World) -> None:
    await event_room.has_account("umbrella")
    await event_room.ask("DELETE", HALL.replace("acme", "umbrella") + "/participants/bob")
    await event_room.ask("POST", f"{HALL}/tokens", {"participant": "bob", "role": "attendee"})
    other = RoomRef("umbrella", "hall")
    await event_room.rooms.open_room(other, "Hall", RULES)
    await event_room.rooms.remove_participant(other, "bob")

    await event_room.ask("DELETE", BOB)

    assert await event_room.rooms.is_removed(other, "bob")
    assert (await event_room.ask("DELETE", "/v1/accounts/none/participants/bob")).status == 404


async def test_a_deleted_room_takes_its_people_from_the_trail(event_room: World) -> None:
    await event_room.ask("PATCH", HALL, {"seats": 1})
    await event_room.enter("ann", "bob")
    await event_room.ask("DELETE", f"{HALL}/participants/cleo")
    await event_room.ask("POST", f"{HALL}/close")
    await event_room.ask("DELETE", HALL)

    found = (await event_room.ask("GET", f"{ACME}/events?room=hall")).json["events"]

    kept = await everything(event_room.redis)
    assert b"bob" not in kept
    assert b"cleo" not in kept
    assert [event["kind"] for event in found if event["kind"] != "request"] == [
        "room_closed",
        "room_opened",
    ]
    assert "DELETE /v1/accounts/{account}/rooms/{room}" in [
        event["request"]["call"] for event in found if event["request"]
    ]


async def test_a_deleted_account_has_no_trail_and_begins_none(event_room: World) -> None:
    await event_room.ask("DELETE", f"{HALL}/participants/bob")
    await event_room.ask("POST", f"{HALL}/close")
    await event_room.ask("DELETE", ACME)

    assert await event_room.redis.keys("*trail*") == []


async def test_a_host_may_not_erase_anybody(event_room: World) -> None:
    answer = await event_room.ask("DELETE", BOB, key=event_room.token(role=Role.HOST))

    assert answer.problem == (403, "forbidden")
