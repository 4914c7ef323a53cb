"""Five thousand people in line: the host page stays calm and does not grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.hostlab import HostLab, open_host_lab
from tests.browser.visitors import DESKTOP, PHONE, Eyes

if TYPE_CHECKING:
    from playwright.async_api import Browser

LINE = 5_000
TOLD = 60  # a quarter of a minute, at the four a second that a host is told at most


async def a_line_of_thousands(lab: HostLab, *, told: int) -> None:
    """Everybody comes within `told` messages, while seats change hands all the time."""
    for turn in range(1, told + 1):
        await lab.room(
            occupied=50 - turn % 3,
            held=turn % 3,
            waiting=LINE * turn // told,
            level="full",
            forecast={"joins_per_min": 37 * turn % 1_000, "full_in_s": None},
        )


@pytest.mark.parametrize("eyes", [Eyes("en", DESKTOP), Eyes("de", PHONE)], ids=str)
async def test_nothing_moves_while_thousands_queue(browser: Browser, eyes: Eyes) -> None:
    lab = await open_host_lab(browser, eyes)
    await lab.room(occupied=50, level="full")
    await lab.watch_shifts()
    before = await lab.shifts()  # from loading the page

    await a_line_of_thousands(lab, told=TOLD)

    assert await lab.shifts() == before
    await lab.visitor.look("thousands")


async def test_the_page_is_as_large_with_five_thousand_people_as_with_a_few_dozen(
    browser: Browser,
) -> None:
    lab = await open_host_lab(browser)
    await lab.room(occupied=50, waiting=48, level="full")
    few = await lab.elements()

    await a_line_of_thousands(lab, told=TOLD)

    assert await lab.elements() <= few + 10  # a tick or two on the axes of the plot


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_notice_and_its_offer_move_nothing_else_on_a_desktop(
    browser: Browser, language: str
) -> None:
    lab = await open_host_lab(browser, Eyes(language))
    await lab.room(occupied=39)
    await lab.watch_shifts()
    before = await lab.shifts()

    notice = await lab.notice("nearly_full", 40, id_="n1")
    await lab.room(occupied=40, level="nearly_full", notice=notice)
    assert await lab.visitor.page.locator("#notice").is_visible()

    news = (await lab.shifts())[len(before) :]
    assert {node for shift in news for node in shift["moved"]} <= {"offer recommended"}
