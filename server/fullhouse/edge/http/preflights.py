"""Notes refused preflights: of such a refusal the browser tells only the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from fullhouse.domain.forwarded import UNKNOWN

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from fullhouse.edge.http.refusals import Refusals

_LOGGED_CHARACTERS = 200  # of an origin; the client chose it


class Preflights:
    """An ASGI application around another: notes the preflights that it will refuse.

    Every call for browsers has an `Authorization` header, so a browser asks first, with OPTIONS.

    Args:
        origins: Those that may call, as browsers write them.
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
