"""Routes of the demo only: its pages, and room tokens for every caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from fullhouse.domain.ids import checked_id
from fullhouse.domain.rooms import Role
from fullhouse.edge.http.bodies import body_of
from fullhouse.edge.http.invoice_page import STYLE_SOURCE
from fullhouse.edge.tokens import TokenClaims, issue
from fullhouse_demo.client_files import client_routes
from fullhouse_demo.page_files import PageFiles

if TYPE_CHECKING:
    from starlette.requests import Request

    from fullhouse.clock import Clock

TOKEN_TTL_S = 3600  # a page requests a new token before every hello

# No inline script or style, nothing from other origins, and no other page may frame these pages.
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",  # a page names the files of its own version
}


# The start page shows the pages of the host, an attendee and the account in frames.
FRAMED_HEADERS = HEADERS | {
    "content-security-policy": _CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
}
# The attendee page shows the stream that people in line may watch, in a sandbox.
ATTENDING_HEADERS = FRAMED_HEADERS | {
    "content-security-policy": f"{FRAMED_HEADERS['content-security-policy']}; frame-src https:"
}
FRAMING_HEADERS = HEADERS | {"content-security-policy": f"{_CSP}; frame-src 'self'"}


@dataclass(frozen=True, slots=True)
class DemoRoom:
    """The room that the pages of a demo show."""

    account: str
    room: str
    title: str


class _TokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: Role
    participant: str


# The page that shows an invoice also allows the style of the server's invoices.
INVOICE_HEADERS = HEADERS | {
    "content-security-policy": _CSP.replace("style-src 'self'", f"style-src 'self' {STYLE_SOURCE}")
}


def demo_routes(demo: DemoRoom, *, secret: str, clock: Clock) -> Sequence[BaseRoute]:
    """Routes for `serve(extra_routes=…)`. Every caller can get a token with any role.

    Args:
        demo: The room of the tokens.
        secret: The server's `FULLHOUSE_TOKEN_SECRET`.
        clock: The clock by which tokens expire.
    """

    async def token(request: Request) -> Response:
        asked = await body_of(request, _TokenRequest)
        now_s = clock.now_ms() // 1000
        claims = TokenClaims(
            account=demo.account,
            room=demo.room,
            participant=checked_id("participant", asked.participant),
            role=asked.role,
            expires_at_s=now_s + TOKEN_TTL_S,
        )
        answer = msgspec.to_builtins(demo) | {"token": issue(secret, claims, now_s)}
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    pages = PageFiles(HEADERS)
    return (
        Route("/", pages.page("index.html", FRAMING_HEADERS)),
        Route("/host", pages.page("host.html", FRAMED_HEADERS)),
        Route("/attend", pages.page("attendee.html", ATTENDING_HEADERS)),
        Route("/account", pages.page("account.html", FRAMED_HEADERS)),
        Route("/account/invoice", pages.page("invoice.html", INVOICE_HEADERS)),
        Route("/demo/token", token, methods=["POST"]),
        *pages.routes(),
        *client_routes(),
    )
