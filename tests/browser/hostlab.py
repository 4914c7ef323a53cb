"""The host page on a house that the test plays: it says what the room is like, and when."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fullhouse_demo.browser_files import PAGES
from fullhouse_demo.routes import HEADERS
from tests.browser.visitors import Eyes, Visitor, newcomer
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route, WebSocketRoute

ORIGIN = "http://lab.test"
ROOM: dict[str, Any] = {
    "type": "room",
    "account": "acme",
    "room": "launch",
    "title": "Spring launch, live",
    "status": "open",
    "paused": False,
    "epoch": 1,
    "capacity": 50,
    "occupied": 0,
    "held": 0,
    "waiting": 0,
    "presenters": {"capacity": 3, "occupied": 1},
    "level": "ok",
    "forecast": {"joins_per_min": 0, "full_in_s": None},
    "notice": None,
    "plan": "live-50",
}
_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const moved = entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
      shifts.push({ value: entry.value, moved });
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""
_NEXT_FRAME = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)


def offer(plan: str, seats: int, *, recommended: bool = False) -> dict[str, Any]:
    return {
        "plan": plan,
        "name": plan.replace("live-", "Live "),
        "seats": seats,
        "due_now": {"amount": 1833, "currency": "EUR"},
        "next_period": {
            "amount": {"amount": 6500, "currency": "EUR"},
            "starts_on": "2026-12-15",
        },
        "recommended": recommended,
    }


@dataclass(slots=True)
class HostLab:
    """One host page; what its socket brings is what the test tells."""

    visitor: Visitor
    sockets: list[WebSocketRoute] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    rev: int = 0

    async def room(self, **changes: object) -> None:
        """The room as it is now; returns when the page has drawn it."""
        await self.tell(**(ROOM | changes))

    async def tell(self, **message: object) -> None:
        self.rev += 1
        told = {"room": "launch", "epoch": 1, "rev": self.rev} | message
        self.sockets[-1].send(json.dumps(told))
        await self.visitor.page.evaluate(_NEXT_FRAME)

    async def alive(self) -> None:
        """The server is there, so the page does not connect anew when its clock is moved on."""
        self.sockets[-1].send(json.dumps({"type": "alive", "next_s": 600}))
        await self.visitor.page.evaluate("() => null")

    async def notice(self, level: str, occupied: int, *, id_: str) -> dict[str, Any]:
        """A notice that stands from now on; returns it, for the room."""
        notice = {
            "id": id_,
            "level": level,
            "room": "launch",
            "capacity": 50,
            "occupied": occupied,
            "waiting": 0,
            "full_in_s": None,
            "since": await self.visitor.page.evaluate("new Date().toISOString()"),
            "can_buy": True,
            "limited": False,
            "offers": [offer("live-100", 100, recommended=True), offer("live-250", 250)],
        }
        await self.tell(type="notice", notice=notice)
        return notice

    async def watch_shifts(self) -> None:
        await self.visitor.page.evaluate(_SHIFTS)

    async def shifts(self) -> list[dict[str, Any]]:
        """What moved since `watch_shifts` without anybody having touched the page."""
        found: list[dict[str, Any]] = await self.visitor.page.evaluate("() => shifts")
        return found

    async def elements(self) -> int:
        count: int = await self.visitor.page.evaluate("document.querySelectorAll('*').length")
        return count


async def open_host_lab(
    browser: Browser, eyes: Eyes | None = None, *, timed: bool = False
) -> HostLab:
    """The page, connected, before the room was told.

    Args:
        timed: Whether the page's clock can be moved on.
    """
    visitor = await newcomer(browser, eyes)
    if timed:
        await visitor.page.clock.install()
    lab = HostLab(visitor)
    await visitor.page.route(f"{ORIGIN}/**", _serve)
    await visitor.page.route_web_socket("ws://lab.test/**", lambda socket: _listen(lab, socket))
    await visitor.page.goto(f"{ORIGIN}/host")
    await wait_until(lambda: lab.said)
    return lab


def _listen(lab: HostLab, socket: WebSocketRoute) -> None:
    lab.sockets.append(socket)
    socket.on_message(lambda frame: lab.said.append(json.loads(frame)))


_ANSWERS = {
    "/demo/token": {"token": "t", "account": "acme", "room": "launch", "title": "Launch"},
    "/v1/accounts/acme": {"id": "acme", "installation": "lab"},
    "/v1/accounts/acme/upgrades": {"upgrades": [], "next": None},
    "/v1/plans": {"plans": [{"id": "live-50", "name": "Live 50"}]},
}


async def _serve(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path in _ANSWERS:
        await route.fulfill(json=_ANSWERS[path])
    elif path.endswith("/history"):
        await route.fulfill(status=403, json={"code": "forbidden"})  # the page tells what it saw
    elif path == "/demo/backstage":
        await route.fulfill(status=204)
    else:
        file = PAGES.parent / ("pages/host.html" if path == "/host" else path.removeprefix("/"))
        kind, _ = mimetypes.guess_type(file.name)
        await route.fulfill(body=file.read_bytes(), content_type=kind, headers=HEADERS)
