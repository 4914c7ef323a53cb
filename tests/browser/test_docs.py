"""The page of calls and messages, as a developer reads it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.event import Event
from tests.browser.visitors import DESKTOP, PHONE, Eyes, visit
from tests.nginx import DEPLOY, KEEPS_THE_PATH, TAKES_THE_PATH_OFF, running_nginx

if TYPE_CHECKING:
    from playwright.async_api import Browser

EventWith = Callable[..., AbstractAsyncContextManager[Event]]

ONLY_SOME = (
    "for (const each of document.querySelectorAll('article:nth-of-type(n + 6)')) each.remove()"
)
"""All articles are alike, and the program that looks at them would take half a minute for all."""


async def test_the_page_can_be_read_on_every_screen(browser: Browser, event: Event) -> None:
    for eyes in (Eyes(viewport=DESKTOP), Eyes(viewport=PHONE, dark=True)):
        reader = await visit(browser, f"{event.jobs[0].base_url}/docs", eyes)

        await reader.page.evaluate(ONLY_SOME)
        await reader.look("docs")


async def test_the_keyboard_leads_past_the_contents_and_to_what_a_link_names(
    browser: Browser, event: Event
) -> None:
    reader = await visit(browser, f"{event.jobs[0].base_url}/docs")

    await reader.page.keyboard.press("Tab")
    await expect(reader.page.locator(".skip")).to_be_in_viewport()
    await reader.page.keyboard.press("Enter")
    await expect(reader.page.locator("main")).to_be_focused()

    await (
        reader.page.get_by_role("navigation")
        .get_by_role("link", name="waiting", exact=True)
        .press("Enter")
    )
    await expect(
        reader.page.get_by_role("heading", name="waiting", exact=True)
    ).to_be_in_viewport()
    assert reader.complaints == []


async def test_the_page_has_its_style_below_a_path(
    browser: Browser, event_with: EventWith
) -> None:
    site = (DEPLOY / "sub-path.conf").read_text().replace(TAKES_THE_PATH_OFF, KEEPS_THE_PATH)
    async with event_with(root_path="/seats") as event:
        with running_nginx(site, [job.settings.port for job in event.jobs]) as proxy:
            reader = await visit(browser, f"{proxy.base_url}/seats/docs")

            await expect(reader.page.locator("body")).to_have_css("display", "grid")
            await reader.page.get_by_role("link", name="asyncapi.json", exact=True).click()
            await expect(reader.page.locator("body")).to_contain_text('"asyncapi":"3.0.0"')
            assert reader.complaints == []
