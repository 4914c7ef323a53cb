"""The part of the AsyncAPI document about webhooks."""

from __future__ import annotations

import msgspec

from fullhouse.edge.schemas import Json
from fullhouse.edge.webhook_examples import EXAMPLES
from fullhouse.edge.webhook_objects import DOCUMENTS

CHANNEL = "webhooks"

_DESCRIPTION = """\
Requests to your platform's backend, at the address in `FULLHOUSE_WEBHOOK_URL`, as in Standard
Webhooks: in order for each account, at least once, at most one at a time. An answer from 200 to
299 accepts one.

Verify `webhook-signature` with a library of Standard Webhooks before you believe the body."""

_HEADERS = {
    "webhook-id": "The same in all attempts.",
    "webhook-timestamp": "When this attempt was made, in seconds since 1970.",
    "webhook-signature": "`v1,` and the HMAC-SHA256 of id, timestamp and body, in base64.",
}


def webhook_channel() -> Json:
    """Its address is a setting of the server, so it has none."""
    return {
        "address": None,
        "title": "Webhooks to the platform",
        "description": _DESCRIPTION,
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in DOCUMENTS},
    }


def webhook_operations() -> Json:
    channel = f"#/channels/{CHANNEL}"
    return {
        "send_webhook": {
            "action": "send",
            "summary": "What the platform's backend gets.",
            "channel": {"$ref": channel},
            "messages": [{"$ref": f"{channel}/messages/{type_}"} for type_ in DOCUMENTS],
        }
    }


def webhook_messages(references: dict[type, Json], schemas: Json) -> Json:
    """The messages by type. `references`: those of the types in `DOCUMENTS`."""
    return {
        type_: {
            "name": type_,
            "description": schemas[document.__name__]["description"],
            "headers": _headers(),
            "payload": references[document],
            "examples": [{"payload": msgspec.json.decode(msgspec.json.encode(EXAMPLES[type_]))}],
        }
        for type_, document in DOCUMENTS.items()
    }


def _headers() -> Json:
    fields = {name: {"type": "string", "description": text} for name, text in _HEADERS.items()}
    return {"type": "object", "properties": fields, "required": list(fields)}
