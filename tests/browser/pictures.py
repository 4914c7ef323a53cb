"""Takes the pictures of docs/ from the real pages: `make pictures`. Look at them afterwards."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright, expect

from fullhouse.store.embedded import embedded
from tests.browser.event import ROOM, Event, live_event
from tests.browser.foreign import running_site
from tests.demos import demo, two_free_ports, until_it_says
from tests.servers import find_chromium, free_port, required
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_SHORT_CLAIM_S = 5  # so that a call is soon missed


@dataclass(frozen=True, slots=True)
class Screen:
    """How a page is seen: `scale` makes the picture smaller than the page."""

    width: int
    height: int
    scale: float = 1.0
    language: str = "en-GB"
    dark: bool = False


DESKTOP = Screen(1024, 860, 0.75)
DARK_DESKTOP = Screen(1024, 860, 0.75, dark=True)
PHONE = Screen(390, 844, 0.75, language="de-DE", dark=True)
TALL_PHONE = Screen(390, 760)
DARK_TALL_PHONE = Screen(390, 760, language="de-DE", dark=True)


@dataclass(frozen=True, slots=True)
class Camera:
    browser: Browser

    async def open(self, url: str, screen: Screen) -> Page:
        context = await self.browser.new_context(
            locale=screen.language,
            viewport={"width": screen.width, "height": screen.height},
            device_scale_factor=screen.scale,
            color_scheme="dark" if screen.dark else "light",
            reduced_motion="reduce",
            timezone_id="Europe/Berlin",
        )
        page = await context.new_page()
        await page.goto(url)
        return page


async def picture(name: str, page: Page, **options: Any) -> None:  # noqa: ANN401  # Playwright's
    """Keep what the page shows as docs/images/`name`.png."""
    await page.evaluate("scrollTo(0, 0)")
    await page.screenshot(path=IMAGES / f"{name}.png", **options)


async def take_story(camera: Camera, event: Event) -> None:
    """From an empty room to the people who come in after a purchase."""
    host = await camera.open(event.host_page, DESKTOP)
    await expect(host.locator("#inside")).to_have_text("0")
    await picture("story/01-host-free", host)
    await event.come(2, let_in=True)
    await expect(host.locator("#notice-buy")).to_be_visible()
    await picture("story/02-host-nearly-full", host)

    await event.come(1, let_in=True)
    zoe = await camera.open(event.attendee_page("zoe"), PHONE)
    await expect(zoe.locator("#waiting")).to_be_visible()
    await zoe.locator("#auto").uncheck()
    await event.come(1, let_in=False)
    await picture("story/03-waiting", zoe)
    await expect(host.locator("#waiting")).to_have_text("2")
    await picture("story/04-host-full", host)
    on_phone = await camera.open(event.host_page, PHONE)
    await expect(on_phone.locator("#notice-buy")).to_be_visible()
    await picture("story/05-host-full-phone", on_phone)

    await host.locator("#notice-buy").click()
    pay = host.get_by_role("button", name="Buy on account")
    await expect(pay).to_be_enabled()  # it takes a press from then on
    await picture("story/06-host-quote", host)
    await pay.click()
    await expect(zoe.locator("#enter")).to_be_visible()
    await picture("story/07-called", zoe)
    async with zoe.expect_navigation():
        await zoe.locator("#enter").click()
    await expect(zoe.locator("#inside")).to_be_visible()
    await picture("story/08-seated", zoe)
    await host.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(host.locator("#arrivals-title")).to_have_text("2 people came in")
    await picture("story/09-host-came-in", host)


async def take_trouble(camera: Camera, event: Event) -> None:
    """A missed call, a lost network, fewer seats than people, and the end."""
    await event.come(3, let_in=True)
    zoe = await camera.open(event.attendee_page("zoe"), PHONE)
    await expect(zoe.locator("#waiting")).to_be_visible()
    await zoe.locator("#auto").uncheck()
    await event.come(1, let_in=False)
    await event.remove("crowd1-001")
    await expect(zoe.locator("#headline")).to_contain_text("verpasst")
    await picture("story/10-missed", zoe)

    await zoe.context.set_offline(True)
    await expect(zoe.locator("#away")).to_be_visible()
    await picture("story/11-reconnecting", zoe)
    await zoe.context.set_offline(False)
    await event.call("PATCH", ROOM, {"seats": 1})
    host = await camera.open(event.host_page, DARK_DESKTOP)
    await expect(host.locator("#legend-over")).to_be_visible()
    await picture("story/12-draining", host)
    await expect(zoe.locator("#away")).to_be_hidden()
    await event.call("POST", f"{ROOM}/close")
    await expect(zoe.locator("#next")).to_be_visible()
    await picture("story/13-over", zoe)


async def take_elements(camera: Camera, event: Event, site_port: int) -> None:
    """The elements of the library, for the authors of platforms."""
    await event.come(3, let_in=True)
    called = await camera.open(event.attendee_page("zoe"), DARK_TALL_PHONE)
    offline = await camera.open(event.attendee_page("ada"), TALL_PHONE)
    for page in (called, offline):
        await expect(page.locator("#waiting")).to_be_visible()
        await page.locator("#auto").uncheck()
    job = event.jobs[0]
    with running_site(site_port, job.base_url, job.settings.signing_secret()) as site:
        bar = await camera.open(site.host_page(), Screen(1280, 310))
        await expect(bar.locator("#buy")).to_be_visible()
        await picture("host-bar", bar)
    await event.upgrade("medium")
    for page in (called, offline):
        await expect(page.locator("#enter")).to_be_visible()
    await picture("attendee-called", called)
    await offline.context.set_offline(True)
    await expect(offline.locator("#away")).to_be_visible()
    await picture("attendee-offline", offline)


async def take_demo(camera: Camera, port: int) -> None:
    """The start page, the host, a waiting person and the account, in a demo as it begins."""
    address = f"http://127.0.0.1:{port}"
    host = await camera.open(f"{address}/host", Screen(1160, 900))
    start = await camera.open(address, Screen(1366, 768))
    await expect(start.locator("#caption-title")).to_contain_text("The room is full")
    zoe = await camera.open(f"{address}/attend?p=zoe", TALL_PHONE)
    await expect(zoe.locator("#ahead")).not_to_be_empty()
    await picture("attendee", zoe)
    phone = start.frame_locator("figure.attendee iframe")
    await expect(phone.locator("#waiting")).to_be_visible()
    await picture("start", start)
    await expect(host.locator("#notice-buy")).to_be_visible()
    await picture("host", host, full_page=True)

    await host.locator("#notice-buy").click()
    await host.get_by_role("button", name="Buy on account").click()
    await expect(host.get_by_role("dialog").locator(".told-outcome")).to_contain_text("100 seats")
    account = await camera.open(f"{address}/account", Screen(1000, 900))
    await expect(account.locator("#plan-name")).to_have_text("Live 100")
    await picture("account", account, full_page=True)


async def take_all() -> None:
    expect.set_options(timeout=PATIENCE_S * 1_000)
    site_port = free_port()
    origins = (f"http://127.0.0.1:{site_port}",)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=required(find_chromium(), "chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        camera = Camera(browser)
        async with an_event() as event:
            await take_story(camera, event)
        async with an_event(claim_s=_SHORT_CLAIM_S) as event:
            await take_trouble(camera, event)
        async with an_event(allowed_origins=origins) as event:
            await take_elements(camera, event, site_port)
        async with a_full_demo() as port:
            await take_demo(camera, port)
        await browser.close()


@asynccontextmanager
async def an_event(**settings: Any) -> AsyncIterator[Event]:  # noqa: ANN401  # whatever they are
    """The event of the tests, on a store of its own."""
    with tempfile.TemporaryDirectory() as kept:
        directory = Path(kept)
        async with (
            embedded(directory) as store,
            live_event(store, directory, **settings) as event,
        ):
            yield event


@asynccontextmanager
async def a_full_demo() -> AsyncIterator[int]:
    """A demo in which everybody has arrived; gives its port."""
    port = two_free_ports()
    arguments = ("--port", str(port), "--over", "12", "--no-browser")
    with tempfile.TemporaryDirectory() as kept:
        async with demo(*arguments, tmp=Path(kept)) as process:
            await until_it_says(process, "arrived=70/70")
            yield port
            process.terminate()
            await process.wait()


if __name__ == "__main__":
    asyncio.run(take_all())
