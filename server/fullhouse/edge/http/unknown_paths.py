"""Counts calls of unknown paths."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fullhouse.domain.forwarded import UNKNOWN

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from fullhouse.edge.http.refusals import Refusals


class UnknownPaths:
    """ASGI middleware that records each 404 of the application."""

    def __init__(self, app: ASGIApp, refusals: Refusals) -> None:
        self._app = app
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def look_and_send(message: Message) -> None:
            if message.get("status") == HTTPStatus.NOT_FOUND:
                client = (scope.get("client") or (UNKNOWN,))[0]
                self._refusals.note_unknown_path(scope["path"], client)
            await send(message)

        await self._app(scope, receive, look_and_send)
