"""Buying by card in a real browser, against localstripe: paid, declined, confirmed, called off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests import stripes
from tests.browser.event import DEMO, ROOM, Event
from tests.browser.visitors import PHONE, Eyes, visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

    from tests.stripes import Till

ACCOUNT = f"/v1/accounts/{DEMO.account}"
EventWith = Callable[..., AbstractAsyncContextManager[Event]]
Shop = Callable[[str], AbstractAsyncContextManager[Event]]

# What a platform that charges cards serves in place of the demo's module. Its bank is the test.
PAYER = "export const confirmPayment = (secret) => window.confirmAtTheBank(secret);"


@pytest.fixture
def shop(event_with: EventWith, till: Till) -> Shop:
    """The event, where cards are charged; takes the payment method on file."""

    @asynccontextmanager
    async def open_(method: str) -> AsyncIterator[Event]:
        async with event_with(
            payments="stripe",
            stripe_key=stripes.KEY,
            stripe_webhook_secret=stripes.WEBHOOK_SECRET,
            stripe_api_base=till.base_url,
        ) as event:
            await pays_with(event, method)
            yield event

    return open_


async def pays_with(event: Event, method: str) -> None:
    await event.call("PATCH", ACCOUNT, {"payment": {"method": method}})


async def plan_of(event: Event) -> str:
    plan: str = (await event.call("GET", ROOM))["plan"]
    return plan


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def act(page: Page, name: str) -> Locator:
    return dialog(page).get_by_role("button", name=name)


async def test_a_declined_card_charges_nothing_and_another_one_opens_the_seats(
    browser: Browser, shop: Shop, till: Till
) -> None:
    async with shop(till.card(stripes.DECLINED)) as event:
        await event.come(3, let_in=True)
        host = await visit(browser, event.host_page)
        await host.page.get_by_role("button", name="Choose Medium").click()
        await act(host.page, "Pay €14.00 now").click()

        alert = dialog(host.page).get_by_role("alert")
        await expect(alert).to_contain_text("Nothing was charged.")
        await expect(alert).to_contain_text("Your card was declined.")
        await expect(act(host.page, "Ask the account owner")).to_be_visible()
        await expect(dialog(host.page)).to_contain_text("Change the payment method")
        await host.look("declined")
        assert (till.taken(), await plan_of(event)) == ([], "small")

        await pays_with(event, till.card())
        await act(host.page, "Try again").click()
        await act(host.page, "Pay €14.00 now").dblclick()

        await expect(dialog(host.page).locator(".state")).to_have_text("6 seats now. ")
        await expect(dialog(host.page).locator(".told-outcome")).to_have_text("6 seats now.")
        await host.look("bought")
        await act(host.page, "Close").click()
        await expect(dialog(host.page)).to_be_hidden()
        await expect(host.page.locator("#arrivals-detail")).to_have_text(
            "Medium is on: 6 seats instead of 3."
        )
        await host.look("paid-by-card")
        assert (till.taken(), await plan_of(event)) == ([1400], "medium")


async def test_a_payment_to_be_confirmed_outlives_a_reload_and_is_called_off_or_confirmed(
    browser: Browser, shop: Shop, till: Till
) -> None:
    async with shop(till.card(stripes.WANTS_CONFIRMATION)) as event:
        owner = await visit(browser, f"{event.account_page}?plan=medium")
        page = owner.page
        async with page.expect_response("**/upgrades/*"):  # it looks again, and finds no news
            await act(page, "Pay €14.00 now").click()
            await expect(dialog(page)).to_contain_text("Please confirm it with your bank")
        await owner.look("pending-elsewhere")

        await page.reload()
        await expect(dialog(page)).to_contain_text("Please confirm it with your bank")
        await act(page, "Close").click()
        await expect(page.locator("#news")).to_contain_text("Your change to Medium is waiting")
        await owner.look("account-under-way")
        host = await page.context.new_page()
        await host.goto(event.host_page)
        await expect(dialog(host)).to_contain_text("Please confirm it with your bank")
        await host.close()

        await page.get_by_role("button", name="Choose Large").click()
        await expect(dialog(page)).to_contain_text("Change to Medium")

        await act(page, "Call it off").click()
        await expect(dialog(page)).to_contain_text("The purchase is called off.")
        await owner.look("called-off")
        await act(page, "Close").click()
        await expect(page.locator("#news")).to_be_hidden()

        await page.expose_function(
            "confirmAtTheBank", lambda secret: asyncio.to_thread(till.confirm, secret)
        )
        await page.route(
            "**/pages/payer.js",
            lambda route: route.fulfill(body=PAYER, content_type="text/javascript"),
        )
        await page.reload()
        await page.get_by_role("button", name="Choose Large").click()
        await act(page, "Pay €60.00 now").click()
        await expect(act(page, "Confirm the payment")).to_be_visible()
        await owner.look("pending-here")
        assert (till.taken(), await plan_of(event)) == ([], "small")

        await act(page, "Confirm the payment").click()
        await page.keyboard.press("Escape")  # nobody has to look on
        await expect(page.locator("#news")).to_contain_text("Large is on: 12 seats")
        await expect(page.locator("#plan-name")).to_have_text("Large")
        assert (till.taken(), await plan_of(event)) == ([6000], "large")


async def test_a_payment_begun_elsewhere_is_on_every_page_and_nothing_is_sold_over_it(
    browser: Browser, shop: Shop, till: Till
) -> None:
    async with shop(till.card(stripes.WANTS_CONFIRMATION)) as event:
        await event.come(3, let_in=True)
        buyer = await visit(browser, f"{event.account_page}?plan=medium")
        await act(buyer.page, "Pay €14.00 now").click()
        await expect(dialog(buyer.page)).to_contain_text("Please confirm it with your bank")

        host = await visit(browser, event.host_page, Eyes("de", PHONE))
        strip = host.page.locator("#pending")
        await expect(strip).to_contain_text("Ihren Wechsel zu Medium steht die Zahlung noch aus.")
        await expect(host.page.locator("#notice-detail")).to_contain_text("nichts anderes kaufen")
        for offer in ("#notice-buy", "#notice-offers button"):
            await expect(host.page.locator(offer)).to_be_hidden()
        await host.look("pending-host")
        await host.page.goto(f"{event.account_page}/invoice?id=1")
        await expect(strip.get_by_role("link")).to_be_visible()

        await strip.get_by_role("link").click()
        await expect(host.page.locator("#news")).to_contain_text("steht die Zahlung noch aus")
        await host.page.get_by_role("button", name="Large").click()
        await expect(dialog(host.page).get_by_role("heading")).to_have_text("Zu Medium wechseln")
        await act(host.page, "Kauf abbrechen").click()
        await expect(dialog(host.page)).to_contain_text("Der Kauf ist abgebrochen")
        assert till.taken() == []


async def test_the_end_of_a_payment_is_said_where_it_was_pending(
    browser: Browser, shop: Shop, till: Till
) -> None:
    async with shop(till.card(stripes.WANTS_CONFIRMATION)) as event:
        await event.come(3, let_in=True)
        host = await visit(browser, event.host_page)
        await host.page.locator("#notice-buy").click()
        await act(host.page, "Pay €14.00 now").click()
        await act(host.page, "Close").click()
        await expect(host.page.locator("#pending")).to_contain_text("is waiting for payment")

        (pending,) = (await event.call("GET", f"{ACCOUNT}/upgrades?status=pending"))["upgrades"]
        secret = pending["payment"]["client_secret"]
        assert await asyncio.to_thread(till.confirm, secret) == 200

        await expect(host.page.locator("#pending")).to_have_text("Medium is on.")
        await expect(host.page.locator("#of-capacity")).to_have_text("of 6 seats")


async def test_localstripe_asks_only_banks_that_refuse_so_a_payment_on_its_way_ends_as_failed(
    browser: Browser, shop: Shop, till: Till
) -> None:
    async with shop(till.debit()) as event:
        owner = await visit(browser, f"{event.account_page}?plan=medium", Eyes("de", PHONE))
        page = owner.page
        await act(page, "14,00 € jetzt zahlen").click()

        await expect(dialog(page)).to_contain_text("Ihre Zahlung ist unterwegs.")
        await owner.look("on-its-way")
        await expect(dialog(page).get_by_role("alert")).to_contain_text(
            "Es wurde nichts berechnet."
        )
        await owner.look("failed-later")
        assert (till.taken(), await plan_of(event)) == ([], "small")
