"""A platform of another origin: its own pages, its own strict policy, and its token route."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from fullhouse.clock import SystemClock
from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import TokenClaims, issue
from tests.browser.event import DEMO

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Somebody else's page</title>
    <link rel="stylesheet" href="/own.css">
    <script type="module" src="{server}/fullhouse.js"></script>
  </head>
  <body>
    <main>
      <h1>Somebody else's page</h1>
      <{element} server="{server}" token-url="/token/{role}/{person}" {more}></{element}>
    </main>
  </body>
</html>
"""
STYLE = """
body { margin: 1rem; font-family: serif; text-transform: uppercase; line-height: 3; }
p, button, section { color: red; background: yellow; }
fullhouse-waiting-room, fullhouse-host-bar { --fullhouse-accent: #5b2a86; --fullhouse-radius: 0; }
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A platform of its own.

    Attributes:
        origin: Where its pages are.
        server: Origin of the Fullhouse server that it uses.
        secret: What it signs tokens with.
    """

    origin: str
    server: str
    secret: str

    def waiting_page(self, person: str) -> str:
        return f"{self.origin}/fullhouse-waiting-room/attendee/{person}"

    def host_page(self) -> str:
        return f"{self.origin}/fullhouse-host-bar/host/ruth"

    def page(self, element: str, role: str, person: str) -> str:
        more = 'buy-url="/upgrade/{account}/{room}/{plan}"' if role == "host" else ""
        return PAGE.format(
            server=self.server, element=element, role=role, person=person, more=more
        )

    def token(self, role: str, person: str) -> str:
        now_s = SystemClock().now_ms() // 1000
        claims = TokenClaims(
            account=DEMO.account,
            room=DEMO.room,
            participant=person,
            role=Role(role),
            expires_at_s=now_s + 60,
        )
        return json.dumps({"token": issue(self.secret, claims, now_s)})

    @property
    def policy(self) -> str:
        socket = self.server.replace("http", "ws", 1)
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src {self.server}",
                "style-src 'self'",
                f"connect-src 'self' {self.server} {socket}",
                "base-uri 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            )
        )


class _Backend(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *socket: object) -> None:
        self._site = site
        super().__init__(*socket)  # type: ignore[arg-type]  # what the server hands over

    def do_GET(self) -> None:
        match self.path.strip("/").split("/"):
            case ["own.css"]:
                self._answer(STYLE, "text/css")
            case [element, role, person] if element.startswith("fullhouse-"):
                self._answer(self._site.page(element, role, person), "text/html")
            case ["upgrade", *_]:
                self._answer("<!doctype html><title>Upgrade</title>", "text/html")
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        _, role, person = self.path.strip("/").split("/")
        self._answer(self._site.token(role, person), "application/json")

    def log_message(self, *_: object) -> None:
        """Say nothing: a test run is no place for an access log."""

    def _answer(self, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self._site.policy)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running_site(port: int, server: str, secret: str) -> Iterator[Site]:
    site = Site(f"http://127.0.0.1:{port}", server, secret)
    with ThreadingHTTPServer(("127.0.0.1", port), partial(_Backend, site)) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield site
        listening.shutdown()
