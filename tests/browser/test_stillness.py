"""Nothing moves on a page while it loads, nor when the notice comes: room is kept for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.visitors import DESKTOP, PHONE, Eyes, newcomer

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

    from tests.browser.event import Event

# What Google's Core Web Vitals call good is 0.1. Source: https://web.dev/articles/cls
MOST = 0.05
READY = {
    "host": "#notice",
    "account": "#plan-rows li",
    "attend?p=zoe": "#waiting",
    "": "#lead:not(:empty)",
}
_WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { hadRecentInput, value, sources } of list.getEntries()) {
    const moved = sources.map(({ node, previousRect: from, currentRect: to }) =>
      [node?.id || node?.nodeName, from.y, from.height, to.y, to.height]);
    if (!hadRecentInput) shifts.push([value, moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


async def shifted(page: Page) -> float:
    """How much has moved since the page was opened, after the frame that is drawn next."""
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    total: float = await page.evaluate("shifts.reduce((sum, [value]) => sum + value, 0)")
    return total


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_nothing_moves_while_a_page_loads(
    browser: Browser, event: Event, viewport: ViewportSize
) -> None:
    await event.come(3, let_in=True)
    for language in ("de", "en"):
        for name, ready in READY.items():
            page = (await newcomer(browser, Eyes(language, viewport))).page
            await page.add_init_script(_WATCH)
            await page.goto(f"{event.jobs[0].base_url}/{name}")
            await expect(page.locator(ready).first).to_be_visible()

            total = await shifted(page)
            assert total <= MOST, (name, language, await page.evaluate("shifts"))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["de", "en"])
async def test_nothing_moves_when_the_notice_comes(
    browser: Browser, event: Event, viewport: ViewportSize, language: str
) -> None:
    page = (await newcomer(browser, Eyes(language, viewport))).page
    await page.add_init_script(_WATCH)
    await page.goto(event.host_page)
    await expect(page.locator("#free")).to_have_text("3")
    await page.evaluate("shifts.length = 0")

    await event.come(3, let_in=True)
    await expect(page.locator("#notice")).to_be_visible()
    await expect(page.locator("#notice-buy")).to_be_visible()

    total = await shifted(page)
    assert total <= MOST, await page.evaluate("shifts")
