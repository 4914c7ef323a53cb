"""What the account page knows by itself: which plans to show."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from fullhouse.domain.downgrades import check_downgrade
from fullhouse.domain.errors import CallerError
from fullhouse.domain.upgrades import is_upgrade
from tests.accounts import CATALOGUE, an_account
from tests.browser.lab import Lab, open_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from fullhouse.domain.accounts import Account
    from fullhouse.domain.plans import BillingPeriod, Plan, Prices

PERIODS: tuple[BillingPeriod, ...] = ("month", "year")


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    return await open_lab(browser)


def on_the_wire(plan: Plan) -> dict[str, Any]:
    """As `GET /v1/plans` tells of it, as far as the page looks."""
    return {
        "id": plan.id,
        "seats": plan.seats,
        "trial": plan.trial,
        "on_sale": plan.on_sale,
        "price": _prices(plan.price),
    }


def _prices(prices: Prices) -> dict[str, Any]:
    return {
        "month": {"amount": prices.month, "currency": "EUR"},
        "year": {"amount": prices.year, "currency": "EUR"},
    }


def way(account: Account, current: Plan, target: Plan) -> str | None:
    """What the server makes of `target`."""
    if is_upgrade(account, current=current, target=target):
        return "up"
    try:
        check_downgrade(account, current=current, target=target)
    except CallerError:
        return None
    return "down"


async def test_the_page_offers_what_the_server_takes_and_nothing_else(lab: Lab) -> None:
    for current, target, period in product(CATALOGUE.plans, CATALOGUE.plans, PERIODS):
        account = an_account(current, billing_period=period)
        shown = {"plan": current.id, "seats": current.seats, "billing_period": period}
        own = on_the_wire(current)
        told = await lab.call("planrows.js", "way", on_the_wire(target), shown, own)
        assert told == way(account, current, target), (current.id, target.id, period)
