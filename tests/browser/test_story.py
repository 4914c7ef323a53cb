"""The whole story in a real browser: full, notice, purchase, call, reload, seated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.visitors import DESKTOP, PHONE, Eyes, Visitor, visit
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.event import Event


@dataclass(frozen=True, slots=True)
class Said:
    """What the pages say along the story, in one language."""

    nearly: str
    full: str
    offer: str
    lines: tuple[tuple[str, str], ...]
    due: str
    pay: str
    waiting: str
    called: str
    seated: str
    bought: str
    some_came: str
    all_came: str
    close: str
    came: str


SAID = {
    "en": Said(
        nearly="Nearly full: 2 of 3 seats taken",
        full="Full: all 3 seats are taken",
        offer="A seat for everyone: 5 people",
        lines=(("Medium", "€10.00"), ("1 further event at the same time", "€4.00")),
        due="€14.00",
        pay="Buy on account for €14.00",
        waiting="The room is full right now",
        called="Your seat is ready",
        seated="You are in",
        bought="6 seats now. 2 people are coming in.",
        some_came=r"coming in\. The first was inside after [\d.]+\ss; after .+s it was 1 of 2\.$",
        all_came=r"let in\. The first was inside after [\d.]+\ss; after .+\ss it was 2 of 2\.$",
        close="Close",
        came="2 people came in",
    ),
    "de": Said(
        nearly="Fast voll: 2 von 3 Plätzen belegt",
        full="Voll: Alle 3 Plätze sind belegt",
        offer="Ein Platz für alle: 5 Personen",
        lines=(("Medium", "10,00 €"), ("1 weiteres Event zur selben Zeit", "4,00 €")),
        due="14,00 €",
        pay="Für 14,00 € auf Rechnung kaufen",
        waiting="Der Raum ist gerade voll",
        called="Ihr Platz ist bereit",
        seated="Sie sind drin",
        bought="Jetzt 6 Plätze. 2 Personen kommen herein.",
        some_came=r"Die erste war nach [\d,]+\ss im Raum; nach [\d,]+\ss waren es 1 von 2\.$",
        all_came=r"gelassen\. Die erste war nach [\d,]+\ss im Raum; nach .+s waren es 2 von 2\.$",
        close="Schließen",
        came="2 Personen sind hereingekommen",
    ),
}


@pytest.mark.parametrize(
    "eyes",
    [Eyes("en", DESKTOP), Eyes("de", PHONE, dark=True)],
    ids=str,
)
async def test_a_room_fills_the_host_buys_and_a_waiting_person_comes_in(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    said = SAID[eyes.language]
    host = await visit(browser, event.host_page, eyes)
    await expect(host.page.get_by_role("heading", level=1)).to_have_text("Spring launch, live")
    await host.look("1-host-free")

    await event.come(2, let_in=True)
    await expect(host.page.locator("#notice-title")).to_have_text(said.nearly)
    await host.look("2-host-nearly-full")

    await event.come(1, let_in=True)
    attendee = await visit(browser, event.attendee_page("zoe"), eyes)
    await expect(attendee.page.locator("#headline")).to_have_text(said.waiting)
    await event.come(1, let_in=False)
    await attendee.look("3-attendee-waiting")
    await expect(host.page.locator("#notice-title")).to_have_text(said.full)
    await expect(host.page.locator("#notice-offers .why")).to_have_text(said.offer)
    await host.look("4-host-full")

    await attendee.page.locator("#auto").uncheck()
    await host.page.locator("#notice-offers .recommended button").click()
    await _check_bill(host, said)
    await host.look("5-host-quote")

    await host.page.get_by_role("button", name=said.pay).click()
    spoken = host.page.get_by_role("dialog").locator(".told-outcome")
    await expect(spoken).to_have_text(said.bought)
    await expect(host.page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
    outcome = host.page.get_by_role("dialog").locator(".state")
    await expect(outcome).to_have_text(re.compile(said.some_came))
    await host.look("6-host-bought")
    await expect(attendee.page.locator("#headline")).to_have_text(said.called)
    await attendee.look("6-attendee-called")

    async with attendee.page.expect_navigation():
        await attendee.page.locator("#enter").click()
    await expect(attendee.page.locator("#headline")).to_have_text(said.seated)
    await attendee.look("7-attendee-seated")
    await expect(outcome).to_have_text(re.compile(said.all_came))
    await expect(spoken).to_have_text(re.compile(said.all_came))
    await host.look("8-host-all-came")
    await host.page.get_by_role("dialog").get_by_role("button", name=said.close).click()
    await expect(host.page.locator("#arrivals-title")).to_have_text(said.came)
    await host.look("8-host-came-in")
    await wait_until(lambda: _all_inside(event))


async def _check_bill(host: Visitor, said: Said) -> None:
    """The lines that are shown add up to what is due, which is what the button says."""
    dialog = host.page.get_by_role("dialog")
    for row, (item, amount) in enumerate(said.lines):
        line = dialog.locator("tbody tr").nth(row)
        await expect(line.locator("th")).to_contain_text(item)
        await expect(line.locator("td")).to_have_text(amount)
    await expect(dialog.locator("tfoot td")).to_have_text(said.due)
    await expect(dialog.get_by_role("heading")).to_be_focused()


async def _all_inside(event: Event) -> bool:
    return await event.counts() == (5, 0)
