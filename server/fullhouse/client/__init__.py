"""The Python client: people in a room (`RoomClient`) and the platform (`PlatformClient`).

It shares the types of messages and answers with the server, and nothing else.
"""

from fullhouse.client.http_calls import new_idempotency_key
from fullhouse.client.lines import NotInvited, TokenSource, TokenUnavailable
from fullhouse.client.observer import RoomEnded, RoomObserver
from fullhouse.client.place import NOWHERE, Place
from fullhouse.client.platform import PlatformClient
from fullhouse.client.problems import (
    AlreadyExists,
    CallFailed,
    InvalidRequest,
    Problem,
    ServerUnreachable,
)
from fullhouse.client.room import RoomClient
from fullhouse.client.webhooks import UnknownWebhook, WebhookRefused, WebhookVerifier

__all__ = [
    "NOWHERE",
    "AlreadyExists",
    "CallFailed",
    "InvalidRequest",
    "NotInvited",
    "Place",
    "PlatformClient",
    "Problem",
    "RoomClient",
    "RoomEnded",
    "RoomObserver",
    "ServerUnreachable",
    "TokenSource",
    "TokenUnavailable",
    "UnknownWebhook",
    "WebhookRefused",
    "WebhookVerifier",
    "new_idempotency_key",
]
