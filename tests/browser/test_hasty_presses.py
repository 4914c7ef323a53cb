"""No page charges by a press that was meant for something else, wherever a purchase begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.event import DEMO
from tests.browser.visitors import newcomer

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

    from tests.browser.event import Event

STANDS_STILL_MS = 700
# Where a purchase begins: the page, and the button that opens the purchase dialog.
WAYS = {
    "notice": ("host", "#notice-buy"),
    "card": ("host", "#notice-offers button"),
    "plan": ("account", "#plan-rows li:has-text('Medium') button"),
}


async def way_of(browser: Browser, event: Event, way: str) -> tuple[Page, Locator]:
    """The page, whose timers run only when told to, and the button."""
    page_name, button = WAYS[way]
    await event.come(3, let_in=True)
    page = (await newcomer(browser)).page
    await page.clock.install()
    await page.goto(f"{event.jobs[0].base_url}/{page_name}")
    opens = page.locator(button)
    await expect(opens).to_be_visible()
    now_ms: int = await page.evaluate("() => Date.now()")
    await page.clock.pause_at((now_ms + 1_000) / 1_000)
    return page, opens


def pay(page: Page) -> Locator:
    return page.get_by_role("dialog").locator(".purchase-acts .button.main")


async def charges(event: Event) -> int:
    return len((await event.call("GET", f"/v1/accounts/{DEMO.account}/invoices"))["invoices"])


async def middle_of(target: Locator) -> tuple[float, float]:
    box = await target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", ["Enter", "Space"])
async def test_a_key_held_down_from_the_offer_on_charges_nothing(
    browser: Browser, event: Event, way: str, key: str
) -> None:
    page, opens = await way_of(browser, event, way)
    await opens.focus()

    await page.keyboard.down(key)
    if key == "Space":  # it presses when it comes up
        await page.keyboard.up(key)
        await page.keyboard.down(key)
    await expect(pay(page)).to_be_visible()
    await pay(page).focus()
    for _ in range(10):
        await page.keyboard.down(key)
        await page.clock.run_for(150)
    await page.keyboard.up(key)

    await expect(pay(page)).to_be_visible()
    assert await charges(event) == 0


@pytest.mark.parametrize("way", WAYS)
async def test_a_second_click_and_one_that_began_too_early_charge_nothing(
    browser: Browser, event: Event, way: str
) -> None:
    page, opens = await way_of(browser, event, way)

    await opens.dblclick()
    await expect(pay(page)).to_be_visible()
    await page.mouse.click(*await middle_of(pay(page)))
    await page.mouse.down()
    await page.clock.run_for(STANDS_STILL_MS)
    await page.mouse.up()
    assert await charges(event) == 0

    await page.mouse.down()
    await page.mouse.up()
    await expect(page.get_by_role("dialog").get_by_role("link")).to_be_visible()  # the invoice
    assert await charges(event) == 1


async def test_a_click_after_the_purchase_neither_closes_the_news_nor_buys_more(
    browser: Browser, event: Event
) -> None:
    page, opens = await way_of(browser, event, "notice")
    await opens.click()
    await expect(pay(page)).to_be_visible()
    await page.clock.run_for(STANDS_STILL_MS)
    place = await middle_of(pay(page))

    await page.mouse.dblclick(*place)
    await expect(page.get_by_role("dialog").get_by_role("link")).to_be_visible()
    await page.mouse.click(*place)
    await page.mouse.click(*await middle_of(pay(page)))

    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Medium is on")
    assert await charges(event) == 1
