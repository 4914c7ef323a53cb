"""What the host tells everybody in line: written on the host page, read and heard in the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.hostlab import open_host_lab
from tests.browser.lab import open_lab
from tests.browser.test_waiting_room import CALL, ROOM, SEATED, WAITING
from tests.browser.visitors import PHONE, Eyes, visit

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.event import Event

TEXT = "We open the doors at eight. Please keep this page open & have your ticket ready 🎈"
EYES = [Eyes("en"), Eyes("de", PHONE, dark=True)]
MESSAGE = {"type": "message", "text": "At eight", "at": "2026-03-01T19:00:00Z", "epoch": 1}


@pytest.mark.parametrize("eyes", EYES, ids=str)
async def test_a_host_tells_replaces_and_withdraws_a_message_and_the_line_reads_it(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    await event.come(3, let_in=True)
    host = await visit(browser, event.host_page, eyes)
    zoe = await visit(browser, event.attendee_page("zoe"), eyes)
    told = zoe.page.locator("#message-text")
    await expect(zoe.page.locator("#waiting")).to_be_visible()
    await expect(told).to_be_hidden()

    await host.page.locator("#tell-text").fill(TEXT.replace(". ", ".\n"))
    await host.page.locator("#tell-send").click()
    await expect(told).to_have_text(TEXT)
    await expect(zoe.page.locator("#message-spoken")).to_contain_text(TEXT)
    await expect(host.page.locator("#tell-told")).to_have_text(TEXT)
    await expect(host.page.locator("#tell-text")).to_have_value("")
    await expect(host.page.locator("#tell-spoken")).not_to_be_empty()
    await host.page.locator("#tell-card").scroll_into_view_if_needed()
    await host.look("message-told")
    await zoe.look("message-read")

    await host.page.locator("#tell-text").fill("Five minutes more")
    await host.page.locator("#tell-send").click()
    await expect(told).to_have_text("Five minutes more")
    yan = await visit(browser, event.attendee_page("yan", node=0), eyes)
    await expect(yan.page.locator("#message-text")).to_have_text("Five minutes more")

    await host.page.locator("#tell-withdraw").click()
    await expect(told).to_be_hidden()
    await expect(yan.page.locator("#message-text")).to_be_hidden()
    await expect(host.page.locator("#tell-standing")).to_be_hidden()
    await expect(host.page.locator("#tell-text")).to_be_focused()


async def test_a_message_is_read_aloud_once_and_stays_while_one_is_called(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await lab.place(ROOM, auto="off")
    await lab.tell(**WAITING)
    await lab.tell(**MESSAGE, rev=1)
    spoken, read = lab.page.locator("#message-spoken"), lab.page.locator("#message-text")
    await expect(spoken).to_have_text("Message from the host: At eight")
    await lab.page.evaluate(
        """() => {
          window.spoken = [];
          const { shadowRoot } = document.querySelector("fullhouse-waiting-room");
          const region = shadowRoot.getElementById("message-spoken");
          const note = () => spoken.push(region.textContent);
          new MutationObserver(note).observe(region, { childList: true, subtree: true });
        }"""
    )

    await lab.tell(**{**WAITING, "rev": 2})
    await expect(read).to_be_hidden()  # until it is told again
    await lab.tell(**MESSAGE, rev=2)
    await lab.tell(**CALL)
    await expect(read).to_be_visible()

    assert await lab.page.evaluate("window.spoken") == []
    await lab.tell(**{**MESSAGE, "text": "Now"}, rev=3)
    assert await lab.page.evaluate("window.spoken") == ["Message from the host: Now"]
    await lab.tell(**{**SEATED, "rev": 4})
    await expect(read).to_be_hidden()


async def test_a_refused_message_stays_in_the_field_and_says_why(browser: Browser) -> None:
    lab = await open_host_lab(browser)
    await lab.room()
    page = lab.visitor.page
    problem = {"code": "rate_limited", "detail": "Too many requests."}
    await page.route("**/messages", lambda route: route.fulfill(status=429, json=problem))

    await page.locator("#tell-text").fill("Soon")
    await page.locator("#tell-send").click()

    await expect(page.locator("#tell-trouble")).to_contain_text("Please wait a moment.")
    await expect(page.locator("#tell-text")).to_have_value("Soon")
    await lab.room(status="closed")
    await expect(page.locator("#tell-card")).to_be_hidden()
