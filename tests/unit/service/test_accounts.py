"""Accounts over a store: opened once, changed without loss, always in their present period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.accounts import AccountChanges
from fullhouse.domain.errors import AlreadyExists, InvalidRequest, NotFound
from fullhouse.service.accounts import AccountService
from tests.accounts import REQUEST, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


async def test_the_first_request_opens_the_account(accounts: AccountService) -> None:
    account, is_new = await accounts.put("acme", REQUEST)

    assert is_new
    assert account == await accounts.current("acme")
    assert account == an_account(first_request=account.first_request)


async def test_the_same_first_request_again_finds_the_account_as_it_is_now(
    accounts: AccountService,
) -> None:
    await accounts.put("acme", REQUEST)
    changed = await accounts.patch("acme", AccountChanges(parallel_events=2))

    assert await accounts.put("acme", REQUEST) == (changed, False)


async def test_the_same_first_request_is_safe_long_after_its_period(
    accounts: AccountService, clock: FakeClock
) -> None:
    await accounts.put("acme", REQUEST)
    clock.advance(ms=365 * DAY_MS)

    account, is_new = await accounts.put("acme", REQUEST)

    assert not is_new
    assert account.period_start == date(2027, 2, 24)  # twelve periods of 30 days on


async def test_another_first_request_is_refused(accounts: AccountService) -> None:
    await accounts.put("acme", REQUEST)

    with pytest.raises(AlreadyExists, match="'acme' exists"):
        await accounts.put("acme", replace(REQUEST, plan="large"))


async def test_of_two_first_requests_at_once_the_later_is_refused(
    accounts: AccountService, account_store: FakeAccountStore
) -> None:
    account_store.rival = an_account(first_request="another")

    with pytest.raises(AlreadyExists):
        await accounts.put("acme", REQUEST)


async def test_of_two_equal_first_requests_at_once_one_opens_the_account(
    accounts: AccountService, account_store: FakeAccountStore
) -> None:
    opened, _ = await accounts.put("acme", REQUEST)
    del account_store.accounts["acme"]
    account_store.rival = opened

    assert await accounts.put("acme", REQUEST) == (opened, False)


async def test_a_plan_that_is_not_in_the_catalogue_is_refused(accounts: AccountService) -> None:
    with pytest.raises(InvalidRequest, match="plan: no plan 'giant'"):
        await accounts.put("acme", replace(REQUEST, plan="giant"))


async def test_a_plan_no_longer_sold_may_be_put(accounts: AccountService) -> None:
    account, _ = await accounts.put("acme", replace(REQUEST, plan="old"))

    assert (account.plan, account.seats) == ("old", 200)


async def test_a_period_that_ended_before_the_first_request_is_charged_at_once(
    accounts: AccountService, account_store: FakeAccountStore
) -> None:
    """The period named counts as paid; today lies in the next."""
    account, is_new = await accounts.put("acme", replace(REQUEST, period_start=date(2026, 1, 31)))

    assert is_new
    assert account.period_start == date(2026, 3, 2)
    assert [charge.id for charge in account_store.ledger] == ["renewal-2026-03-02"]


async def test_whoever_reads_an_account_first_renews_it_once(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    await accounts.put("acme", REQUEST)
    clock.advance(ms=10 * DAY_MS)

    first, again = await accounts.current("acme"), await accounts.current("acme")

    assert first == again
    assert first.period_start == date(2026, 3, 31)
    assert len(account_store.ledger) == 1


async def test_a_renewal_that_another_node_made_first_is_not_made_again(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    account, _ = await accounts.put("acme", REQUEST)
    clock.advance(ms=10 * DAY_MS)
    theirs = replace(account, period_start=date(2026, 3, 31), version=2)
    account_store.rival = theirs

    assert await accounts.current("acme") == theirs
    assert account_store.ledger == []


async def test_a_change_is_made_on_top_of_another_nodes_change(
    accounts: AccountService, account_store: FakeAccountStore
) -> None:
    account, _ = await accounts.put("acme", REQUEST)
    account_store.rival = replace(account, parallel_events=3, version=2)

    changed = await accounts.patch("acme", AccountChanges(promo_codes=()))

    assert (changed.parallel_events, changed.version) == (3, 3)
    assert account_store.accounts["acme"] == changed


async def test_a_change_first_renews_a_period_that_ended(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    """The renewal is charged for what the account had, not for what it is changed to."""
    await accounts.put("acme", REQUEST)
    clock.advance(ms=10 * DAY_MS)

    changed = await accounts.patch("acme", AccountChanges(parallel_events=3))

    assert changed.version == 3
    assert [charge.amount.amount for charge in account_store.ledger] == [6500]


async def test_a_change_that_changes_nothing_is_not_written(
    accounts: AccountService, account_store: FakeAccountStore
) -> None:
    account, _ = await accounts.put("acme", REQUEST)
    account_store.rival = account  # let in by the first write

    assert await accounts.change("acme", lambda account: account) == account
    assert account_store.rival is not None


async def test_an_unknown_account_is_not_found(accounts: AccountService) -> None:
    with pytest.raises(NotFound, match="There is no account 'acme'"):
        await accounts.current("acme")
    with pytest.raises(NotFound):
        await accounts.patch("acme", AccountChanges())
