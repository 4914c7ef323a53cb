"""The demo's pages below a path of another site."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.event import Event
from tests.browser.visitors import visit
from tests.nginx import DEPLOY, KEEPS_THE_PATH, TAKES_THE_PATH_OFF, running_nginx

if TYPE_CHECKING:
    from playwright.async_api import Browser

EventWith = Callable[..., AbstractAsyncContextManager[Event]]


async def test_the_pages_work_below_a_path(browser: Browser, event_with: EventWith) -> None:
    site = (DEPLOY / "sub-path.conf").read_text().replace(TAKES_THE_PATH_OFF, KEEPS_THE_PATH)
    async with event_with(root_path="/seats") as event:
        ports = [job.settings.port for job in event.jobs]
        with running_nginx(site, ports) as proxy:
            start = await visit(browser, f"{proxy.base_url}/seats/")
            attend_link = await start.page.locator("#attend").get_attribute("href")
            attendee = await visit(browser, f"{proxy.base_url}/seats/{attend_link}")
            host = await visit(browser, f"{proxy.base_url}/seats/host")

            await expect(attendee.page.locator("#headline")).to_have_text("You are in")
            await expect(host.page.locator("#title")).to_have_text("Spring launch, live")
            account = await visit(browser, f"{proxy.base_url}/seats/account")
            await expect(account.page.get_by_text("Small").first).to_be_visible()

            brand = attendee.page.locator("a.brand")
            await brand.click()
            await expect(attendee.page).to_have_url(re.compile(r"/seats/$"))
            for visitor in (start, attendee, host, account):
                assert visitor.complaints == []
