"""What a page costs: few requests, small and all at once, and none of its files at a reload."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.visitors import PHONE, Eyes, newcomer

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, CDPSession

    from tests.browser.event import Event

READY = {"host": "#inside", "account": "#plan-rows li", "attend?p=zoe": "#headline"}


# What an attendee's page may cost at most on a first visit, with its token and its connection.
MOST_REQUESTS = 10
MOST_BYTES = 60_000


@dataclass  # no slots: Playwright keeps attributes of its own in whom it calls
class Traffic:
    """What a page gets.

    Attributes:
        requests: Addresses that the server was asked for, connections among them.
        bytes: What came over the network, with headers.
        asked: Paths of the files that the server was asked for.
        plain: Those of them that came uncompressed.
        chained: Scripts that the page did not list, so that another script asked for them.
    """

    requests: list[str] = field(default_factory=list)
    bytes: int = 0
    asked: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    chained: list[str] = field(default_factory=list)
    _cached: set[str] = field(default_factory=set)
    _initiators: dict[str, str] = field(default_factory=dict)

    async def watch(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._begins)
        session.on("Network.requestServedFromCache", lambda e: self._cached.add(e["requestId"]))
        session.on("Network.responseReceived", self._ends)
        session.on("Network.loadingFinished", self._has_come)
        session.on("Network.webSocketCreated", lambda e: self.requests.append(e["url"]))
        await session.send("Network.enable")

    def _begins(self, event: dict[str, Any]) -> None:
        self._initiators[event["requestId"]] = event["initiator"]["type"]

    def _has_come(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]

    def _ends(self, event: dict[str, Any]) -> None:
        response, request = event["response"], event["requestId"]
        path = response["url"].split("/", 3)[3]
        is_new = not response["fromDiskCache"] and request not in self._cached
        if is_new:
            self.requests.append(response["url"])
        if not path.startswith("client/"):
            return
        if is_new:
            self.asked.append(path)
            if response["headers"].get("content-encoding") not in {"br", "gzip"}:
                self.plain.append(path)
        if path.endswith(".js") and self._initiators[request] == "script":
            self.chained.append(path)


@pytest.mark.parametrize("name", READY)
async def test_a_page_lists_its_files_and_asks_for_none_again(
    bundle: Path, browser: Browser, event: Event, name: str
) -> None:
    page = (await newcomer(browser, Eyes("de", PHONE))).page
    traffic = Traffic()
    await traffic.watch(await page.context.new_cdp_session(page))

    await page.goto(f"{event.jobs[0].base_url}/{name}")
    await expect(page.locator(READY[name]).first).to_be_visible()
    first = traffic.asked.copy()
    await page.reload()
    await expect(page.locator(READY[name]).first).to_be_visible()

    assert [path for path in first if "/bundle/" in path and path.endswith(".js")]
    assert not [path for path in first if "/library/" in path]
    assert len(first) == len(set(first))
    assert traffic.asked == first, "the reload asked again"
    assert traffic.plain == []
    assert traffic.chained == []


async def test_the_page_of_an_attendee_costs_few_requests_and_few_bytes(
    bundle: Path, browser: Browser, event: Event
) -> None:
    page = (await newcomer(browser, Eyes("de", PHONE))).page
    traffic = Traffic()
    await traffic.watch(await page.context.new_cdp_session(page))

    await page.goto(event.attendee_page("zoe"))
    await expect(page.locator("#headline")).to_have_text("Sie sind drin")

    paths = sorted(urlsplit(url).path.split("/")[-1] for url in traffic.requests)
    assert paths.count("connect") == 1, "a second connection would be a second round trip"
    assert paths.count("token") == 1
    assert len(paths) <= MOST_REQUESTS, paths
    assert 10_000 < traffic.bytes <= MOST_BYTES

    first, traffic.bytes = len(traffic.requests), 0
    await page.reload()
    await expect(page.locator("#headline")).to_have_text("Sie sind drin")
    assert len(traffic.requests) - first == 3, "the page, a token and a connection"
    assert traffic.bytes < MOST_BYTES / 10
