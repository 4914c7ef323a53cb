"""Every answer says under which id its request is known."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"

_is_id = re.compile(rb"[A-Za-z0-9._~+/=:-]{1,128}").fullmatch


class RequestIds:
    """An ASGI application around another: adds `X-Request-Id`, the caller's own if it is sound."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        header = (HEADER, _id_of(scope))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self._app(scope, receive, send_with_id)


def _id_of(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == HEADER and _is_id(value):
            return bytes(value)
    return secrets.token_hex(8).encode()
