"""The AsyncAPI document and a running server say the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.ws.audiences import RECEIVERS, SENDERS, word_of
from tests.asyncapi import DOCUMENT, complaint_of, words_of
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.clients import WsClient
    from tests.integration.ws.event_room import EventRoom

WELCOME = {"attendee": "seated", "presenter": "room", "host": "room"}
REQUESTS = [word_of(message) for message in SENDERS]


def example_of(word: str) -> dict[str, Any]:
    """A message of the document, as its readers find it there."""
    (example,) = DOCUMENT["components"]["messages"][word]["examples"]
    payload: dict[str, Any] = example["payload"]
    return dict(payload)


async def _said(client: WsClient, word: str) -> None:
    own = {"token": client.token} if word == "hello" else {}
    await client.socket.send(json.dumps(example_of(word) | own))


async def test_every_message_of_an_event_is_as_the_document_says(lobby: EventRoom) -> None:
    await lobby.has_account(seats=2)
    early = await lobby.enter("early")
    await early.expect("retry")
    await lobby.opens()
    host = await lobby.enter("eve", "host", node=1)
    await host.expect("room")
    ada, bob = await lobby.seated("ada", "bob")
    await host.expect("notice")
    cleo, dan, _ = await lobby.waiting("cleo", "dan", "finn")
    await lobby.must("POST", lobby.path + "/messages", {"text": "At eight"})
    await dan.expect("message")
    await lobby.sets(watch="https://stream.example/")
    await dan.expect("watch")
    await _said(ada, "dismiss")
    await ada.expect("error")
    await _said(cleo, "leave")
    await dan.expect("line")
    await lobby.upgrades(seats=3)
    await dan.expect("refresh_required")
    await wait_until(lambda: host.all("notice_cleared") and host.all("capacity_changed"))
    await lobby.removes("ada")
    await ada.expect("seat_lost")
    await bob.expect("alive")
    await lobby.closes()
    await bob.expect("room_closed")

    frames = [(client.role, frame) for client in lobby.clients for frame in client.heard]
    assert [complaint for _, frame in frames if (complaint := complaint_of(frame))] == []
    assert {frame["type"] for _, frame in frames} == set(map(word_of, RECEIVERS))
    for role in ("attendee", "host"):
        heard = {frame["type"] for listener, frame in frames if listener == role}
        assert heard <= words_of("send_to", role)


@pytest.mark.parametrize("word", REQUESTS)
@pytest.mark.parametrize("role", Role)
async def test_a_role_may_send_what_the_document_says_and_nothing_else(
    event_room: EventRoom, role: Role, word: str
) -> None:
    client = await event_room.enter("ada", role)
    await client.expect(WELCOME[role])

    await _said(client, word)

    if word not in words_of("receive_from", role):
        await client.expect("error", code="not_allowed")
    elif word == "leave":
        await client.expect_close(4011)
    else:
        await client.never("error", code="not_allowed")
        assert not client.is_closed


def _wrong() -> dict[str, dict[str, Any]]:
    """Messages that the document does not allow, made from its examples."""
    made: dict[str, dict[str, Any]] = {"unknown": {"type": "dance"}}
    for word in REQUESTS:
        right = example_of(word)
        made[f"{word} and another field"] = right | {"name": "ada"}
        for field in right.keys() - {"type"}:
            made[f"{word} with a wrong {field}"] = right | {field: 7}
        for field in _required(word):
            made[f"{word} without {field}"] = {n: v for n, v in right.items() if n != field}
    return made


def _required(word: str) -> list[str]:
    reference = DOCUMENT["components"]["messages"][word]["payload"]["$ref"]
    fields: list[str] = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]["required"]
    return fields


@pytest.mark.parametrize("message", _wrong().values(), ids=_wrong())
async def test_what_the_document_does_not_allow_closes_the_connection(
    event_room: EventRoom, message: dict[str, Any]
) -> None:
    (ada,) = await event_room.seated("ada")
    assert complaint_of(message)

    await ada.socket.send(json.dumps(message))

    await ada.expect_close(4000)
