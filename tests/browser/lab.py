"""The modules of the pages in a browser without a server: the other end is the test itself."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fullhouse_demo.browser_files import PAGES
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route, WebSocketRoute

_ORIGIN = "http://lab.test"
_NOON_S = 12 * 3600
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Lab</title><main><h1>Lab</h1></main>"""
_ELEMENT = """async ([name, attributes]) => {
  await import("/fullhouse.js");
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  let asked = 0;
  made.token = async () => `token-${++asked}`;
  document.querySelector(name)?.remove();
  document.querySelector("main").append(made);
}"""
_START = """async () => {
  const { RoomConnection } = await import("/fullhouse.js");
  let asked = 0;
  const token = async () => `token-${++asked}`;
  window.heard = [];
  window.connection = new RoomConnection({ token, server: "http://lab.test" });
  for (const type of ["message", "anew", "link"]) {
    connection.addEventListener(type, (event) => heard.push([type, event.detail ?? null]));
  }
  connection.open();
}"""


@dataclass(slots=True)
class Lab:
    """One page; its timers run only when told to, and its sockets lead here.

    Attributes:
        sockets: All that the page opened, the newest last.
        said: What the page sent, over all of them.
    """

    page: Page
    sockets: list[WebSocketRoute] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    async def connect(self) -> None:
        """Open a `RoomConnection`; returns when it has said hello."""
        await self.page.evaluate(_START)
        await self.until_said(1)

    async def place(self, name: str, **attributes: str) -> None:
        """Put an element of the library on the page, in place of one before it."""
        said = len(self.said)
        await self.page.evaluate(_ELEMENT, [name, attributes])
        await self.until_said(said + 1)

    async def until_sockets(self, sockets: int) -> None:
        await wait_until(lambda: len(self.sockets) >= sockets)

    async def until_said(self, messages: int) -> None:
        await wait_until(lambda: len(self.said) >= messages)

    async def pass_time(self, ms: int) -> None:
        """Let all timers of the next `ms` fire, and what they began come here."""
        await self.page.clock.run_for(ms)
        await self.page.evaluate("() => null")

    async def sleep(self, ms: int) -> None:
        """As a phone does: the time is later, no timer has run, and the page is seen again."""
        now: int = await self.page.evaluate("() => Date.now()")
        await self.page.clock.set_system_time((now + ms) / 1000)
        await self.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    async def tell(self, **message: object) -> None:
        """One message to the page, over its newest socket; returns when it has arrived."""
        self.sockets[-1].send(json.dumps(message))
        await self.page.evaluate("() => null")

    async def close(self, code: int) -> None:
        await self.sockets[-1].close(code=code)
        await self.page.evaluate("() => null")

    async def heard(self, type_: str) -> list[dict[str, Any] | None]:
        """What the connection dispatched under that name."""
        events: list[tuple[str, dict[str, Any] | None]] = await self.page.evaluate("() => heard")
        return [detail for name, detail in events if name == type_]

    async def phase(self) -> str:
        phase: str = await self.page.evaluate("() => connection.link.phase")
        return phase

    async def call(self, module: str, function: str, *arguments: object) -> Any:  # noqa: ANN401  # whatever that function gives
        """What a pure function of a module makes of these arguments."""
        return await self.page.evaluate(
            "async ([module, name, given]) => (await import(module))[name](...given)",
            [f"/pages/{module}", function, list(arguments)],
        )


async def open_lab(browser: Browser, **context: Any) -> Lab:  # noqa: ANN401  # Playwright's
    """An empty page that can import the modules; takes options of a browser context."""
    page = await browser.new_page(**context)
    lab = Lab(page)
    await page.clock.install(time=0)
    await serve_modules(page, _ORIGIN)
    await page.route_web_socket("ws://lab.test/**", lambda socket: _listen(lab, socket))
    await page.goto(f"{_ORIGIN}/empty")
    await page.clock.pause_at(_NOON_S)  # installed alone, the clock goes on by itself
    return lab


async def serve_modules(page: Page, origin: str) -> None:
    """Answer every address of `origin` with a module, or with an empty page."""
    await page.route(f"{origin}/**", _serve)


def _listen(lab: Lab, socket: WebSocketRoute) -> None:
    lab.sockets.append(socket)
    socket.on_message(lambda frame: lab.said.append(json.loads(frame)))


async def _serve(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if not path.endswith(".js"):
        await route.fulfill(body=_PAGE, content_type="text/html")
        return
    file = PAGES.parent / path.removeprefix("/")
    kind, _ = mimetypes.guess_type(file.name)
    await route.fulfill(body=file.read_bytes(), content_type=kind)
