"""The AsyncAPI document: whole, true to the messages, and of use to a generator of clients."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator

from fullhouse.domain.close_codes import CloseCode, StandardCloseCode
from fullhouse.domain.rooms import Role
from fullhouse.domain.webhooks import TYPES
from fullhouse.edge.ws import client_messages, messages
from fullhouse.edge.ws.asyncapi import asyncapi_document
from fullhouse.edge.ws.audiences import RECEIVERS, SENDERS, word_of
from tests.asyncapi import DOCUMENT, complaint_of, words_of

CHANNEL, WEBHOOKS = (DOCUMENT["channels"][name] for name in ("connection", "webhooks"))
ALL_MESSAGES: dict[str, dict[str, Any]] = DOCUMENT["components"]["messages"]
MESSAGES = {word: ALL_MESSAGES[word] for word in CHANNEL["messages"]}
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]


def schema_of(word: str) -> dict[str, Any]:
    return SCHEMAS[ALL_MESSAGES[word]["payload"]["$ref"].rpartition("/")[2]]


def test_every_message_is_in_the_document_and_nothing_else() -> None:
    types = (*get_args(client_messages.ClientMessage), *get_args(messages.ServerMessage))

    assert MESSAGES.keys() == CHANNEL["messages"].keys() == set(map(word_of, types))
    assert len(MESSAGES) == len(types)
    assert set(SENDERS) == set(get_args(client_messages.ClientMessage))
    assert set(RECEIVERS) == set(get_args(messages.ServerMessage))


def test_all_references_lead_somewhere() -> None:
    text = json.dumps(DOCUMENT)

    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) == SCHEMAS.keys()
    assert set(re.findall(r'"#/channels/connection/messages/([^"]+)"', text)) == MESSAGES.keys()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_of_the_dialect_of_asyncapi(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])
    assert "prefixItems" not in json.dumps(SCHEMAS[name])


def test_every_webhook_is_in_the_document_and_nothing_else() -> None:
    assert list(WEBHOOKS["messages"]) == list(TYPES)
    assert ALL_MESSAGES.keys() == MESSAGES.keys() | set(TYPES)
    sent = DOCUMENT["operations"]["send_webhook"]["messages"]
    assert [each["$ref"].rpartition("/")[2] for each in sent] == list(TYPES)


@pytest.mark.parametrize("word", ALL_MESSAGES)
def test_every_message_has_a_description_and_a_true_example(word: str) -> None:
    (example,) = ALL_MESSAGES[word]["examples"]

    assert ALL_MESSAGES[word]["description"].endswith(".")
    assert ALL_MESSAGES[word]["name"] == example["payload"]["type"] == word
    assert complaint_of(example["payload"]) is None


@pytest.mark.parametrize("type_", TYPES)
def test_every_field_of_a_webhook_has_a_description(type_: str) -> None:
    data = SCHEMAS[schema_of(type_)["properties"]["data"]["$ref"].rpartition("/")[2]]

    undescribed = [
        name
        for name, field in data["properties"].items()
        if "description" not in field and "$ref" not in field
    ]
    assert undescribed == []


@pytest.mark.parametrize("word", MESSAGES)
def test_every_field_of_a_message_has_a_description(word: str) -> None:
    """The room object is described in part: its fields are words of the protocol."""
    fields = schema_of(word)["properties"]
    undescribed = {
        name
        for name, field in fields.items()
        if name != "type" and "description" not in field and "$ref" not in field
    }

    assert undescribed <= {"title", "status", "level", "plan", "closed_reason", "closed_at"}
    assert word == "room" or not undescribed


@pytest.mark.parametrize("word", list(map(word_of, SENDERS)))
def test_a_message_of_a_client_may_have_no_other_field(word: str) -> None:
    (example,) = MESSAGES[word]["examples"]

    assert complaint_of({**example["payload"], "name": "ada"})
    assert schema_of(word)["additionalProperties"] is False


@pytest.mark.parametrize("word", list(map(word_of, RECEIVERS)))
def test_a_message_of_the_server_may_get_new_fields(word: str) -> None:
    (example,) = MESSAGES[word]["examples"]

    assert complaint_of({**example["payload"], "added_later": 1}) is None


@pytest.mark.parametrize("role", Role)
def test_each_role_has_what_it_may_send_and_what_it_gets(role: Role) -> None:
    sent = {word_of(message) for message, roles in SENDERS.items() if role in roles}
    heard = {word_of(message) for message, roles in RECEIVERS.items() if role in roles}

    assert words_of("receive_from", role) == sent
    assert words_of("send_to", role) == heard


def test_attendees_learn_no_figures_of_the_room() -> None:
    hidden = {"room", "notice", "notice_cleared", "capacity_changed"}

    assert words_of("send_to", Role.ATTENDEE).isdisjoint(hidden)
    assert hidden < words_of("send_to", Role.HOST)


def test_every_close_code_is_listed_with_what_a_client_does() -> None:
    codes = {each["code"]: each for each in CHANNEL["x-close-codes"]}

    assert codes.keys() == {*CloseCode, *StandardCloseCode}
    assert all(each["meaning"].endswith(".") for each in codes.values())
    assert {code for code, each in codes.items() if not each["may_reconnect"]} == {
        code for code in codes if code < 4100
    }


def test_the_limits_are_those_that_hold() -> None:
    limits = CHANNEL["x-limits"]

    assert (limits["message_bytes"], limits["hello_within_s"]) == (4096, 5)
    assert (limits["messages_at_once"], limits["messages_per_s"]) == (40, 4)


def test_the_handshake_names_the_subprotocol() -> None:
    headers = CHANNEL["bindings"]["ws"]["headers"]

    assert headers["properties"]["Sec-WebSocket-Protocol"]["enum"] == ["fullhouse.v1"]
    assert CHANNEL["address"] == "/v1/connect"


@pytest.mark.parametrize(("root_path", "pathname"), [("", None), ("/seats", "/seats")])
def test_the_servers_have_the_path_that_browsers_see(root_path: str, pathname: str | None) -> None:
    servers = asyncapi_document(root_path)["servers"]

    assert [servers[name]["protocol"] for name in ("wss", "ws")] == ["wss", "ws"]
    assert {server.get("pathname") for server in servers.values()} == {pathname}
