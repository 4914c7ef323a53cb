"""The React components in a browser: properties, events and the element itself reach the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.browser.lab import Lab, open_lab
from tests.npm import node_modules
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

MODULES = {
    "react": ("react/cjs/react.production.js", ()),
    "react-dom": ("react-dom/cjs/react-dom.production.js", ("react",)),
    "scheduler": ("scheduler/cjs/scheduler.production.js", ()),
    "react-dom-client": (
        "react-dom/cjs/react-dom-client.production.js",
        ("react", "react-dom", "scheduler"),
    ),
}
NAMES = {
    "react": ("createElement", "forwardRef", "useEffect", "useImperativeHandle", "useRef"),
    "react-dom": ("flushSync",),
    "react-dom-client": ("createRoot",),
}
_IMPORTS = {name: f"/vendor/{name}.js" for name in MODULES}
_MAP = f"<script type=importmap>{json.dumps({'imports': _IMPORTS})}</script>"
_START = """async () => {
  const { createElement, useRef } = await import("react");
  const { flushSync } = await import("react-dom");
  const { createRoot } = await import("react-dom-client");
  const { WaitingRoom } = await import("/library/react.js");
  window.places = [];
  window.element = { current: null };
  const root = createRoot(document.querySelector("main"));
  window.render = (props) => flushSync(() => root.render(props && createElement(WaitingRoom, {
    ref: element, server: "http://lab.test", token: async () => "token-1", ...props,
  })));
  render({ className: "lobby", onPlace: ({ detail }) => places.push(`first ${detail.kind}`) });
}"""
SEATED = {"type": "seated", "room": "r", "participant": "p", "grace_s": 20, "epoch": 5}


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    node_modules()
    lab = await open_lab(browser)
    await lab.page.route("http://lab.test/vendor/**", _serve_module)
    await lab.page.route("http://lab.test/react", _serve_page)
    await lab.page.goto("http://lab.test/react")
    return lab


async def test_a_component_gives_token_attributes_and_listeners_to_the_element(lab: Lab) -> None:
    await lab.page.evaluate(_START)
    await lab.until_said(1)
    await lab.tell(**SEATED, rev=1)
    await wait_until(lambda: lab.page.evaluate("() => places.length"))
    await lab.page.evaluate(
        "() => render({ onPlace: ({ detail }) => places.push(`second ${detail.kind}`) })"
    )
    await lab.tell(type="seat_lost", reason="removed", room="r", epoch=5, rev=2)
    await wait_until(lambda: lab.page.evaluate("() => places.length > 1"))

    assert lab.said == [{"type": "hello", "token": "token-1"}]
    assert await lab.page.evaluate("() => places") == ["first seated", "second lost"]
    assert await lab.page.evaluate("() => element.current.place.kind") == "lost"


async def test_an_unmounted_component_leaves_nothing_behind(lab: Lab) -> None:
    await lab.page.evaluate(_START)
    await lab.until_said(1)
    element = await lab.page.evaluate_handle("() => element.current")

    await lab.page.evaluate("() => render(null)")
    await lab.pass_time(100)

    assert await lab.page.evaluate("() => element.current") is None
    assert await element.evaluate("(element) => element.connection") is None


async def _serve_page(route: Route) -> None:
    body = f"<!doctype html><html lang=en><title>React</title>{_MAP}<main></main>"
    await route.fulfill(body=body, content_type="text/html")


async def _serve_module(route: Route) -> None:
    """A file of React as a module of the browser."""
    name = route.request.url.rpartition("/")[2].removesuffix(".js")
    file, needs = MODULES[name]
    code = (node_modules() / file).read_text()
    imports = "".join(f'import * as m{at} from "{need}";' for at, need in enumerate(needs))
    found = ", ".join(f'"{need}": m{at}.default' for at, need in enumerate(needs))
    names = ", ".join(NAMES.get(name, ()))
    body = (
        f"{imports} const exports = {{}}, found = {{ {found} }}, require = (name) => found[name];"
        f"(function () {{ {code} }})(); export default exports;"
        f"export const {{ {names} }} = exports;"
    )
    await route.fulfill(body=body, content_type="text/javascript")
