"""The notice sells in one glance: price and button first, what puts it away behind one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.hostlab import open_host_lab
from tests.browser.lab import open_lab
from tests.browser.test_host_bar import FULL, NOTICE, bring_to
from tests.browser.visitors import Eyes

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

SCREENS: list[ViewportSize] = [
    {"width": 1366, "height": 768},
    {"width": 1024, "height": 768},
    {"width": 390, "height": 844},
    {"width": 320, "height": 568},
]


def size(screen: ViewportSize) -> str:
    return f"{screen['width']}x{screen['height']}"


async def in_sight(page: Page, *parts: str) -> None:
    """Each part ends above the lower edge of the screen."""
    assert page.viewport_size
    for part in parts:
        box = await page.locator(part).bounding_box()
        assert box, f"{part} is not shown"
        assert box["y"] + box["height"] <= page.viewport_size["height"], f"{part}: {box}"


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_host_page_shows_price_and_button_without_scrolling(
    browser: Browser, language: str
) -> None:
    lab = await open_host_lab(browser, Eyes(language))
    notice = await lab.notice("full", 50, id_="n1")
    await lab.room(occupied=50, waiting=18, level="full", notice=notice)
    page = lab.visitor.page

    for screen in SCREENS:
        await page.set_viewport_size(screen)
        await expect(page.locator("#notice-buy")).to_contain_text("18")
        await in_sight(page, "#notice-title", "#notice-buy", "#notice-detail", "#notice-more")
        for choice in ("#snooze", "#dismiss", "#dismiss-rest"):
            await expect(page.locator(choice)).to_be_hidden()
        await lab.visitor.look(f"notice-{size(screen)}")

    await page.locator("#notice-more").click()
    for screen in SCREENS:
        await page.set_viewport_size(screen)
        await expect(page.locator("#dismiss-rest")).to_be_visible()
        await lab.visitor.look(f"notice-choices-{size(screen)}")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_host_bar_shows_price_and_button_without_scrolling(
    browser: Browser, language: str
) -> None:
    lab = await open_lab(browser, locale=language)
    await bring_to(lab, "full")

    for screen in SCREENS:
        await lab.page.set_viewport_size(screen)
        await in_sight(lab.page, "#words", "#buy", "#more", "#later")
        for choice in ("#dismiss", "#dismiss-rest"):
            await expect(lab.page.locator(choice)).to_be_hidden()


async def test_the_choices_open_and_close_by_keyboard(browser: Browser) -> None:
    lab = await open_lab(browser, locale="en")
    await bring_to(lab, "full")
    more, dismiss = lab.page.locator("#more"), lab.page.locator("#dismiss")

    await more.focus()
    await lab.page.keyboard.press("Enter")
    await expect(more).to_have_attribute("aria-expanded", "true")
    await lab.page.keyboard.press("Tab")
    await expect(dismiss).to_be_focused()
    await lab.page.keyboard.press("Escape")

    await expect(more).to_be_focused()
    await expect(more).to_have_attribute("aria-expanded", "false")
    await expect(dismiss).to_be_hidden()


async def test_a_notice_that_comes_back_has_its_choices_closed(browser: Browser) -> None:
    lab = await open_lab(browser, locale="en")
    await bring_to(lab, "full")
    await lab.page.locator("#more").click()
    await expect(lab.page.locator("#dismiss")).to_be_visible()

    for notice in (None, NOTICE):
        await lab.tell(**{**FULL, "notice": notice})
        await lab.pass_time(50)

    await expect(lab.page.locator("#more")).to_be_visible()
    await expect(lab.page.locator("#dismiss")).to_be_hidden()
