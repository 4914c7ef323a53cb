"""Leaving: asked once, for a seat and for a place in line; and what is read when all is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.lab import Lab, open_lab
from tests.browser.test_waiting_room import OVER, ROOM, SEATED, WAITING
from tests.browser.visitors import PHONE, Eyes, visit

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.event import Event

THANKS = "Thank you for coming"
TOO_LATE = "It ended before you could come in."


def said(lab: Lab) -> list[str]:
    return [message["type"] for message in lab.said]


@pytest.mark.parametrize("place", [SEATED, WAITING], ids=["seat", "line"])
async def test_nobody_leaves_with_one_press(browser: Browser, place: dict[str, object]) -> None:
    lab = await open_lab(browser)
    await lab.place(ROOM, auto="off")
    await lab.tell(**place)
    leave, stay = lab.page.locator("#leave"), lab.page.locator("#stay")

    await leave.click()
    await expect(stay).to_be_focused()
    await lab.page.keyboard.press("Escape")
    await expect(leave).to_be_focused()
    await leave.click()
    await stay.click()
    await expect(leave).to_be_visible()
    assert said(lab) == ["hello"]

    await leave.click()
    await lab.page.locator("#leave-yes").click()
    await lab.until_said(2)
    assert said(lab) == ["hello", "leave"]


async def test_a_question_about_the_line_is_not_answered_for_the_seat(browser: Browser) -> None:
    lab = await open_lab(browser)
    await lab.place(ROOM, auto="off")
    await lab.tell(**WAITING)
    await lab.page.locator("#leave").click()

    await lab.tell(**SEATED)

    await expect(lab.page.locator("#leaving")).to_be_hidden()
    await expect(lab.page.locator("#leave")).to_have_text("Leave the event")


@pytest.mark.parametrize("eyes", [Eyes("en"), Eyes("de", PHONE, dark=True)], ids=str)
async def test_people_in_line_leave_it_and_come_back(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    await event.come(3, let_in=True)
    zoe = await visit(browser, event.attendee_page("zoe"), eyes)
    await expect(zoe.page.locator("#waiting")).to_be_visible()
    await expect(zoe.page.locator("[slot=waiting]")).to_be_visible()
    await zoe.page.locator("#leave").click()
    await zoe.page.locator("#leaving").scroll_into_view_if_needed()
    await zoe.look("leave-the-line")

    await zoe.page.locator("#leave-yes").click()

    left = {"en": "You have left the line", "de": "Sie haben die Warteschlange verlassen"}
    await expect(zoe.page.locator("#headline")).to_have_text(left[eyes.language])
    await expect(zoe.page.locator("[slot=waiting]")).to_be_hidden()
    await zoe.look("left-the-line")
    assert await event.counts() == (3, 0)
    await zoe.page.locator("#act").click()
    await expect(zoe.page.locator("#waiting")).to_be_visible()


@pytest.mark.parametrize(
    ("told", "lead"),
    [
        ([WAITING, OVER], TOO_LATE),
        ([OVER], TOO_LATE),
        ([{**SEATED, "rev": 1}, OVER], THANKS),
        ([{**SEATED, "rev": 1}, {**WAITING, "rev": 2}, OVER], THANKS),
    ],
    ids=["waited", "came-too-late", "was-in", "was-in-and-waited"],
)
async def test_only_people_who_were_in_are_thanked_for_coming(
    browser: Browser, told: list[dict[str, object]], lead: str
) -> None:
    lab = await open_lab(browser)
    await lab.page.evaluate("sessionStorage.clear()")
    await lab.place(ROOM, auto="off")
    for message in told:
        await lab.tell(**message)
    await lab.close(4010)

    await expect(lab.page.locator("#headline")).to_have_text("The event is over")
    await expect(lab.page.locator("#lead")).to_contain_text(lead)
