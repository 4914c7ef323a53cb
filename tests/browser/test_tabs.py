"""Several tabs of one person: one truth, and one of them acts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.visitors import visit

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.browser.event import Event

_COUNT = """
  sessionStorage.loads = 1 + Number(sessionStorage.loads ?? 0);
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    sessionStorage.notes = 1 + Number(sessionStorage.notes ?? 0);
    start.call(this, at);
  };
"""


async def two_tabs(browser: Browser, url: str) -> tuple[Page, Page]:
    first = await visit(browser, "about:blank")
    context = first.page.context
    await context.add_init_script(_COUNT)
    second = await context.new_page()
    await asyncio.gather(*(tab.goto(url) for tab in (first.page, second)))
    return first.page, second


async def both_say(tabs: tuple[Page, Page], headline: str) -> None:
    for tab in tabs:
        await expect(tab.locator("#headline")).to_have_text(headline)


async def sum_of(tabs: tuple[Page, Page], what: str) -> int:
    return sum([int(await tab.evaluate(f"sessionStorage.{what} ?? 0")) for tab in tabs])


async def test_one_tab_enters_and_rings_for_both(browser: Browser, event: Event) -> None:
    await event.come(3, let_in=True)
    tabs = await two_tabs(browser, event.attendee_page("zoe"))
    await both_say(tabs, "The room is full right now")
    for tab in tabs:
        await tab.locator("#headline").click()  # touched, so it may ring
    await tabs[0].locator("#sound").check()
    await expect(tabs[1].locator("#sound")).to_be_checked()
    loads = await sum_of(tabs, "loads")

    await event.remove("crowd1-001")
    await both_say(tabs, "You are in")

    assert await sum_of(tabs, "notes") == 2, "the two notes of one ring"
    assert await sum_of(tabs, "loads") == loads + 1
    assert await event.counts() == (3, 0)


async def test_who_leaves_in_one_tab_has_left_and_comes_back_in_both(
    browser: Browser, event: Event
) -> None:
    tabs = await two_tabs(browser, event.attendee_page("zoe"))
    await both_say(tabs, "You are in")

    await tabs[0].get_by_role("button", name="Leave the event").click()
    await tabs[0].get_by_role("button", name="Yes, leave").click()
    await both_say(tabs, "You have left")
    assert await event.counts() == (0, 0)

    await tabs[1].get_by_role("button", name="Come back").click()
    await both_say(tabs, "You are in")
    assert await event.counts() == (1, 0)
