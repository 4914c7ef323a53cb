"""put_account: a new account is kept; one that exists stays as it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.accounts import Due, PaymentRef
from fullhouse.domain.money import Money
from fullhouse.service.accounts import AccountService
from fullhouse.store.account_store import AccountStore
from fullhouse.store.keys import DEFAULT_KEYS
from tests.accounts import CATALOGUE, a_downgrade, an_account, codes
from tests.shop import ACCOUNT, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


async def test_an_account_is_read_as_it_was_put(shop: Shop) -> None:
    account = an_account(
        promo_codes=codes(15, 33),
        payment=PaymentRef("cus_1", None),
        downgrades=(a_downgrade("done"), a_downgrade()),
        dues=(Due("r1", Money(6500, "EUR"), NOW, NOW, 2, "pay-1"),),
        time_zone="Europe/Berlin",
    )

    assert await shop.store.put_account(account) == (account, True)
    assert await shop.store.find_account("acme") == account


async def test_an_account_of_an_earlier_version_is_read_and_completed(
    shop: Shop, clock: FakeClock
) -> None:
    """A document of version 0.1: it has no prices."""
    document = (
        '{"id":"acme","plan":"small","seats":100,"presenters":5,"billing_period":"month",'
        '"period_start":"2026-03-01","time_zone":"UTC","parallel_events":0,"promo_codes":[],'
        '"payment":null,"first_request":"first","payment_status":"ok","downgrades":[],"dues":[],'
        '"version":1}'
    )
    await shop.redis.hset(shop.keys.record, mapping={"doc": document, "version": 1})
    accounts = AccountService(shop.store, CATALOGUE, clock)

    before = await shop.store.find_account("acme")
    assert before
    await accounts.completed(before)

    assert before == an_account(bought=None)
    assert await shop.store.find_account("acme") == an_account()


async def test_the_currency_that_accounts_were_checked_against_is_kept(shop: Shop) -> None:
    assert await shop.store.checked_currency() is None

    await shop.store.note_checked("EUR")

    assert await shop.store.checked_currency() == "EUR"


async def test_the_store_tells_its_own_time(redis: Redis) -> None:
    store = AccountStore(redis, waits_for_disk=False)
    before, _ = await redis.time()

    told = await store.time_ms()

    after, _ = await redis.time()
    assert int(before) * 1000 <= told < (int(after) + 1) * 1000


async def test_an_account_that_exists_stays_as_it_is(shop: Shop) -> None:
    other = an_account(first_request="another", seats=7)
    await shop.store.put_account(ACCOUNT)

    assert await shop.store.put_account(other) == (ACCOUNT, False)
    assert await shop.store.find_account("acme") == ACCOUNT


async def test_of_many_first_requests_at_once_one_opens_the_account(shop: Shop) -> None:
    requests = [replace(ACCOUNT, first_request=f"request-{n}") for n in range(20)]

    answers = await asyncio.gather(*map(shop.store.put_account, requests))

    kept = await shop.store.find_account("acme")
    assert [account for account, is_new in answers if is_new] == [kept]
    assert {account.first_request for account, _ in answers} == {kept and kept.first_request}


async def test_the_numbers_that_scripts_need_stand_beside_the_document(shop: Shop) -> None:
    await shop.store.put_account(ACCOUNT)

    record = await shop.redis.hgetall(shop.keys.record)

    del record[b"doc"]
    assert record == {
        b"version": b"1",
        b"plan": b"small",
        b"seats": b"100",
        b"presenters": b"5",
        b"parallel_events": b"2",
    }


async def test_an_account_stands_in_the_index_of_names(shop: Shop) -> None:
    await shop.store.put_account(ACCOUNT)

    assert await shop.redis.smembers(DEFAULT_KEYS.index_of("acme")) == {b"acme"}


async def test_an_account_that_was_never_put_is_not_found(shop: Shop) -> None:
    assert await shop.store.find_account("acme") is None
