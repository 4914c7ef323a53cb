"""Downgrade requests over a store: asked, answered, withdrawn, and kept with the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.accounts import ScheduledChange
from fullhouse.domain.downgrades import Answer
from fullhouse.domain.errors import (
    CallerError,
    InvalidRequest,
    NoDowngradeToTrial,
    NotADowngrade,
    NotFound,
    PlanNotOnSale,
)
from fullhouse.domain.pages import PageRequest
from fullhouse.service.accounts import AccountService
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from tests.accounts import CATALOGUE, LARGE, a_downgrade, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, id_source

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
END = date(2026, 3, 31)


@pytest.fixture
def downgrades(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> DowngradeService:
    """The account `acme` has the plan `large`; its period ends on 31 March."""
    account_store.accounts["acme"] = an_account(LARGE)
    return DowngradeService(accounts, CATALOGUE, new_id=id_source().__next__)


async def test_a_request_is_kept_with_the_account(
    downgrades: DowngradeService, account_store: FakeAccountStore
) -> None:
    request = await downgrades.request("acme", "small", "Fewer events in summer")

    assert (request.id, request.plan, request.status) == ("id-1", "small", "requested")
    assert (request.effective_on, request.contact_by) == (END, date(2026, 3, 24))
    assert request.note == "Fewer events in summer"
    assert account_store.accounts["acme"].downgrades == (request,)
    assert (await downgrades.page("acme", PageRequest())).rows == (request,)


async def test_the_day_of_the_request_is_that_of_the_account(
    downgrades: DowngradeService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    """At noon of the 24th in UTC it is the 25th already on Kiritimati: a day too late."""
    clock.advance(ms=3 * DAY_MS)
    in_time = await downgrades.request("acme", "small", "")
    account_store.accounts["acme"] = an_account(LARGE, time_zone="Pacific/Kiritimati")
    late = await downgrades.request("acme", "small", "")

    assert (in_time.warnings, late.warnings) == ((), ("late",))


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        ("trial", NoDowngradeToTrial),
        ("old", PlanNotOnSale),
        ("huge", NotADowngrade),
        ("giant", InvalidRequest),
    ],
)
async def test_what_is_no_downgrade_is_refused_and_not_kept(
    downgrades: DowngradeService,
    account_store: FakeAccountStore,
    plan: str,
    refusal: type[CallerError],
) -> None:
    with pytest.raises(refusal):
        await downgrades.request("acme", plan, "")

    assert account_store.accounts["acme"] == an_account(LARGE)


@pytest.mark.parametrize("answer", ["scheduled", "declined", "withdrawn"])
async def test_an_answer_is_kept_once_however_often_it_is_given(
    downgrades: DowngradeService, account_store: FakeAccountStore, answer: Answer
) -> None:
    request = await downgrades.request("acme", "small", "")

    first = await downgrades.answer("acme", request.id, answer)
    again = await downgrades.answer("acme", request.id, answer)

    assert first == again == replace(request, status=answer)
    assert account_store.accounts["acme"].version == 3


async def test_a_request_is_made_on_top_of_another_nodes_change(
    downgrades: DowngradeService, account_store: FakeAccountStore
) -> None:
    account_store.rival = an_account(LARGE, parallel_events=3, version=2)

    await downgrades.request("acme", "small", "")

    account = account_store.accounts["acme"]
    assert (account.parallel_events, account.version) == (3, 3)
    assert [request.id for request in account.downgrades] == ["id-1"]


async def test_an_approval_that_comes_after_a_withdrawal_is_refused(
    downgrades: DowngradeService, account_store: FakeAccountStore
) -> None:
    request = await downgrades.request("acme", "small", "")
    account = account_store.accounts["acme"]
    withdrawn = replace(request, status="withdrawn")
    account_store.rival = replace(account, downgrades=(withdrawn,), version=3)

    with pytest.raises(NotFound, match="open downgrade request"):
        await downgrades.answer("acme", request.id, "scheduled")
    assert account_store.accounts["acme"].scheduled_change is None


async def test_an_approved_request_takes_effect_with_the_next_period(
    downgrades: DowngradeService,
    accounts: AccountService,
    account_store: FakeAccountStore,
    clock: FakeClock,
) -> None:
    request = await downgrades.request("acme", "small", "")
    await downgrades.answer("acme", request.id, "scheduled")
    before = await accounts.current("acme")
    clock.advance(ms=10 * DAY_MS)
    after = await accounts.current("acme")

    assert (before.plan, before.scheduled_change) == ("large", ScheduledChange("small", END))
    assert (after.plan, after.scheduled_change) == ("small", None)
    assert [charge.amount.amount for charge in account_store.ledger] == [6500]
    with pytest.raises(NotFound, match="open downgrade request"):
        await downgrades.answer("acme", request.id, "withdrawn")


async def test_an_upgrade_cancels_the_downgrade_and_its_quote_says_so(
    downgrades: DowngradeService,
    quotes: QuoteService,
    upgrades: UpgradeService,
    accounts: AccountService,
) -> None:
    request = await downgrades.request("acme", "small", "")
    await downgrades.answer("acme", request.id, "scheduled")

    quote = await quotes.quote("acme", "huge")
    await upgrades.buy("acme", quote.id, idempotency_key="k1")

    assert quote.warnings == ("cancels_downgrade",)
    assert (await accounts.current("acme")).scheduled_change is None
    assert ((await downgrades.page("acme", PageRequest())).rows)[0].status == "withdrawn"


async def test_nothing_can_be_asked_of_an_account_that_is_not_there(
    downgrades: DowngradeService,
) -> None:
    with pytest.raises(NotFound, match="account 'nobody'"):
        await downgrades.request("nobody", "small", "")
    with pytest.raises(NotFound):
        await downgrades.answer("nobody", "d1", "scheduled")
    with pytest.raises(NotFound):
        await downgrades.page("nobody", PageRequest())
    with pytest.raises(NotFound, match="downgrade request 'd9'"):
        await downgrades.answer("acme", "d9", "scheduled")


async def test_requests_that_are_over_are_told_too(
    downgrades: DowngradeService, account_store: FakeAccountStore
) -> None:
    account_store.accounts["acme"] = an_account(LARGE, downgrades=(a_downgrade("done"),))
    await downgrades.request("acme", "small", "")

    assert [request.status for request in (await downgrades.page("acme", PageRequest())).rows] == [
        "done",
        "requested",
    ]


async def test_requests_come_in_pages_and_only_a_recent_one_is_a_cursor(
    downgrades: DowngradeService,
) -> None:
    ids = [(await downgrades.request("acme", "small", "")).id for _ in range(3)]

    first = await downgrades.page("acme", PageRequest(2))
    second = await downgrades.page("acme", PageRequest(2, first.next))

    assert [each.id for each in (*first.rows, *second.rows)] == ids
    assert second.next is None
    with pytest.raises(InvalidRequest, match="cursor"):
        await downgrades.page("acme", PageRequest(2, "forgotten"))
