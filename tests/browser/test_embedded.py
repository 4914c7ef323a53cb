"""The elements in pages that nobody here wrote: small roots, right to left, narrow columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.hostlab import open_host_lab
from tests.browser.lab import open_lab
from tests.browser.test_host_bar import bring_to as bring_bar_to
from tests.browser.test_waiting_room import ROOM, WAITING
from tests.browser.visitors import DESKTOP, PHONE, SCREENSHOTS, Eyes, is_wider_than_screen

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4
_STYLE = "(rules) => document.head.insertAdjacentHTML('beforeend', `<style>${rules}</style>`)"
_SIZES = """(name) => {
  const { shadowRoot } = document.querySelector(name);
  return [...shadowRoot.querySelectorAll("h2, p, button")]
    .map((part) => [part.id, getComputedStyle(part).fontSize, getComputedStyle(part).paddingTop]);
}"""
_DIRECTION = "(name) => getComputedStyle(document.querySelector(name)).direction"
_OUTSIDE = """(name) => {
  const bar = document.querySelector(name);
  const { left, right } = bar.getBoundingClientRect();
  return [...bar.shadowRoot.querySelectorAll("p, span, button, progress")]
    .filter((part) => part.checkVisibility() && !part.closest(".unseen"))
    .filter((part) => part.getBoundingClientRect().left < left - 1
      || part.getBoundingClientRect().right > right + 1)
    .map((part) => part.id || part.className);
}"""


async def waiting_room(browser: Browser, rules: str = "") -> Page:
    lab = await open_lab(browser, locale="en")
    await lab.page.evaluate(_STYLE, rules)
    await lab.place(ROOM, auto="off")
    await lab.tell(**WAITING)
    await expect(lab.page.locator("#headline")).not_to_be_empty()
    return lab.page


async def test_a_small_root_does_not_shrink_the_waiting_room(browser: Browser) -> None:
    usual = await waiting_room(browser)
    small = await waiting_room(browser, "html { font-size: 62.5% }")

    assert await small.evaluate(_SIZES, ROOM) == await usual.evaluate(_SIZES, ROOM)


async def test_in_a_page_from_right_to_left_our_texts_go_their_own_way(browser: Browser) -> None:
    page = await waiting_room(browser, "html { direction: rtl }")

    assert await page.evaluate(_DIRECTION, ROOM) == "ltr"
    await page.evaluate("(name) => document.querySelector(name).dir = 'rtl'", ROOM)
    assert await page.evaluate(_DIRECTION, ROOM) == "rtl"  # the page has texts of its own


@pytest.mark.parametrize("column", [260, 420])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_host_bar_fits_into_a_narrow_column_of_a_wide_screen(
    browser: Browser, column: int, language: str
) -> None:
    lab = await open_lab(browser, locale=language, viewport=DESKTOP)
    await lab.page.evaluate(_STYLE, f"main {{ width: {column}px }}")
    await bring_bar_to(lab, "full")

    await lab.page.screenshot(path=SCREENSHOTS / f"bar-column-{column}-{language}.png")
    assert await lab.page.evaluate(_OUTSIDE, "fullhouse-host-bar") == []
    words = await lab.page.locator("#words").bounding_box()
    assert words
    assert words["width"] > column / 2  # not squeezed beside the buttons


async def test_a_host_bar_beside_other_things_keeps_a_width(browser: Browser) -> None:
    lab = await open_lab(browser, locale="en", viewport=DESKTOP)
    await lab.page.evaluate(_STYLE, "main { display: flex }")
    await bring_bar_to(lab, "full")

    box = await lab.page.locator("fullhouse-host-bar").bounding_box()
    assert box
    assert box["width"] >= 256
    assert await lab.page.evaluate(_OUTSIDE, "fullhouse-host-bar") == []


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_long_word_in_a_title_scrolls_no_page(
    browser: Browser, screen: ViewportSize
) -> None:
    lab = await open_host_lab(browser, Eyes("de", screen))
    await lab.room(title=LONG_WORD)

    await expect(lab.visitor.page.locator("h1")).to_have_text(LONG_WORD)
    assert not await is_wider_than_screen(lab.visitor.page)
