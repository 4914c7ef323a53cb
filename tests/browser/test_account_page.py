"""What the owner of an account sees and does outside any room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.event import DEMO, ROOM
from tests.browser.visitors import DESKTOP, PHONE, Eyes, visit

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page, Route

    from tests.browser.event import Event

ACCOUNT = f"/v1/accounts/{DEMO.account}"
_PRESS_AT_ONCE = """new MutationObserver((_, observer) => {
  const press = document.querySelector("#request button");
  if (!press) return;
  observer.disconnect();
  press.click();
  press.parentElement.dataset.pressed = "";
}).observe(document, { childList: true, subtree: true })"""


@pytest.mark.parametrize("eyes", [Eyes("en", DESKTOP), Eyes("de", PHONE, dark=True)], ids=str)
async def test_the_owner_buys_a_larger_plan_and_reads_the_invoice(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    code = {"promo_codes": [{"code": "SPRING", "percent_off": 10}]}
    await event.call("PATCH", ACCOUNT, code)
    await event.call("PATCH", ROOM, {"seats": 2})
    owner = await visit(browser, event.account_page, eyes)
    page = owner.page
    await expect(page.locator("#plan-name")).to_have_text("Small")
    held = {
        "en": "“Spring launch, live” is held to 2 of 3 seats.",
        "de": "„Spring launch, live“ ist auf 2 von 3 Plätzen begrenzt.",
    }[eyes.language]
    await expect(page.locator("#limited-rooms li")).to_have_text([held])
    await expect(page.locator("#live-rows li")).to_have_count(1)
    await expect(page.locator("#live-rows a")).to_have_attribute("href", event.host_page)
    own, listed = {
        "en": ("€40.50 for 30 days", "List price: €45.00"),
        "de": ("40,50 € für 30 Tage", "Listenpreis: 45,00 €"),
    }[eyes.language]
    medium = page.locator("#plan-rows li").filter(has_text="Medium").locator(".price")
    await expect(medium).to_contain_text(own)
    await expect(medium).to_contain_text(listed)
    await owner.look("account")

    await page.locator("#plan-rows li").filter(has_text="Medium").get_by_role("button").click()
    await expect(page.get_by_role("dialog").locator("tfoot td")).to_have_text(
        {"en": "€12.60", "de": "12,60 €"}[eyes.language]
    )
    await expect(page.get_by_role("dialog").locator(".trouble")).to_contain_text(held)
    await owner.look("account-quote")
    await page.get_by_role("dialog").locator(".button.main").click()
    await expect(page.get_by_role("dialog").get_by_role("link")).to_be_visible()  # the invoice
    await page.get_by_role("dialog").locator(".button.main").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.locator("#plan-name")).to_have_text("Medium")
    await owner.look("account-bought")

    spent, change = {
        "en": ("So far in this period: €12.60, on 1 invoice", "Change to Medium"),
        "de": ("In diesem Zeitraum bisher 12,60 € auf 1 Rechnung", "Wechsel zu Medium"),
    }[eyes.language]
    await expect(page.locator("#period-spent")).to_have_text(spent)
    await expect(page.locator("#invoice-rows li")).to_contain_text(change)
    await page.locator("#invoice-rows a").click()
    await expect(page.locator("tfoot td")).to_have_text(
        {"en": "€12.60", "de": "12,60\N{NO-BREAK SPACE}€"}[eyes.language]
    )
    await owner.look("invoice")
    assert "token" not in page.url
    await page.go_back()
    await expect(page.locator("#plan-name")).to_have_text("Medium")


async def test_a_smaller_plan_is_asked_for_answered_and_withdrawn(
    browser: Browser, event: Event
) -> None:
    await event.upgrade("large")
    await event.call("PATCH", ACCOUNT, {"promo_codes": [{"code": "SPRING", "percent_off": 10}]})
    owner = await visit(browser, event.account_page, Eyes("de", PHONE))
    page = owner.page
    row = page.locator("#plan-rows li").filter(has_text="Medium")
    await row.get_by_role("button").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Fewer people in summer.")
    await owner.look("account-downgrade")
    await page.get_by_role("dialog").locator(".button.main").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.locator("#request")).to_contain_text("Medium")
    await owner.look("account-asked")

    (request,) = (await event.call("GET", f"{ACCOUNT}/downgrade-requests"))["downgrade_requests"]
    assert request["note"] == "Fewer people in summer."
    await event.call("POST", f"{ACCOUNT}/downgrade-requests/{request['id']}/approve")
    await page.add_init_script(_PRESS_AT_ONCE)  # it takes no press before it has stood still
    await page.reload()
    await expect(page.locator("#request")).to_have_attribute("data-pressed", "")
    await expect(page.locator("#period-next")).to_contain_text("Medium")
    await expect(page.locator("#period-next")).to_contain_text("66,00 €")  # without the code
    await expect(row).to_contain_text("Beginnt am")
    await owner.look("account-scheduled")

    await page.locator("#request").get_by_role("button").click()
    await expect(page.locator("#request")).to_be_hidden()
    await expect(page.locator("#period-next")).not_to_contain_text("Medium")
    account = await event.call("GET", ACCOUNT)
    assert account["scheduled_change"] is None


async def test_what_others_change_shows_by_itself(browser: Browser, event: Event) -> None:
    """The platform, another owner or a host: with no reload and no look away."""
    owner = await visit(browser, event.account_page)
    page = owner.page
    await page.route(f"**{ACCOUNT}", _with_an_address)
    await expect(page.locator("#plan-name")).to_have_text("Small")

    await event.upgrade("medium")
    await expect(page.locator("#plan-name")).to_have_text("Medium")
    await expect(page.locator("#live-rows li")).to_contain_text("0 of 6 seats taken")
    await expect(page.locator("#plans-words a")).to_have_attribute("href", SUCCESS)
    await event.call("PUT", f"/v1/accounts/{DEMO.account}/rooms/annex", {"title": "Annex"})
    await event.call("PATCH", ROOM, {"seats": 1})

    await expect(page.locator("#live-rows li")).to_have_count(2)
    await expect(
        page.locator("#live-rows li").filter(has_text="Annex").locator("a")
    ).to_have_count(0)
    await owner.look("account-others")


SUCCESS = "mailto:success@example.com"


async def _with_an_address(route: Route) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, json=await answer.json() | {"customer_success": SUCCESS})


async def test_an_answer_lost_on_the_way_is_one_purchase_after_a_reload_too(
    browser: Browser, event: Event
) -> None:
    owner = await visit(browser, f"{event.account_page}?plan=medium")
    page = owner.page
    again = page.get_by_role("dialog").get_by_role("button", name="Try again")

    await expect(_pay(page)).to_be_visible()
    await page.context.set_offline(True)
    await _pay(page).click()
    await expect(page.get_by_role("alert")).to_contain_text("you never pay twice")
    await page.context.set_offline(False)
    assert await invoices(event) == 0

    await page.route("**/upgrades", _do_it_and_say_nothing)
    await again.click()
    await expect(again).to_be_visible()
    await page.unroute("**/upgrades")
    assert await invoices(event) == 1

    await page.reload()
    await expect(page.get_by_role("dialog")).to_contain_text("we do not know yet what came of it")
    await owner.look("answer-lost")
    await again.click()
    await expect(page.locator("#news")).to_have_text(
        "Medium is on: 6 seats in each of your events."
    )
    assert await invoices(event) == 1

    await page.reload()
    await expect(page.locator("#plan-name")).to_have_text("Medium")
    await expect(page.locator("#news")).to_be_hidden()
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_of_two_tabs_one_buys_and_the_other_hears_of_it(
    browser: Browser, event: Event
) -> None:
    first = await visit(browser, f"{event.account_page}?plan=medium")
    second = await first.page.context.new_page()
    await second.goto(f"{event.account_page}?plan=medium")
    for page in (first.page, second):
        await expect(_pay(page)).to_be_visible()

    await _pay(first.page).click()
    await expect(first.page.locator("#plan-name")).to_have_text("Medium")
    await _pay(second).click()

    dialog = second.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_contain_text("already has this plan")
    await dialog.get_by_role("button", name="Close").click()
    await expect(second.locator("#plan-name")).to_have_text("Medium")
    assert "plan=" not in second.url
    assert await invoices(event) == 1


async def test_an_account_that_owes_a_renewal_sees_what_is_open_and_settles_it(
    browser: Browser, event: Event
) -> None:
    await event.upgrade("medium")
    owner = await visit(browser, event.host_page, Eyes("de", PHONE))
    page = owner.page
    collected: list[str] = []
    await page.route(f"**{ACCOUNT}", _owing)
    await page.route(f"**{ACCOUNT}/invoices?*", _open)
    page.on("request", lambda sent: collected.append(sent.url) if "collect" in sent.url else None)

    await page.goto(event.account_page)
    news = page.locator("#news")
    await expect(news.get_by_role("link")).to_have_text("Rechnung acme-0001")
    await owner.look("past-due")
    await news.get_by_role("button", name="Zahlung erneut versuchen").click()
    await expect(news).to_contain_text("Wir versuchen, den Betrag einzuziehen.")
    assert len(collected) == 1

    await page.unroute_all(behavior="wait")
    await expect(news).to_be_hidden()


async def _owing(route: Route) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, json=await answer.json() | {"payment_status": "past_due"})


async def _open(route: Route) -> None:
    answer = await route.fetch()
    listed = await answer.json()
    rows = [row | {"past_due": True} for row in listed["invoices"]]
    await route.fulfill(response=answer, json=listed | {"invoices": rows})


async def test_whoever_may_not_buy_sees_nothing_of_the_account(
    browser: Browser, event: Event
) -> None:
    visitor = await visit(browser, event.host_page)
    page = visitor.page
    await page.route("**/demo/token", _as_presenter)
    await page.goto(event.account_page)
    await expect(page.locator("#news")).to_contain_text("You may not buy for this account.")
    await expect(page.locator("#loaded")).to_be_hidden()
    await visitor.look("may-not-buy")

    await page.goto(f"{event.account_page}/invoice?id=1")
    await expect(page.get_by_role("alert")).to_contain_text("You may not buy for this account.")


def _pay(page: Page) -> Locator:
    return page.get_by_role("dialog").get_by_role("button", name="Buy on account for €14.00")


async def invoices(event: Event) -> int:
    return len((await event.call("GET", f"{ACCOUNT}/invoices"))["invoices"])


async def _do_it_and_say_nothing(route: Route) -> None:
    await route.fetch()
    await route.abort()


async def _as_presenter(route: Route) -> None:
    asked = json.loads(route.request.post_data or "{}")
    await route.continue_(post_data=json.dumps(asked | {"role": "presenter"}))
