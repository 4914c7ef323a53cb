"""Middleware that puts the client as reported by trusted proxies into the ASGI scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from fullhouse.domain.forwarded import TrustedProxies, client_info

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class ForwardedHeaders:
    """ASGI middleware that sets the client, the scheme and the host.

    Does for HTTP what `ws/upgrade.py` does for WebSockets. Uvicorn's own middleware knows
    neither `Forwarded` nor `X-Forwarded-Host`.
    """

    def __init__(self, app: ASGIApp, trusted: TrustedProxies) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = (scope.get("client") or ("", 0))[0]
        if peer in self._trusted:
            scope = _as_client_sees_it(scope, peer, self._trusted)
        await self._app(scope, receive, send)


def _as_client_sees_it(scope: Scope, peer: str, trusted: TrustedProxies) -> Scope:
    headers = Headers(scope=scope)
    client = client_info(trusted, peer, headers.get("host", ""), headers.getlist)
    others = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {
        **scope,
        "client": (client.address, 0),
        "scheme": client.scheme or scope["scheme"],
        "headers": [*others, (b"host", client.host.encode("latin-1"))],
    }
