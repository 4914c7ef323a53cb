"""What a page costs: each module once, compressed, all at once, and none of them at a reload."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.visitors import PHONE, Eyes, newcomer

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession

    from tests.browser.event import Event

READY = {"host": "#inside", "account": "#plan-rows li", "attend?p=zoe": "#headline"}


@dataclass  # no slots: Playwright keeps attributes of its own in whom it calls
class Traffic:
    """The files that a page gets.

    Attributes:
        asked: Paths of the files that the server was asked for.
        plain: Those of them that came uncompressed.
        chained: Modules that the page did not list, so that another module asked for them.
    """

    asked: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    chained: list[str] = field(default_factory=list)
    _cached: set[str] = field(default_factory=set)
    _initiators: dict[str, str] = field(default_factory=dict)

    async def watch(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._begins)
        session.on("Network.requestServedFromCache", lambda e: self._cached.add(e["requestId"]))
        session.on("Network.responseReceived", self._ends)
        await session.send("Network.enable")

    def _begins(self, event: dict[str, Any]) -> None:
        self._initiators[event["requestId"]] = event["initiator"]["type"]

    def _ends(self, event: dict[str, Any]) -> None:
        response, request = event["response"], event["requestId"]
        path = response["url"].split("/", 3)[3]
        if not path.startswith("client/"):
            return
        if not response["fromDiskCache"] and request not in self._cached:
            self.asked.append(path)
            if response["headers"].get("content-encoding") != "gzip":
                self.plain.append(path)
        if path.endswith(".js") and self._initiators[request] == "script":
            self.chained.append(path)


@pytest.mark.parametrize("name", READY)
async def test_a_page_lists_its_modules_and_asks_for_none_again(
    browser: Browser, event: Event, name: str
) -> None:
    page = (await newcomer(browser, Eyes("de", PHONE))).page
    traffic = Traffic()
    await traffic.watch(await page.context.new_cdp_session(page))

    await page.goto(f"{event.jobs[0].base_url}/{name}")
    await expect(page.locator(READY[name]).first).to_be_visible()
    first = traffic.asked.copy()
    await page.reload()
    await expect(page.locator(READY[name]).first).to_be_visible()

    assert len([path for path in first if path.endswith(".js")]) > 10
    assert len(first) == len(set(first))
    assert traffic.asked == first, "the reload asked again"
    assert traffic.plain == []
    assert traffic.chained == []
