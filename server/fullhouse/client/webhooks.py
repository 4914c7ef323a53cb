"""Verifies webhooks of the server, and gives their documents types.

Source: docs/webhooks.md, and https://www.standardwebhooks.com.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError

from fullhouse.edge.webhook_objects import DOCUMENTS


class WebhookRefused(Exception):
    """The request is not a webhook of this server, or too old. Answer it with 400."""


class UnknownWebhook(msgspec.Struct, frozen=True):
    """A webhook of a later version. Answer it with 200, and ignore it."""

    type: str
    timestamp: str
    data: dict[str, Any]


class WebhookVerifier:
    """Accepts webhooks that are signed with one of `secrets`.

    Args:
        secrets: `whsec_…`. Several while the secret is being changed.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._webhooks = [Webhook(secret) for secret in secrets]

    def verify(self, body: bytes, headers: Mapping[str, str]) -> msgspec.Struct:
        """The document of a webhook: a type of `DOCUMENTS`, or `UnknownWebhook`.

        A webhook may come twice. Its id is `headers["webhook-id"]`.

        Args:
            body: The body exactly as it came.
            headers: All headers of the request. Upper and lower case are the same.

        Raises:
            WebhookRefused: The signature is wrong, or the time is more than five minutes away.
        """
        lower = {name.lower(): value for name, value in headers.items()}
        if not any(_is_signed(webhook, body, lower) for webhook in self._webhooks):
            raise WebhookRefused("no valid signature, or not of these minutes")
        return document_of(body)


def document_of(body: bytes) -> msgspec.Struct:
    """The document in `body`, whose signature has been verified.

    Raises:
        WebhookRefused: It is no document of a webhook.
    """
    try:
        unknown = msgspec.json.decode(body, type=UnknownWebhook)
        known = DOCUMENTS.get(unknown.type)
        return unknown if known is None else msgspec.json.decode(body, type=known)
    except msgspec.DecodeError as error:
        raise WebhookRefused(f"no document of a webhook: {error}") from error


def _is_signed(webhook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        return False
    return True
