"""Ten seconds without a network: nothing is lost, and the page says so meanwhile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.visitors import visit

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.event import Event

OFFLINE_MS = 10_000
KEPT = re.compile(r"You are offline\. Your place is kept until \d\d:\d\d:\d\d")


async def test_ten_seconds_offline_cost_neither_the_seat_nor_the_place_in_line(
    browser: Browser, event: Event
) -> None:
    await event.come(2, let_in=True)
    ada = await visit(browser, event.attendee_page("ada"))
    await expect(ada.page.locator("#headline")).to_have_text("You are in")
    await event.come(1, let_in=False)
    zoe = await visit(browser, event.attendee_page("zoe", node=0))
    await expect(zoe.page.locator("#ahead")).to_have_text("1")
    ticket = await zoe.page.evaluate("room.place.ticket")
    await event.come(1, let_in=False)

    for person in (ada, zoe):
        await person.page.context.set_offline(True)  # Playwright's call
        await expect(person.page.locator("#away")).to_have_text(KEPT)
    await zoe.look("offline")
    await zoe.page.wait_for_timeout(OFFLINE_MS)  # the ten seconds are what is tested
    for person in (ada, zoe):
        await person.page.context.set_offline(False)  # as above

    await expect(zoe.page.locator("#away")).to_be_hidden()
    await expect(ada.page.locator("#away")).to_be_hidden()
    await expect(zoe.page.locator("#ahead")).to_have_text("1")
    assert await zoe.page.evaluate("room.place.ticket") == ticket
    assert await ada.page.evaluate("room.place.kind") == "seated"
    assert await event.counts() == (3, 3)
