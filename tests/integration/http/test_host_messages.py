"""The host's word to everybody in line, over HTTP and in polls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.objects import instant
from tests.integration.http.face import KEY

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"
MESSAGES = f"{EVENT_ROOM}/messages"


async def polled(world: World, name: str) -> list[dict[str, Any]]:
    answer = await world.ask("POST", "/v1/poll", {}, key=world.attendee(name))
    messages: list[dict[str, Any]] = answer.json["messages"]
    return messages


async def said(world: World, text: object, *, key: str = KEY) -> Answer:
    return await world.ask("POST", MESSAGES, {"text": text}, key=key)


async def test_people_in_line_are_told_it_after_their_place_and_people_inside_are_not(
    world: World,
) -> None:
    await world.has_account()
    await world.has_room(seats=1)
    await world.enter("ada", "bob")
    at = instant(world.clock.now_ms())

    answer = await said(world, "We open at eight ✓")

    assert (answer.status, answer.json) == (200, {"text": "We open at eight ✓", "at": at})
    inside, (waiting, message), (_, later) = [
        await polled(world, name) for name in ("ada", "bob", "cleo")
    ]
    assert [each["type"] for each in inside] == ["seated"]
    assert [waiting["type"], message["type"]] == ["waiting", "message"]
    assert (message["text"], message["at"]) == ("We open at eight ✓", at)
    assert later["text"] == message["text"]


async def test_hosts_see_it_in_the_room_until_it_is_withdrawn(event_room: World) -> None:
    await said(event_room, "Soon")
    first = await event_room.ask("GET", EVENT_ROOM)

    withdrawn = await said(event_room, None)

    assert first.json["message"] == {
        "text": "Soon",
        "at": instant(event_room.clock.now_ms()),
    }
    assert withdrawn.json["text"] is None
    assert (await event_room.ask("GET", EVENT_ROOM)).json["message"] is None


async def test_withdrawing_what_was_never_said_is_no_error(event_room: World) -> None:
    assert (await said(event_room, None)).json == {"text": None, "at": None}


@pytest.mark.parametrize("text", ["", "x" * 281, "two\nlines", 7])
async def test_a_text_that_cannot_be_shown_is_refused(event_room: World, text: object) -> None:
    refused = await said(event_room, text)

    assert refused.status == 422
    assert refused.json["detail"].startswith("text: ")


async def test_a_message_needs_its_text(event_room: World) -> None:
    """An empty body must not withdraw a message by accident."""
    refused = await event_room.ask("POST", MESSAGES, {})

    assert (refused.status, refused.json["detail"]) == (422, "text: is required")


async def test_only_whoever_may_buy_for_the_account_may_speak_to_its_lines(
    event_room: World,
) -> None:
    host = event_room.token("ada", Role.HOST)
    others = [
        event_room.token("ada", Role.HOST, buy=False),
        event_room.token("ada", Role.HOST, account="other"),
        event_room.token("pia", Role.PRESENTER),
        event_room.attendee(),
    ]

    assert (await said(event_room, "Soon", key=host)).status == 200
    for token in others:
        assert (await said(event_room, "Soon", key=token)).status == 403
    refused = await event_room.ask("POST", MESSAGES, {"text": "Soon"}, key=None)
    assert refused.status == 401


async def test_a_closed_room_has_no_line_to_speak_to(event_room: World) -> None:
    await event_room.ask("POST", f"{EVENT_ROOM}/close")

    refused = await said(event_room, "Soon")

    assert (refused.status, refused.json["code"]) == (409, "room_closed")


async def test_a_person_may_send_ten_at_once_and_then_one_every_six_seconds(
    event_room: World,
) -> None:
    ada, eve = event_room.token("ada"), event_room.token("eve")

    answers = [await said(event_room, f"Message {n}", key=ada) for n in range(11)]
    other = await said(event_room, "From another host", key=eve)
    event_room.clock.advance(ms=6_000)
    later = await said(event_room, "Later", key=ada)

    assert [answer.status for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "6"
    assert (other.status, later.status) == (200, 200)
