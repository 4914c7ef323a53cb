"""The start page's guided minute, with a demo as a visitor starts it: nothing of it is played."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.visitors import PHONE, Eyes, visit
from tests.demos import demo, two_free_ports, until_it_says

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Locator, ViewportSize

LAPTOP: ViewportSize = {"width": 1366, "height": 768}


@asynccontextmanager
async def a_demo(tmp_path: Path) -> AsyncIterator[str]:
    """A demo whose whole crowd comes at once; gives the address of its start page."""
    port = two_free_ports()
    arguments = ("--port", str(port), "--over", "1", "--no-browser")
    async with demo(*arguments, tmp=tmp_path) as process:
        await until_it_says(process, "arrived=70/70")
        yield f"http://127.0.0.1:{port}/"
        process.terminate()
        await process.wait()


async def test_the_captions_go_on_with_the_room_from_the_full_room_to_the_crash_and_over_again(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_demo(tmp_path) as start_page:
        visitor = await visit(browser, start_page, Eyes(viewport=LAPTOP))
        page, title = visitor.page, visitor.page.locator("#caption-title")
        spoken, act = page.locator("#caption-spoken"), page.locator("#guide-act")
        host, phone = (
            page.frame_locator(f"figure.{seen} iframe") for seen in ("host", "attendee")
        )

        await expect(title).to_have_text("The room is full. Now you are the host")
        await expect(spoken).to_contain_text("Press “Open 50 more seats for")
        await expect(phone.locator("#headline")).to_have_text("The room is full right now")
        await visitor.look("guide-full")
        assert await _is_in_view(page.locator("figure.host iframe"))

        await act.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("figure.host iframe")).to_be_focused()
        await host.locator("#notice-buy").click()
        await host.locator("#purchase").get_by_role("button", name="Buy on account").click()
        await expect(title).to_have_text("Now crash one of the two servers")
        await expect(phone.locator("#headline")).to_have_text("You are in")
        account = page.frame_locator("figure.account iframe").locator("#plan-name")
        await expect(account).to_have_text("Live 100")

        await act.click()
        await expect(title).to_have_text("Everybody is back")
        detail = page.locator("#caption-detail")
        await expect(detail).to_have_text(re.compile(r"All \d+ people of the crowd are connected"))
        await visitor.look("guide-back")

        await act.click()
        await expect(title).to_have_text("The room is filling up")
        await expect(account).to_have_text("Live 50")
        await expect(page.locator("#steps [aria-current]")).to_have_text("The room fills up")
        await expect(host.locator("#notice-title")).to_contain_text("Nearly full")

        await _leave_and_return_on_a_phone(browser, start_page)


async def _leave_and_return_on_a_phone(browser: Browser, start_page: str) -> None:
    visitor = await visit(browser, start_page, Eyes("de", PHONE, dark=True))
    page = visitor.page
    await expect(page.locator("#caption-title")).not_to_be_empty()
    await expect(page.locator("iframe")).to_have_count(0)
    await expect(page.get_by_role("link", name="Gastgeberseite")).to_be_visible()
    await visitor.look("guide-phone")

    await page.get_by_role("button", name="Rundgang verlassen").click()
    await page.reload()
    await expect(page.locator("#guide")).to_be_hidden()
    await visitor.look("guide-left")

    await page.get_by_role("button", name="Rundgang zeigen").click()
    await expect(page.locator("#caption-title")).not_to_be_empty()


async def _is_in_view(frame: Locator) -> bool:
    box = await frame.bounding_box()
    return bool(box and box["y"] + box["height"] <= LAPTOP["height"] + 1)
