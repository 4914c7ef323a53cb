"""Generates the AsyncAPI document of the WebSocket from its messages, roles, codes and limits."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from inspect import cleandoc
from typing import Any, TypeAlias

import msgspec

from fullhouse.domain.close_codes import CloseCode, StandardCloseCode
from fullhouse.domain.rooms import Role
from fullhouse.edge.schemas import Json, schemas_of
from fullhouse.edge.token_buckets import BURST, PER_S
from fullhouse.edge.webhook_channel import (
    CHANNEL,
    webhook_channel,
    webhook_messages,
    webhook_operations,
)
from fullhouse.edge.webhook_objects import DOCUMENTS
from fullhouse.edge.ws.audiences import RECEIVERS, SENDERS, word_of
from fullhouse.edge.ws.client_messages import MAX_CLIENT_FRAME, ClientMessage
from fullhouse.edge.ws.connection import HELLO_S, MOST_FRAGMENTS, MOST_UNSENT
from fullhouse.edge.ws.examples import EXAMPLES
from fullhouse.edge.ws.handshake import PATH, SUBPROTOCOL
from fullhouse.edge.ws.keepalive import PERIOD_S
from fullhouse.edge.ws.messages import ServerMessage

_MessageType: TypeAlias = type[ClientMessage | ServerMessage]

_TYPES: tuple[_MessageType, ...] = (*SENDERS, *RECEIVERS)
_CHANNEL = "connection"

_DESCRIPTION = f"""
One connection of one person. Messages are JSON objects in text frames; `type` names the message.
The first one is `hello`, within {HELLO_S:g} s.

A message with an unknown type, an unknown field or a wrong shape ends the connection with
{CloseCode.BAD_MESSAGE}. A valid message that the role may not send is answered with `error`.
Later versions may add messages and fields: ignore the ones that you do not know.
"""


def asyncapi_document(root_path: str = "") -> Json:
    """The AsyncAPI 3.0 document of the WebSocket, as the server sees it.

    Args:
        root_path: The prefix of the path, as clients see it.
    """
    references, schemas = schemas_of((*_TYPES, *DOCUMENTS.values()))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Fullhouse",
            "version": version("fullhouse"),
            "description": "The WebSocket of people in a room, and webhooks to the platform.",
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": "application/json",
        "servers": {name: _server(name, root_path) for name in ("wss", "ws")},
        "channels": {_CHANNEL: _channel(), CHANNEL: webhook_channel()},
        "operations": {
            **_operations("receive_from", "receive", "may send", SENDERS),
            **_operations("send_to", "send", "gets", RECEIVERS),
            **webhook_operations(),
        },
        "components": {
            "messages": {
                **{
                    word_of(type_): _message(type_, references[type_], schemas) for type_ in _TYPES
                },
                **webhook_messages(references, schemas),
            },
            "schemas": schemas,
        },
    }


def _server(protocol: str, root_path: str) -> Json:
    """A server does not know its public host, and does not repeat what a caller says of it."""
    server: Json = {
        "host": "{host}",
        "protocol": protocol,
        "variables": {
            "host": {
                "description": "Host and port of this document.",
                "default": "localhost:8000",
            }
        },
    }
    return {**server, "pathname": root_path} if root_path else server


def _channel() -> Json:
    return {
        "address": PATH,
        "title": "A person's connection",
        "description": cleandoc(_DESCRIPTION),
        "messages": {
            word_of(type_): {"$ref": f"#/components/messages/{word_of(type_)}"} for type_ in _TYPES
        },
        "bindings": {"ws": _handshake()},
        "x-limits": {
            "message_bytes": MAX_CLIENT_FRAME,
            "message_fragments": MOST_FRAGMENTS,
            "messages_at_once": BURST,
            "messages_per_s": PER_S,
            "hello_within_s": HELLO_S,
            "ping_every_s": PERIOD_S,
            "unread_bytes": MOST_UNSENT,
        },
        "x-close-codes": [_close_code(code) for code in (*StandardCloseCode, *CloseCode)],
    }


def _handshake() -> Json:
    subprotocol = {"type": "string", "enum": [SUBPROTOCOL]}
    return {
        "method": "GET",
        "headers": {
            "type": "object",
            "properties": {"Sec-WebSocket-Protocol": subprotocol},
            "required": ["Sec-WebSocket-Protocol"],
        },
        "bindingVersion": "0.1.0",
    }


def _close_code(code: CloseCode | StandardCloseCode) -> Json:
    return {
        "code": code.value,
        "name": code.name.lower(),
        "meaning": code.meaning,
        "may_reconnect": code.may_reconnect,
    }


def _operations(name: str, action: str, verb: str, table: Mapping[Any, frozenset[Role]]) -> Json:
    return {
        f"{name}_{role}": _operation(
            action,
            f"What a person with the role {role} {verb}.",
            [type_ for type_, roles in table.items() if role in roles],
        )
        for role in Role
    }


def _operation(action: str, summary: str, types: list[_MessageType]) -> Json:
    channel = f"#/channels/{_CHANNEL}"
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{word_of(type_)}"} for type_ in types],
    }


def _message(type_: _MessageType, reference: Json, schemas: Json) -> Json:
    return {
        "name": word_of(type_),
        "description": schemas[type_.__name__]["description"],
        "payload": reference,
        "examples": [{"payload": msgspec.json.decode(msgspec.json.encode(EXAMPLES[type_]))}],
    }
