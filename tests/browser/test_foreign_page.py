"""The elements in a page of another origin, under a policy that allows nothing inline."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.event import Event
from tests.browser.foreign import Site, running_site
from tests.browser.visitors import PHONE, Eyes, visit
from tests.servers import free_port

if TYPE_CHECKING:
    from playwright.async_api import Browser

EventWith = Callable[..., AbstractAsyncContextManager[Event]]


@pytest_asyncio.fixture(loop_scope="session")
async def both(event_with: EventWith) -> AsyncIterator[tuple[Event, Site]]:
    """The event, on a server that allows the pages of one other origin, and that origin."""
    port = free_port()
    async with event_with(allowed_origins=(f"http://127.0.0.1:{port}",)) as event:
        job = event.jobs[0]
        with running_site(port, job.base_url, job.settings.signing_secret()) as site:
            yield event, site


async def test_a_person_waits_and_comes_in_on_a_foreign_page(
    browser: Browser, both: tuple[Event, Site]
) -> None:
    event, site = both
    await event.come(3, let_in=True)
    zoe = await visit(browser, site.waiting_page("zoe"), Eyes("de", PHONE))
    headline = zoe.page.locator("#headline")
    await expect(headline).to_have_text("Der Raum ist gerade voll")
    await zoe.look("foreign-waiting")
    await zoe.page.evaluate("window.stayed = true")

    await event.remove("crowd1-001")
    await expect(headline).to_have_text("Ihr Platz ist bereit")
    await zoe.page.locator("#enter").click()
    await expect(headline).to_have_text("Sie sind drin")

    assert await zoe.page.evaluate("stayed")
    await zoe.look("foreign-inside")


async def test_a_foreign_page_polls_where_sockets_are_blocked(
    browser: Browser, both: tuple[Event, Site]
) -> None:
    event, site = both
    zoe = await visit(browser, "about:blank")
    await zoe.page.route_web_socket("**/v1/connect", lambda socket: socket.close(code=1006))
    await zoe.page.goto(site.waiting_page("zoe"))

    await expect(zoe.page.locator("#headline")).to_have_text("You are in")
    assert await event.counts() == (1, 0)


async def test_a_host_sees_the_figures_the_notice_and_what_more_seats_cost(
    browser: Browser, both: tuple[Event, Site]
) -> None:
    event, site = both
    host = await visit(browser, site.host_page())
    await expect(host.page.locator("#taken")).to_have_text("0 of 3 seats taken")
    await host.look("foreign-host-free")

    await event.come(3, let_in=True)
    await event.come(1, let_in=False)
    await expect(host.page.locator("#level")).to_have_text("Full")
    await expect(host.page.locator("#words")).to_have_text(
        "The room is full. 1 person waits outside."
    )
    await expect(host.page.locator("#later")).to_contain_text("Medium has a seat for everybody.")
    buy = host.page.locator("#buy")
    await expect(buy).to_have_text("Open 3 more seats for €14.00")
    await host.look("foreign-host-full")

    await buy.click()
    await host.page.wait_for_url(f"{site.origin}/upgrade/acme/launch/medium")


async def test_a_notice_put_away_on_the_bar_is_away_for_all_hosts(
    browser: Browser, both: tuple[Event, Site]
) -> None:
    event, site = both
    await event.come(2, let_in=True)
    first = await visit(browser, site.host_page())
    second = await visit(browser, site.host_page(), Eyes("de", PHONE, dark=True))
    await expect(second.page.locator("#notice")).to_be_visible()
    await second.look("foreign-host-nearly-full")

    await first.page.get_by_role("button", name="Later").click()
    await first.page.get_by_role("button", name="Not now").click()

    await expect(first.page.locator("#notice")).to_be_hidden()
    await expect(second.page.locator("#notice")).to_be_hidden()
