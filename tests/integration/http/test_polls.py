"""Polls: the same house for people whose network lets no WebSocket through."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.token_buckets import BURST
from fullhouse.service.polls import LEASE_MS

if TYPE_CHECKING:
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"


async def poll(world: World, token: str, **body: bool) -> list[dict[str, Any]]:
    answer = await world.ask("POST", "/v1/poll", body, key=token)
    assert answer.status == 200, answer.body
    assert list(answer.json) == ["messages", "poll_after_s"]
    assert answer.json["poll_after_s"] == 5
    messages: list[dict[str, Any]] = answer.json["messages"]
    return messages


async def test_a_newcomer_is_admitted(event_room: World) -> None:
    (message,) = await poll(event_room, event_room.attendee())

    room = (await event_room.ask("GET", EVENT_ROOM)).json
    assert message == {
        "type": "seated",
        "room": "hall",
        "epoch": room["epoch"],
        "rev": room["rev"],
        "participant": "bob",
        "grace_s": 16.0,
        "installation": "here",
    }
    assert room["occupied"] == 1


async def test_where_all_seats_are_taken_a_newcomer_waits(event_room: World) -> None:
    await event_room.has_room(seats=1)
    await event_room.enter("ann", "cat")

    (message,) = await poll(event_room, event_room.attendee())

    room = (await event_room.ask("GET", EVENT_ROOM)).json
    assert message == {
        "type": "waiting",
        "room": "hall",
        "epoch": room["epoch"],
        "rev": room["rev"],
        "participant": "bob",
        "ticket": message["ticket"],
        "ahead": 1,
        "called": False,
        "called_to": 0,
        "reason": "full",
        "claim_s": None,
        "grace_s": 30.0,
        "away_s": 0.0,
        "estimate_s": None,
        "installation": "here",
        "watch": None,
    }


async def test_a_person_who_polls_watches_the_stream_from_the_poll_that_says_so(
    event_room: World,
) -> None:
    await event_room.has_room(seats=0)
    await event_room.ask("PATCH", EVENT_ROOM, {"watch": "https://stream.example/"})
    token = event_room.attendee()

    (waiting,) = await poll(event_room, token)
    await poll(event_room, token, watching=True)
    await poll(event_room, token)
    watched = (await event_room.ask("GET", EVENT_ROOM)).json["watching"]
    await poll(event_room, token, watching=False)

    assert (waiting["watch"], watched) == ("https://stream.example/", 1)
    assert (await event_room.ask("GET", EVENT_ROOM)).json["watching"] == 0
    waits = (await event_room.ask("GET", f"{EVENT_ROOM}/report")).json["waits"]
    assert (waits["watched"], waits["still_waiting"]) == (1, 1)


async def test_no_body_is_a_poll_too(event_room: World) -> None:
    answer = await event_room.ask("POST", "/v1/poll", key=event_room.attendee())

    assert [message["type"] for message in answer.json["messages"]] == ["seated"]


async def test_only_a_claim_takes_a_called_seat(event_room: World) -> None:
    await event_room.has_room(seats=1)
    await event_room.enter("ann")
    await poll(event_room, event_room.attendee())
    await event_room.has_room(seats=2)

    (called,) = await poll(event_room, event_room.attendee())
    (still,) = await poll(event_room, event_room.attendee(), claim=False)
    (inside,) = await poll(event_room, event_room.attendee(), claim=True)

    assert (called["called"], called["ahead"]) == (True, 0)
    assert called["claim_s"] >= 45
    assert called["called_to"] == called["ticket"]
    assert still["type"] == "waiting"
    assert inside["type"] == "seated"


async def test_a_claim_by_someone_who_is_not_called_stays_a_ticket(event_room: World) -> None:
    await event_room.has_room(seats=0)

    (message,) = await poll(event_room, event_room.attendee(), claim=True)

    assert message["type"] == "waiting"


async def test_polls_at_the_same_time_are_each_answered_for_their_own_person(
    event_room: World,
) -> None:
    await event_room.has_room(seats=1)
    await event_room.enter("ann")
    await poll(event_room, event_room.attendee("bob"))
    await event_room.has_room(seats=2)

    answers = await asyncio.gather(
        poll(event_room, event_room.attendee("bob"), claim=True),
        poll(event_room, event_room.attendee("ann")),
        poll(event_room, event_room.attendee("cat")),
        poll(event_room, event_room.token("ada", Role.HOST)),
    )

    first = [messages[0] for messages in answers]
    assert [message["type"] for message in first] == ["seated", "seated", "waiting", "room"]
    assert [message.get("participant") for message in first[:3]] == ["bob", "ann", "cat"]


async def test_of_a_leave_and_a_poll_at_the_same_time_the_later_holds(event_room: World) -> None:
    bob, cat = event_room.attendee("bob"), event_room.attendee("cat")

    await asyncio.gather(poll(event_room, bob), poll(event_room, bob, leave=True))
    await asyncio.gather(poll(event_room, cat, leave=True), poll(event_room, cat))

    (holder,) = (await event_room.ask("GET", f"{EVENT_ROOM}/audit")).json["holders"]
    assert holder["participant"] == "cat"


async def test_who_hangs_up_does_not_spoil_the_poll_of_others(event_room: World) -> None:
    gone = asyncio.create_task(poll(event_room, event_room.attendee("bob")))
    stays = asyncio.create_task(poll(event_room, event_room.attendee("cat")))
    await asyncio.sleep(0)  # noqa: TID251  # both have asked
    gone.cancel()

    assert (await stays)[0]["participant"] == "cat"
    assert gone.cancelled()


async def test_a_seat_is_kept_for_three_polls(event_room: World) -> None:
    await poll(event_room, event_room.attendee())
    for _ in range(7):
        event_room.clock.advance(ms=2_000)
        await event_room.ask("PATCH", EVENT_ROOM, {})

    before = (await event_room.ask("GET", EVENT_ROOM)).json["occupied"]
    event_room.clock.advance(ms=LEASE_MS - 14_000)
    after = (await event_room.ask("PATCH", EVENT_ROOM, {})).json["occupied"]

    assert (before, after) == (1, 0)


async def test_who_claims_has_the_lease_of_a_poll(event_room: World) -> None:
    await poll(event_room, event_room.attendee(), claim=True)

    (holder,) = (await event_room.ask("GET", f"{EVENT_ROOM}/audit")).json["holders"]

    assert holder["ends_in_ms"] >= LEASE_MS


async def test_who_leaves_is_gone_at_once_and_hears_nothing(event_room: World) -> None:
    await poll(event_room, event_room.attendee())

    messages = await poll(event_room, event_room.attendee(), leave=True)

    assert messages == []
    assert (await event_room.ask("GET", EVENT_ROOM)).json["occupied"] == 0


async def test_leaving_where_there_is_nothing_to_leave_is_no_error(world: World) -> None:
    assert await poll(world, world.attendee(), leave=True) == []


async def test_a_room_that_is_not_open_yet_says_when_to_come_again(world: World) -> None:
    await world.has_account()

    messages = await poll(world, world.attendee())

    assert messages == [{"type": "retry", "after_ms": 5000}]


async def test_a_room_that_brings_people_back_says_when_to_come_again(event_room: World) -> None:
    soon = event_room.clock.now_ms() + 20_000
    await event_room.redis.hset("fh:{acme}:room:hall:room", "refill_until", str(soon))

    messages = await poll(event_room, event_room.attendee())

    assert messages == [{"type": "retry", "after_ms": 5000}]


async def test_a_closed_room_says_so(event_room: World) -> None:
    closed = (await event_room.ask("POST", f"{EVENT_ROOM}/close")).json

    messages = await poll(event_room, event_room.attendee())

    assert messages == [
        {
            "type": "room_closed",
            "room": "hall",
            "epoch": closed["epoch"],
            "rev": closed["rev"],
            "reason": "closed",
        }
    ]


async def test_a_host_sees_the_last_state_of_a_closed_room(event_room: World) -> None:
    await event_room.ask("POST", f"{EVENT_ROOM}/close")

    room, closed = await poll(event_room, event_room.token())

    assert (room["type"], room["status"]) == ("room", "closed")
    assert closed["type"] == "room_closed"


async def test_who_was_removed_is_told(event_room: World) -> None:
    await event_room.ask("DELETE", f"{EVENT_ROOM}/participants/bob")

    (message,) = await poll(event_room, event_room.attendee())

    assert (message["type"], message["reason"]) == ("seat_lost", "removed")


async def test_a_host_sees_the_room(event_room: World) -> None:
    (message,) = await poll(event_room, event_room.token())

    room = (await event_room.ask("GET", EVENT_ROOM)).json
    assert message == {"type": "room", **room, "installation": "here"}


@pytest.mark.parametrize(
    ("role", "buy", "can_buy"),
    [
        (Role.HOST, None, True),
        (Role.HOST, False, False),
        (Role.PRESENTER, None, False),
        (Role.PRESENTER, True, True),
    ],
)
async def test_a_standing_notice_says_whether_its_reader_may_buy(
    event_room: World, role: Role, buy: bool | None, can_buy: bool
) -> None:
    await event_room.enter(*(f"guest-{n}" for n in range(80)))

    room, notice = await poll(event_room, event_room.token("ada", role, buy=buy))

    assert [room["type"], notice["type"]] == ["room", "notice"]
    assert notice["notice"] == room["notice"]
    assert notice["notice"]["can_buy"] is can_buy
    assert [offer["plan"] for offer in notice["notice"]["offers"]] == ["large", "huge"]
    assert (notice["epoch"], notice["rev"]) == (room["epoch"], room["rev"])


async def test_a_presenter_takes_a_presenter_seat_while_there_are_any(event_room: World) -> None:
    messages = [
        await poll(event_room, event_room.token(f"presenter-{n}", Role.PRESENTER))
        for n in range(6)
    ]

    assert [first["type"] for first, *_ in messages] == ["room"] * 5 + ["error"]
    assert messages[5][0]["code"] == "presenters_full"


async def test_an_attendee_never_hears_of_prices_or_of_the_room(event_room: World) -> None:
    await event_room.enter(*(f"guest-{n}" for n in range(100)))

    (message,) = await poll(event_room, event_room.attendee())

    assert message["type"] == "waiting"
    assert not {"capacity", "plan", "notice", "occupied"} & message.keys()


async def test_what_each_poll_came_to_is_counted(event_room: World) -> None:
    await poll(event_room, event_room.attendee())

    assert b'fullhouse_admissions_total{outcome="seated"} 1.0' in event_room.metrics.text()


async def test_a_person_who_polls_without_end_is_told_when_to_come_back(event_room: World) -> None:
    """Counted per person, so nobody else behind the same address meets it."""
    token = event_room.attendee()

    answers = [await event_room.ask("POST", "/v1/poll", key=token) for _ in range(3 * BURST)]

    refused = next(answer for answer in answers if answer.status != 200)
    assert answers.index(refused) >= BURST
    assert (refused.status, refused.json["code"]) == (429, "rate_limited")
    assert refused.headers["retry-after"] == "5"
    assert (await poll(event_room, event_room.attendee("cat")))[0]["type"] == "seated"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"claim": 1}, "claim"),
        ({"leave": None}, "leave"),
        ({"claim": True, "leave": True}, "leave"),
        ({"type": "hello"}, "type"),
        ({"token": "x"}, "token"),
    ],
)
async def test_a_malformed_poll_is_refused_by_the_name_of_its_field(
    event_room: World, body: dict[str, Any], field: str
) -> None:
    answer = await event_room.ask("POST", "/v1/poll", body, key=event_room.attendee())

    assert answer.refused_field == field
