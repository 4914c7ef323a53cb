"""The host bar in every state it can be in, against a server that the test plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.lab import Lab, open_lab
from tests.browser.visitors import SCREENSHOTS, complaints_about

if TYPE_CHECKING:
    from playwright.async_api import Browser

BAR = "fullhouse-host-bar"
STANDS_STILL_MS = 700


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def offer(plan: str, seats: int, due: int) -> dict[str, Any]:
    later = {"amount": money(3 * due), "starts_on": "2027-02-28"}
    return {
        "plan": plan,
        "name": plan.title(),
        "seats": seats,
        "due_now": money(due),
        "next_period": later,
        "recommended": seats == 60,
    }


NOTICE = {
    "id": "n1",
    "level": "full",
    "can_buy": True,
    "limited": False,
    "offers": [offer("medium", 60, 1_400), offer("large", 120, 4_400)],
}
NEARLY = {**NOTICE, "level": "nearly_full"}
ROOM = {
    "type": "room",
    "room": "hall",
    "account": "acme",
    "status": "open",
    "paused": False,
    "capacity": 50,
    "occupied": 20,
    "held": 0,
    "waiting": 0,
    "level": "ok",
    "forecast": {"joins_per_min": 12, "full_in_s": None},
    "notice": None,
    "epoch": 1,
    "rev": 1,
}
NEARLY_FULL = {
    **ROOM,
    "occupied": 43,
    "level": "nearly_full",
    "forecast": {"joins_per_min": 12, "full_in_s": 200},
    "notice": NEARLY,
}
FULL = {**ROOM, "occupied": 48, "held": 2, "waiting": 8, "level": "full", "notice": NOTICE}

STATES: dict[str, list[dict[str, Any] | int]] = {
    "connecting": [],
    "free": [ROOM],
    "nearly-full": [NEARLY_FULL],
    "full": [FULL],
    "too-many-for-any-plan": [{**FULL, "waiting": 5_000}],
    "may-not-buy": [{**FULL, "notice": {**NOTICE, "can_buy": False}}],
    "largest": [{**FULL, "notice": {**NOTICE, "offers": []}}],
    "limited": [{**FULL, "notice": {**NOTICE, "offers": [], "limited": True}}],
    "paused": [{**FULL, "paused": True, "notice": None}],
    "draining": [{**ROOM, "capacity": 10, "level": "draining"}],
    "over": [{**ROOM, "status": "closed"}, 4010],
    "reconnecting": [FULL, 4101],
}
"""What the server says in each, and the code with which it closes."""


async def bring_to(lab: Lab, state: str, **attributes: str) -> None:
    await lab.place(BAR, **attributes)
    for said in STATES[state]:
        if isinstance(said, int):
            await lab.close(said)
        else:
            await lab.tell(**said)
    await lab.pass_time(50)  # it is drawn once a frame


@pytest.mark.parametrize(
    ("language", "width", "theme"), [("de", 320, "dark"), ("en", 1280, "light")]
)
async def test_every_state_can_be_read_by_everybody(
    browser: Browser, language: str, width: int, theme: str
) -> None:
    lab = await open_lab(
        browser, locale=language, viewport={"width": width, "height": 700}, reduced_motion="reduce"
    )
    await lab.page.clock.resume()  # who looks closely needs time

    for state in STATES:
        await bring_to(lab, state, theme=theme)
        await lab.page.screenshot(path=SCREENSHOTS / f"bar-{language}-{width}-{state}.png")
        assert not await complaints_about(lab.page), f"{state}, {language}, {width}"


async def test_the_title_of_the_page_tells_a_host_in_another_tab_if_the_platform_wants_it(
    browser: Browser,
) -> None:
    lab = await open_lab(browser, locale="en-GB")
    await bring_to(lab, "nearly-full")
    assert await lab.page.title() == "Lab"

    await bring_to(lab, "nearly-full", **{"page-title": "show"})
    assert await lab.page.title() == "● Nearly full 43/50 · Lab"
    await lab.tell(**{**ROOM, "rev": 9})
    assert await lab.page.title() == "20/50 · Lab"

    await lab.page.locator(BAR).evaluate("bar => bar.remove()")
    await lab.pass_time(50)
    assert await lab.page.title() == "Lab"


async def test_figures_without_a_connection_say_how_old_they_are(browser: Browser) -> None:
    lab = await open_lab(browser, locale="en-GB", timezone_id="UTC")
    await bring_to(lab, "reconnecting")
    link = lab.page.locator("#link")
    await expect(link).to_have_text("Reconnecting … As of 12:00")
    await expect(lab.page.locator("#bar[data-stale]")).to_be_visible()

    await lab.pass_time(5_000)
    await lab.tell(**FULL)
    await lab.pass_time(50)
    await expect(link).to_have_text("Connected")
    await expect(lab.page.locator("#bar[data-stale]")).to_have_count(0)


async def test_the_plan_that_is_offered_seats_everybody_at_this_moment(browser: Browser) -> None:
    """The offers of a notice are as old as the notice; the figures are not."""
    lab = await open_lab(browser, locale="en-GB")
    await bring_to(lab, "full")
    buy, later = lab.page.locator("#buy"), lab.page.locator("#later")
    await expect(buy).to_have_text("Open 10 more seats for €14.00")
    await expect(later).to_contain_text("Medium has 60 seats. From 28 February 2027 it costs")

    await lab.tell(**{**FULL, "waiting": 11, "rev": 2})
    await lab.pass_time(50)
    await expect(buy).to_have_text("Open 70 more seats for €44.00")


async def test_a_page_may_sell_in_a_way_of_its_own(browser: Browser) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "full", **{"buy-url": "/elsewhere"})
    await lab.page.evaluate(
        """() => document.addEventListener("fullhouse-buy", (event) => {
          event.preventDefault();
          window.bought = [event.detail.offer.plan, event.detail.account, event.detail.room];
        })"""
    )

    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.locator("#buy").click()

    assert await lab.page.evaluate("bought") == ["medium", "acme", "hall"]
    assert lab.page.url.endswith("/empty")


async def test_a_notice_that_was_put_away_stays_away_until_it_comes_anew(
    browser: Browser,
) -> None:
    lab = await open_lab(browser, locale="en-GB")
    await bring_to(lab, "nearly-full")
    notice = lab.page.locator("#notice")

    await lab.page.get_by_role("button", name="Later").click()
    await lab.page.get_by_role("button", name="Not during this event").click()
    await lab.until_said(2)
    assert lab.said[-1] == {"type": "dismiss", "notice": "n1", "rest": True}
    await lab.tell(**{**NEARLY_FULL, "rev": 2})
    await lab.pass_time(50)
    await expect(notice).to_be_hidden()

    await lab.tell(**{**FULL, "notice": {**NOTICE, "id": "n2"}, "rev": 3})
    await lab.pass_time(50)
    await expect(notice).to_be_visible()


async def test_another_room_in_its_attributes_shows_nothing_of_the_first(
    browser: Browser,
) -> None:
    """Until the other room has answered there is nothing to sell, and nothing to count."""
    lab = await open_lab(browser)
    await bring_to(lab, "full", server="http://lab.test")
    await expect(lab.page.locator("#buy")).to_be_visible()

    await lab.page.evaluate(f"() => document.querySelector('{BAR}').setAttribute('room', 'other')")
    await lab.until_sockets(2)
    await lab.pass_time(50)

    for part in ("#notice", "#seats", "#buy"):
        await expect(lab.page.locator(part)).to_be_hidden()
    for part in ("#taken", "#waiting", "#level"):
        await expect(lab.page.locator(part)).to_have_text("")


_COUNT_CHOICES = """() => {
  window.chosen = [];
  document.addEventListener("fullhouse-buy", (event) => {
    event.preventDefault();
    chosen.push(event.detail.offer.plan);
  });
}"""


async def bar_that_sells(browser: Browser) -> Lab:
    """A full room on a page that charges as soon as a host chooses an offer."""
    lab = await open_lab(
        browser, locale="en-GB", has_touch=True, viewport={"width": 390, "height": 844}
    )
    await lab.page.evaluate(_COUNT_CHOICES)
    await bring_to(lab, "full")
    return lab


async def chosen(lab: Lab) -> list[str]:
    plans: list[str] = await lab.page.evaluate("() => chosen")
    return plans


async def place_of_offer(lab: Lab) -> tuple[float, float]:
    box = await lab.page.locator("#buy").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_tap_that_was_meant_for_what_stood_there_before_chooses_no_offer(
    browser: Browser,
) -> None:
    lab = await bar_that_sells(browser)
    place = await place_of_offer(lab)

    await lab.page.touchscreen.tap(*place)
    assert await chosen(lab) == []

    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.touchscreen.tap(*place)
    await lab.page.touchscreen.tap(*place)
    assert await chosen(lab) == ["medium"]


async def test_a_press_during_which_the_price_changes_chooses_neither_offer(
    browser: Browser,
) -> None:
    lab = await bar_that_sells(browser)
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.mouse.move(*await place_of_offer(lab))
    await lab.page.mouse.down()

    await lab.tell(**{**FULL, "waiting": 11, "rev": 2})  # too many for the smaller plan
    await lab.pass_time(50)
    await lab.page.mouse.up()
    assert await chosen(lab) == []

    await lab.page.mouse.down()
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.mouse.up()
    assert await chosen(lab) == []

    await lab.page.mouse.down()
    await lab.page.mouse.up()
    assert await chosen(lab) == ["large"]


@pytest.mark.parametrize("key", ["Enter", "Space"])
async def test_a_key_held_down_chooses_one_offer_at_most(browser: Browser, key: str) -> None:
    lab = await bar_that_sells(browser)
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.locator("#buy").focus()

    for waiting in (8, 8, 11, 11, 11):
        await lab.tell(**{**FULL, "waiting": waiting})
        await lab.page.keyboard.down(key)
        await lab.pass_time(500)
    await lab.page.keyboard.up(key)

    assert await chosen(lab) == {"Enter": ["medium"], "Space": []}[key]


async def test_figures_that_move_under_the_same_price_do_not_delay_the_choice(
    browser: Browser,
) -> None:
    lab = await bar_that_sells(browser)
    await lab.pass_time(STANDS_STILL_MS - 50)
    await lab.tell(**{**FULL, "waiting": 9, "rev": 2})
    await lab.pass_time(100)

    await lab.page.touchscreen.tap(*await place_of_offer(lab))

    assert await chosen(lab) == ["medium"]
