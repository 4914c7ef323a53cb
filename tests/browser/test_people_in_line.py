"""Who is waiting: hosts read the line, let one in first with a reason, and remove a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.hostlab import open_host_lab
from tests.browser.visitors import PHONE, Eyes, visit
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

    from tests.browser.event import Event

EYES = [Eyes("en"), Eyes("de", PHONE, dark=True)]
LINE = 10_000


@pytest.mark.parametrize("eyes", EYES, ids=str)
async def test_a_host_lets_one_in_first_and_removes_another(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    await event.come(3, let_in=True)
    await event.come(4, let_in=False)
    host = await visit(browser, event.host_page, eyes)
    page = host.page
    zoe = await visit(browser, event.attendee_page("zoe"), eyes)
    await expect(zoe.page.locator("#waiting")).to_be_visible()
    rows = page.locator("#people-list > li")
    await expect(rows).to_have_count(0)

    await page.locator("#people summary").focus()
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(5)
    await expect(rows.last).to_contain_text("zoe")
    await page.locator("#people-card").scroll_into_view_if_needed()
    await host.look("people-line")

    await rows.last.locator(".button").first.press("Enter")
    await host.look("people-first")
    await page.keyboard.press("Tab")
    await page.locator("dialog[open] .main").press("Enter")
    await expect(page.locator("dialog[open] .trouble")).to_be_visible()
    await page.locator("#person-reason").fill("Speaks\nnext")
    await page.locator("dialog[open] .main").press("Enter")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(page.locator("#people-told")).to_contain_text("zoe")
    await expect(rows.first).to_contain_text("zoe")
    await expect(page.locator("#log")).to_contain_text("Speaks next")
    await expect(zoe.page.locator("#waiting")).to_be_visible()

    gone = await rows.last.locator("b").inner_text()
    await rows.last.locator(".button").last.press("Enter")
    await host.look("people-remove")
    await page.keyboard.press("Escape")
    await expect(rows).to_have_count(5)
    await rows.last.locator(".button").last.press("Enter")
    await page.locator("dialog[open] .danger").press("Enter")
    await expect(rows).to_have_count(4)
    await expect(page.locator("#people-told")).to_contain_text(gone)
    await host.look("people-removed")

    await event.remove("crowd1-001")
    await expect(zoe.page.locator("#waiting")).to_be_hidden()
    await expect(rows).to_have_count(3)


async def test_a_line_of_ten_thousand_is_read_a_page_at_a_time_and_keeps_the_focus(
    browser: Browser,
) -> None:
    lab = await open_host_lab(browser, timed=True)
    page, asked = lab.visitor.page, [0]

    async def answer(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        first = int(query.get("cursor", ["0"])[0]) + asked[0]  # the head of the line is let in
        limit = int(query["limit"][0])
        await route.fulfill(json={"waiting": rows(first, limit), "next": str(first + limit)})

    await page.route("**/waiting?**", answer)
    await lab.room(waiting=LINE)
    await page.locator("#people summary").click()
    list_ = page.locator("#people-list > li")
    await expect(list_).to_have_count(50)

    await list_.nth(2).locator(".button").first.focus()
    asked[0] = 2
    await page.clock.run_for(2_500)
    await lab.alive()
    await lab.room(waiting=LINE - 2)
    await expect(list_.first).to_contain_text("Guest 3")
    await expect(list_.first.locator(".button").first).to_be_focused()
    asked[0] = 3
    await page.clock.run_for(2_500)
    await lab.alive()
    await lab.room(waiting=LINE - 3)
    await expect(list_.first).to_contain_text("Guest 4")
    await expect(page.locator("#people-list")).to_be_focused()

    await page.locator("#people-more").click()
    await expect(list_.first).to_contain_text("Guest 57")
    await expect(list_).to_have_count(50)
    await page.locator("#people-back").click()
    await expect(list_.first).to_contain_text("Guest 4")
    await expect(page.locator("#people-back")).to_be_hidden()


async def test_a_list_that_cannot_be_read_says_since_when_it_is_old(browser: Browser) -> None:
    lab = await open_host_lab(browser, timed=True)
    page, refused = lab.visitor.page, [0]

    async def answer(route: Route) -> None:
        refused[0] += 1
        await route.fulfill(status=503, json={"code": "unavailable"})

    await page.route("**/waiting?**", lambda route: route.fulfill(json={"waiting": rows(0, 3)}))
    await lab.room(waiting=3)
    await page.locator("#people summary").click()
    await expect(page.locator("#people-list > li")).to_have_count(3)
    await page.route("**/waiting?**", answer)
    await lab.alive()
    await lab.room(waiting=4)
    words = page.locator("#people-words")
    await page.clock.run_for(2_500)
    await expect(words).to_contain_text("cannot be read")
    said = await words.inner_text()

    for _ in range(3):
        before = refused[0]
        await page.clock.run_for(60_000)
        await wait_until(lambda before=before: refused[0] > before)  # type: ignore[misc]

    await expect(words).to_have_text(said)
    await expect(page.locator("#people-list > li")).to_have_count(3)


def rows(first: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "participant": f"p{n}",
            "name": f"Guest {n + 1}",
            "ticket": 1_000 + n,
            "ahead": n - first,
            "called": False,
            "priority": False,
            "away": False,
            "since": "2026-03-01T19:00:00.000Z",
        }
        for n in range(first, first + count)
    ]
