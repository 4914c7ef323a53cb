"""Logs refused preflights, because the browser reports the refusal only to the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from fullhouse.domain.forwarded import UNKNOWN

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from fullhouse.edge.http.refusals import Refusals

_LOGGED_CHARACTERS = 200  # of an origin, because the client can send any text


class Preflights:
    """ASGI middleware that records the preflights that the application will refuse.

    Every call for browsers has an `Authorization` header, so browsers send an OPTIONS request
    before.

    Args:
        app: The application.
        origins: The allowed origins, as browsers write them.
        refusals: Counts and logs refusals.
    """

    def __init__(self, app: ASGIApp, origins: Iterable[str], refusals: Refusals) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            self._look_at(scope)
        await self._app(scope, receive, send)

    def _look_at(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin and "access-control-request-method" in headers and origin not in self._origins:
            client = (scope.get("client") or (UNKNOWN,))[0]
            self._refusals.note_preflight(origin[:_LOGGED_CHARACTERS], client)
