"""What a tab keeps across a reload, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.lab import open_lab
from tests.browser.test_waiting_room import ROOM, WAITING, bring_to

if TYPE_CHECKING:
    from playwright.async_api import Browser


async def test_the_way_through_the_line_is_remembered_across_a_reload(browser: Browser) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "waiting")
    await lab.tell(type="line", ahead=4, called_to=95, epoch=1, rev=2)
    before = await lab.page.locator("#progress").get_attribute("value")

    await lab.place(ROOM)  # as after a reload: what it knew is only what was kept
    await lab.tell(**{**WAITING, "ahead": 4, "rev": 2})

    await expect(lab.page.locator("#ahead")).to_have_text("4")
    assert await lab.page.locator("#progress").get_attribute("value") == before


async def test_what_one_installation_kept_is_not_read_for_another_one(browser: Browser) -> None:
    """The same origin, account, room and person; also while the page stays open."""
    lab = await open_lab(browser)
    one, two = ({**WAITING, "installation": name} for name in ("one", "two"))
    await lab.place(ROOM)
    await lab.tell(**one)
    await lab.page.locator("#auto").uncheck()
    await lab.tell(type="line", ahead=4, called_to=95, epoch=1, rev=2)

    await lab.place(ROOM)
    await lab.tell(**{**two, "ahead": 6, "rev": 2})
    await expect(lab.page.locator("#ahead")).to_have_text("6")
    await expect(lab.page.locator("#auto")).to_be_checked()

    await lab.tell(**{**one, "ahead": 6, "rev": 3})
    await expect(lab.page.locator("#auto")).not_to_be_checked()


async def test_what_was_kept_for_a_reload_is_not_believed_where_the_store_went_back(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "waiting")
    await lab.tell(type="line", ahead=4, called_to=95, epoch=1, rev=9)

    await lab.place(ROOM)
    await lab.tell(**{**WAITING, "ahead": 6, "rev": 3})

    await expect(lab.page.locator("#ahead")).to_have_text("6")
