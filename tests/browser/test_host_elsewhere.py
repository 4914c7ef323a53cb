"""A host in another tab, and a host without a connection: what they hear and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from tests.browser.hostlab import HostLab, open_host_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

# The browser's own part is played: a headless browser shows no notification to anybody.
_NOTIFICATIONS = """() => {
  window.alerts = [];
  window.asked = 0;
  window.Notification = class {
    static permission = "default";
    static async requestPermission() {
      asked += 1;
      return (Notification.permission = window.decision ?? "granted");
    }
    constructor(title, options) {
      this.entry = { title, ...options, closed: false };
      alerts.push(this.entry);
    }
    close() { this.entry.closed = true; }
  };
}"""


async def a_host(browser: Browser) -> HostLab:
    lab = await open_host_lab(browser)
    await lab.visitor.page.evaluate(_NOTIFICATIONS)
    await lab.room(occupied=30)
    return lab


async def look_elsewhere(page: Page) -> None:
    await page.evaluate("document.hasFocus = () => false")


async def look_again(page: Page) -> None:
    await page.evaluate("document.hasFocus = () => true; window.dispatchEvent(new Event('focus'))")


async def shown(page: Page) -> list[tuple[str, bool]]:
    alerts: list[dict[str, Any]] = await page.evaluate("alerts")
    return [(alert["tag"], alert["closed"]) for alert in alerts]


async def until_shown(page: Page, alerts: int) -> None:
    await page.wait_for_function("(count) => alerts.length >= count", arg=alerts)


async def test_a_notice_calls_a_host_once_who_asked_for_it_and_goes_with_its_reason(
    browser: Browser,
) -> None:
    lab = await a_host(browser)
    page = lab.visitor.page
    assert await page.evaluate("asked") == 0
    await page.locator("#alerts summary").click()
    await page.get_by_role("switch", name="Notification of the browser").check()
    assert await page.evaluate("asked") == 1
    await page.keyboard.press("Escape")
    await expect(page.locator("#alerts summary")).to_be_focused()

    await look_elsewhere(page)
    nearly = await lab.notice("nearly_full", 40, id_="n1")
    await until_shown(page, 1)
    await lab.room(occupied=41, level="nearly_full", notice=nearly)
    await lab.room(occupied=42, level="nearly_full", notice=nearly)
    assert await shown(page) == [("n1", False)]
    assert (await page.title()).startswith("● Nearly full 42/50")

    full = await lab.notice("full", 50, id_="n2")
    await lab.room(occupied=50, waiting=2, level="full", notice=full)
    await until_shown(page, 2)
    assert await shown(page) == [("n1", True), ("n2", False)]

    await lab.tell(type="notice_cleared", notice="n2", reason="below")
    await lab.room(occupied=20)
    assert await shown(page) == [("n1", True), ("n2", True)]
    assert (await page.title()).startswith("20/50")


async def test_what_the_host_sees_calls_nobody_and_a_browser_that_refuses_is_not_asked_again(
    browser: Browser,
) -> None:
    lab = await a_host(browser)
    page = lab.visitor.page
    await page.evaluate("decision = 'denied'")
    await page.locator("#alerts summary").click()
    switch = page.get_by_role("switch", name="Notification of the browser")
    await switch.click()
    await expect(switch).not_to_be_checked()
    await expect(page.locator("#alert-notify-hint")).to_contain_text("does not allow it")
    await lab.visitor.look("alerts")

    await look_again(page)
    notice = await lab.notice("nearly_full", 40, id_="n1")
    await lab.room(occupied=41, level="nearly_full", notice=notice)
    await look_elsewhere(page)
    await lab.room(occupied=42, level="nearly_full", notice=notice)

    assert (await shown(page), await page.evaluate("asked")) == ([], 1)


async def test_without_a_connection_the_figures_say_how_old_they_are(browser: Browser) -> None:
    lab = await a_host(browser)
    page = lab.visitor.page
    await expect(page.locator("#as-of")).to_be_hidden()

    await lab.sockets[-1].close(code=4101)

    await expect(page.locator("#as-of")).to_contain_text("As of ")
    await expect(page.locator("#spoken")).to_contain_text("Reconnecting … As of ")
    assert " · As of " in await page.title()
    await lab.visitor.look("stale")
