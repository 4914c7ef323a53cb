"""What a host sees and does, beside the story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.event import DEMO, ROOM
from tests.browser.visitors import PHONE, Eyes, visit

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.event import Event


async def test_a_stale_price_is_never_charged_but_shown_anew(
    browser: Browser, event: Event
) -> None:
    """The account gets a promo code between the quote and the click: the price is another one."""
    await event.come(3, let_in=True)
    host = await visit(browser, event.host_page)
    dialog = host.page.get_by_role("dialog")
    await host.page.get_by_role("button", name="Open 3 more seats for €14.00").click()
    pay = dialog.get_by_role("button", name="Buy on account for €14.00")
    await expect(pay).to_be_visible()

    half_off = {"promo_codes": [{"code": "HALF", "percent_off": 50}]}
    await event.call("PATCH", f"/v1/accounts/{DEMO.account}", half_off)
    await pay.click()

    await expect(dialog.get_by_role("alert")).to_contain_text("nothing was charged")
    again = dialog.get_by_role("button", name="Buy on account for €7.00")
    await expect(dialog.get_by_role("heading")).to_be_focused()
    await host.look("new-price")
    room = await event.call("GET", ROOM)
    assert room["plan"] == "small"

    await again.click()
    await expect(dialog.locator(".told-outcome")).to_have_text("6 seats now.")
    await dialog.get_by_role("button", name="Close").click()
    await expect(dialog).to_be_hidden()
    await expect(host.page.locator("#arrivals-detail")).to_have_text(
        "Medium is on: 6 seats instead of 3."
    )
    room = await event.call("GET", ROOM)
    assert room["plan"] == "medium"


async def test_a_purchase_can_be_called_off_with_the_keyboard(
    browser: Browser, event: Event
) -> None:
    host = await visit(browser, event.host_page)
    see = host.page.get_by_role("button", name="See larger plans")
    await see.focus()
    await host.page.keyboard.press("Enter")
    await expect(host.page.get_by_role("button", name="Choose Large")).to_be_visible()
    await host.look("plans")

    await host.page.get_by_role("button", name="Choose Large").focus()
    await host.page.keyboard.press("Enter")
    await expect(host.page.locator("#purchase .button.main")).to_be_enabled()
    await expect(host.page.locator("#purchase h2")).to_be_focused()
    await host.page.keyboard.press("Enter")  # on the heading, it decides nothing
    await host.page.keyboard.press("Escape")

    await expect(host.page.get_by_role("dialog")).to_be_hidden()
    account = await event.call("GET", f"/v1/accounts/{DEMO.account}")
    assert account["plan"] == "small"


async def test_a_presenter_who_may_not_buy_sends_the_owner_a_link_to_the_same_offer(
    browser: Browser, event: Event
) -> None:
    presenter = await visit(browser, f"{event.host_page}?role=presenter&p=pia", Eyes("en", PHONE))
    await presenter.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await presenter.page.get_by_role("button", name="See larger plans").click()
    ask = presenter.page.get_by_role("dialog", name="Ask the account owner")
    await expect(ask.get_by_role("textbox")).to_have_value(f"{event.account_page}?by=pia")
    await ask.get_by_role("button", name="Close").click()

    await event.come(3, let_in=True)
    ask_for = presenter.page.locator("#notice").get_by_role("button", name="Ask for Medium")
    await expect(ask_for).to_be_visible()
    await presenter.look("presenter")
    await ask_for.click()
    await ask.get_by_role("button", name="Copy the link").click()
    await expect(ask.get_by_text("Copied.")).to_be_visible()
    await presenter.look("ask-the-owner")
    link = await presenter.page.evaluate("navigator.clipboard.readText()")

    owner = await visit(browser, link)
    pay = owner.page.get_by_role("dialog").get_by_role(
        "button", name="Approve: Buy on account for €14.00"
    )
    await expect(owner.page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
    asks = owner.page.get_by_role("dialog").locator(".state").first
    await expect(asks).to_have_text(
        "pia asks for more seats for “Spring launch, live”. 0 people are waiting now."
    )
    await event.come(2, let_in=False)
    await expect(asks).to_contain_text("2 people are waiting now.")
    await owner.look("asked")
    await pay.click()

    await expect(presenter.page.locator("#taken")).to_have_text("5")
    await expect(presenter.page.locator("#of-capacity")).to_have_text("of 6 seats")


async def test_an_owner_who_refuses_tells_whoever_asked_at_once(
    browser: Browser, event: Event
) -> None:
    await event.come(3, let_in=True)
    presenter = await visit(browser, f"{event.host_page}?role=presenter&p=pia")
    await presenter.page.add_init_script(
        "navigator.share = async (given) => (window.given = given)"
    )
    await presenter.page.reload()
    await presenter.page.locator("#notice").get_by_role("button", name="Ask for Medium").click()
    ask = presenter.page.get_by_role("dialog", name="Ask the account owner")
    await ask.get_by_role("button", name="Share the link").click()
    link = (await presenter.page.evaluate("() => given"))["url"]
    assert link == f"{event.account_page}?by=pia&plan=medium"

    owner = await visit(browser, link, Eyes("de", PHONE))
    dialog = owner.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("pia bittet um weitere Plätze")
    await owner.look("asked")
    await dialog.get_by_role("button", name="Diesmal nicht").click()

    await expect(owner.page.locator("#news")).to_contain_text("keine weiteren Hinweise")
    await expect(presenter.page.locator("#answer")).to_contain_text("No more seats for now")
    await expect(ask).to_be_hidden()
    await presenter.look("refused")


async def test_what_an_address_says_of_who_asks_is_a_name_or_nothing(
    browser: Browser, event: Event
) -> None:
    page = f"{event.account_page}?plan=medium&by=Your%20bank%3A%20please%20approve"
    owner = await visit(browser, page)

    dialog = owner.page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Buy on account for €14.00")).to_be_visible()
    await expect(dialog).not_to_contain_text("Your bank")


async def test_a_notice_put_away_by_one_host_is_away_for_all(
    browser: Browser, event: Event
) -> None:
    await event.come(2, let_in=True)
    first = await visit(browser, event.host_page)
    second = await visit(browser, f"{event.jobs[1].base_url}/host", Eyes("de", PHONE))
    await expect(second.page.locator("#notice")).to_be_visible()

    await first.page.get_by_role("button", name="Later").click()
    await first.page.get_by_role("button", name="Not now").click()

    await expect(first.page.locator("#notice")).to_be_hidden()
    await expect(second.page.locator("#notice")).to_be_hidden()
    await second.look("notice-away")


async def test_a_room_with_fewer_seats_than_people_is_shown_and_so_is_its_end(
    browser: Browser, event: Event
) -> None:
    await event.come(3, let_in=True)
    host = await visit(browser, event.host_page, Eyes(dark=True))

    await event.call("PATCH", ROOM, {"seats": 1})
    await expect(host.page.locator("#level")).to_have_text("More people than seats")
    await expect(host.page.locator("#house circle.over")).to_have_count(2)
    await host.look("draining")
    await host.page.get_by_role("button", name="See larger plans").click()
    await expect(host.page.locator("#plans-words")).to_contain_text("was limited to fewer seats")
    await host.page.keyboard.press("Escape")

    await event.call("POST", f"{ROOM}/close")
    await expect(host.page.locator("#level")).to_have_text("Event over")
    await host.look("over")


async def test_the_language_can_be_switched_and_stays(browser: Browser, event: Event) -> None:
    host = await visit(browser, event.host_page)
    await expect(host.page.locator("#level")).to_have_text("Seats free")

    await host.page.get_by_role("button", name="Deutsch").click()
    await expect(host.page.locator("#level")).to_have_text("Plätze frei")
    await host.page.reload()

    await expect(host.page.locator("#level")).to_have_text("Plätze frei")
    assert await host.page.evaluate("document.documentElement.lang") == "de"


async def test_the_start_page_leads_to_both_pages(browser: Browser, event: Event) -> None:
    start = await visit(browser, event.jobs[0].base_url)
    await start.page.get_by_role("button", name="Leave the guide").click()
    await start.look("start")

    attend_link = start.page.get_by_role("link", name="Attend as a new person")
    first = await attend_link.get_attribute("href")
    async with start.page.context.expect_page() as opened:
        await attend_link.click()

    attendee = await opened.value
    await expect(attendee.locator("#headline")).to_have_text("You are in")
    await expect(attend_link).not_to_have_attribute("href", str(first))
