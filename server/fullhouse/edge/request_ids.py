"""Adds the id of the request to every answer."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"

_is_id = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}").fullmatch


class RequestIds:
    """ASGI middleware that adds `X-Request-Id`. It uses the caller's id if that is well formed.

    The application finds the id in its scope, as `request_id`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = (value.decode("latin-1") for name, value in scope["headers"] if name == HEADER)
        id_ = id_of(given)
        header = (HEADER, id_.encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self._app({**scope, "request_id": id_}, receive, send_with_id)


def id_of(given: Iterable[str]) -> str:
    """The first well-formed id of `given`, or else a new id."""
    return next(filter(_is_id, given), None) or secrets.token_hex(8)
