"""What is refused on a connection: the code says whether to come back, the reason why not."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed

from tests.clients import room_token
from tests.nodes import Platform

if TYPE_CHECKING:
    from tests.integration.ws.event_room import EventRoom

# What a client may say after its hello, and a word of the reason it is then given.
BAD_MESSAGES = {
    "no JSON": ("hello", "JSON"),
    "half of a JSON text": ('{"type":"cla', "truncated"),
    "nothing": ("", "truncated"),
    "half of a surrogate pair": ('{"type":"hello","token":"\\ud800"}', "truncated"),
    "no object": ("[]", "object"),
    "no type": ("{}", "type"),
    "an unknown type": ('{"type":"dance"}', "type"),
    "a type that is no text": ('{"type":7}', "type"),
    "an unknown field": ('{"type":"claim","seat":1}', "seat"),
    "an unknown field in a leave": ('{"type":"leave","why":"bored"}', "why"),
    "a hello without its token": ('{"type":"hello"}', "token"),
    "a token that is no text": ('{"type":"hello","token":7}', "token"),
    "a dismissal without its notice": ('{"type":"dismiss"}', "notice"),
    "a rest that is no boolean": ('{"type":"dismiss","notice":"1-1","rest":"yes"}', "rest"),
    "an objection of the server": ('{"type":"retry","after_ms":5}', "type"),
    "deep nesting": ('{"type":"hello","token":' + "[" * 2000 + "]" * 2000 + "}", "token"),
}

# Tokens that open nothing, by what is wrong with them: claims, or how they are signed.
BAD_TOKENS: dict[str, dict[str, object]] = {
    "expired": {"exp": 1_600_000_000},
    "without exp": {"exp": None},
    "with an exp that is no number": {"exp": "tomorrow"},
    "for somebody else": {"aud": "theatre"},
    "without aud": {"aud": None},
    "without a participant": {"sub": None},
    "without an account": {"acct": None},
    "without a role": {"role": None},
    "of a participant that is no id": {"sub": "no spaces"},
    "of a room that is no id": {"room": "../hall"},
    "signed with another secret": {"secret": "x" * 66},
    "signed with another algorithm": {"algorithm": "HS384"},
    "not signed": {"algorithm": "none", "secret": ""},
    "with a buy that is no boolean": {"buy": "yes"},
}


@pytest.mark.parametrize(("message", "word"), BAD_MESSAGES.values(), ids=BAD_MESSAGES)
async def test_a_bad_message_is_answered_with_4000_and_what_is_wrong_with_it(
    event_room: EventRoom, message: str, word: str
) -> None:
    (ada,) = await event_room.seated("ada")

    await ada.socket.send(message)

    assert word in await ada.expect_close(4000)


@pytest.mark.parametrize(
    "message", ['{"type":"claim"}', '{"type":"leave"}', '{"type":"position"}']
)
async def test_the_first_message_is_hello(event_room: EventRoom, message: str) -> None:
    ada = await event_room.tab("ada")

    await ada.socket.send(message)

    assert "hello" in await ada.expect_close(4000)


@pytest.mark.parametrize("wrong", BAD_TOKENS.values(), ids=BAD_TOKENS)
async def test_a_token_that_is_not_ours_is_answered_with_4001(
    event_room: EventRoom, wrong: dict[str, object]
) -> None:
    token = room_token(**{"account": event_room.account, "participant": "ada", **wrong})  # type: ignore[arg-type]  # by name
    ada = await event_room.tab("ada")

    await ada.say("hello", token=token)

    assert (await ada.expect_close(4001)).startswith("token: ")


@pytest.mark.parametrize("token", ["", "a.b.c", "ä", "x" * 3000])
async def test_a_token_that_is_none_is_answered_with_4001(
    event_room: EventRoom, token: str
) -> None:
    ada = await event_room.tab("ada")

    await ada.say("hello", token=token)

    await ada.expect_close(4001)


async def test_refusals_leave_a_figure_and_a_line_without_the_token(event_room: EventRoom) -> None:
    node = event_room.nodes[1]
    samples = [
        'fullhouse_closes_total{code="4001"}',
        'fullhouse_calls_refused_total{cause="expired",status="401"}',
    ]
    before = [node.figure(sample) for sample in samples]
    token = event_room.token("ada", exp=1_600_000_000)
    for _ in range(3):
        ada = await event_room.tab("ada", node=1)
        await ada.say("hello", token=token)
        await ada.expect_close(4001)
        await Platform(node, key=token).ask("POST", "/v1/poll", {})

    assert [node.figure(sample) for sample in samples] == [count + 3 for count in before]
    lines = [json.loads(line) for line in node.log.read_text().splitlines()]
    said = [(line["event"], line["kind"]) for line in lines if line.get("client") == "127.0.0.1"]
    assert {("connection.refused", "4001 expired"), ("call.refused", "401 expired")} <= set(said)
    assert token not in node.log.read_text()


async def test_a_role_that_nobody_can_have_is_answered_with_4003(event_room: EventRoom) -> None:
    ada = await event_room.tab("ada")

    await ada.say("hello", token=event_room.token("ada", "stagehand"))

    assert "role" in await ada.expect_close(4003)


async def test_whoever_says_nothing_for_five_seconds_is_closed_with_4008(
    event_room: EventRoom,
) -> None:
    ada = await event_room.tab("ada")

    await ada.expect_close(4008)


async def test_a_room_that_is_not_there_is_answered_with_retry_and_4004(
    lobby: EventRoom,
) -> None:
    ada = await lobby.enter("ada")

    retry = await ada.expect("retry")
    await ada.expect_close(4004)

    assert retry["after_ms"] > 0


async def test_a_room_opened_two_seconds_late_lets_in_whoever_obeys_retry(
    lobby: EventRoom,
) -> None:
    """The platform opens the room when the first people stand at the door already."""
    await lobby.has_account(seats=2)
    early = await lobby.enter("ada")
    retry = await early.expect("retry")
    await early.expect_close(4004)

    await lobby.opens()
    ada = await lobby.enter("ada")

    await ada.expect("seated")
    assert retry["after_ms"] <= 2000


async def test_an_event_that_ends_is_told_to_those_inside_and_waiting_on_both_nodes(
    event_room: EventRoom,
) -> None:
    inside = await event_room.seated("ada", "bob", node=1)
    waiting = await event_room.waiting("cleo", node=0)

    await event_room.closes()

    for client in (*inside, *waiting):
        await client.expect("room_closed")
        await client.expect_close(4010)


async def test_the_last_that_hosts_see_of_a_room_is_that_it_is_closed(
    event_room: EventRoom,
) -> None:
    eve = await event_room.enter("eve", "host", node=1)

    await event_room.closes()

    await eve.expect("room", status="closed")
    await eve.expect_close(4010)


async def test_whoever_comes_after_the_end_is_told_so(event_room: EventRoom) -> None:
    await event_room.closes()

    ada = await event_room.enter("ada")

    await ada.expect("room_closed")
    await ada.expect_close(4010)


async def test_a_room_opened_anew_keeps_whoever_comes(event_room: EventRoom) -> None:
    """Also where the node has not forgotten the opening before."""
    (ada,) = await event_room.seated("ada")
    await event_room.closes()
    await ada.expect_close(4010)

    await event_room.opens()
    (again,) = await event_room.seated("ada")
    await event_room.settles(occupied=1)
    await event_room.seated("bob")

    await again.never("room_closed")
    assert again.heard[0]["epoch"] > ada.heard[0]["epoch"]


async def test_leave_is_answered_with_4011(event_room: EventRoom) -> None:
    (ada,) = await event_room.seated("ada")

    await ada.say("leave")

    await ada.expect_close(4011)
    await event_room.settles(occupied=0)


async def test_a_presenter_more_than_the_plan_has_is_refused_with_4012(
    event_room: EventRoom,
) -> None:
    for name in ("pia", "paul"):
        await (await event_room.enter(name, "presenter")).expect("room")

    late = await event_room.enter("petra", "presenter", node=1)

    await late.expect("error", code="presenters_full")
    await late.expect_close(4012)


async def test_somebody_removed_is_told_so_and_never_let_in_again(event_room: EventRoom) -> None:
    (ada,) = await event_room.seated("ada", node=1)

    await event_room.removes("ada")
    await ada.expect("seat_lost", reason="removed")
    await ada.expect_close(4013)
    again = await event_room.enter("ada")

    await again.expect("seat_lost", reason="removed")
    await again.expect_close(4013)


@pytest.mark.parametrize("role", ["host", "presenter"])
async def test_hosts_and_presenters_can_be_removed_too(event_room: EventRoom, role: str) -> None:
    eve = await event_room.enter("eve", role, node=1)
    await eve.expect("room")

    await event_room.removes("eve")

    await eve.expect_close(4013)


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("host", {"type": "claim"}),
        ("host", {"type": "leave"}),
        ("host", {"type": "position"}),
        ("presenter", {"type": "claim"}),
        ("presenter", {"type": "position"}),
        ("attendee", {"type": "dismiss", "notice": "1-1"}),
    ],
)
async def test_what_is_not_for_a_role_is_refused_and_the_connection_lives_on(
    event_room: EventRoom, role: str, message: dict[str, str]
) -> None:
    eve = await event_room.enter("eve", role)

    await eve.socket.send(json.dumps(message))

    await eve.expect("error", code="not_allowed")
    await eve.hello()
    await eve.expect("seated" if role == "attendee" else "room")


async def test_somebody_who_talks_without_end_is_told_to_back_off(event_room: EventRoom) -> None:
    """Counted per person: others from the same address are not concerned."""
    ada, bob = await event_room.seated("ada", "bob")

    with suppress(ConnectionClosed):
        for _ in range(100):
            await ada.say("position")

    await ada.expect_close(4102)
    await bob.round_trip()


async def test_whoever_is_inside_has_no_place_in_line_to_ask_for(event_room: EventRoom) -> None:
    (ada,) = await event_room.seated("ada")

    await ada.say("position")

    await ada.expect("error", code="not_waiting")
