"""save_quote: a person and an account have so many open quotes, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fullhouse.domain.account_limits import AccountLimits
from fullhouse.domain.errors import RateLimited
from fullhouse.store.account_store import AccountStore
from tests.shop import Shop

VALID_S, REMEMBERED_S = 600, 86_400


@pytest.fixture
def quotes(shop: Shop) -> AccountStore:
    """At most two open quotes for a person, and four for the account."""
    limits = AccountLimits(person_quotes=2, account_quotes=4)
    return AccountStore(shop.redis, waits_for_disk=False, instant=shop.clock.now_ms, limits=limits)


async def ask(quotes: AccountStore, shop: Shop, id_: str, *, by: str | None) -> None:
    quote = replace(shop.quote(), id=id_)
    await quotes.save_quote(quote, asked_by=by, valid_s=VALID_S, remembered_s=REMEMBERED_S)


async def test_a_person_with_too_many_open_quotes_waits_for_one_to_end(
    quotes: AccountStore, shop: Shop
) -> None:
    await ask(quotes, shop, "q1", by="eve")
    shop.clock.advance(ms=100_000)
    await ask(quotes, shop, "q2", by="eve")

    with pytest.raises(RateLimited) as refusal:
        await ask(quotes, shop, "q3", by="eve")
    await ask(quotes, shop, "q4", by="ada")  # another person is not held up

    assert (refusal.value.limit, refusal.value.retry_after_s) == ("person_quotes", 500)
    assert await quotes.find_quote("acme", "q3") is None
    assert await quotes.find_quote("acme", "q4") is not None


async def test_an_ended_quote_makes_room_for_the_next(quotes: AccountStore, shop: Shop) -> None:
    await ask(quotes, shop, "q1", by="eve")
    await ask(quotes, shop, "q2", by="eve")

    shop.clock.advance(ms=VALID_S * 1000)
    await ask(quotes, shop, "q3", by="eve")

    assert await quotes.find_quote("acme", "q3") is not None


async def test_the_limit_of_the_account_counts_everybody_and_the_platform(
    quotes: AccountStore, shop: Shop
) -> None:
    for id_, by in [("q1", "eve"), ("q2", "ada"), ("q3", None), ("q4", None)]:
        await ask(quotes, shop, id_, by=by)

    for by in ("bob", None):
        with pytest.raises(RateLimited) as refusal:
            await ask(quotes, shop, "q5", by=by)
        assert refusal.value.limit == "account_quotes"


async def test_a_repeated_call_counts_once(quotes: AccountStore, shop: Shop) -> None:
    for _ in range(5):
        await ask(quotes, shop, "q1", by="eve")
    await ask(quotes, shop, "q2", by="eve")

    await ask(quotes, shop, "q2", by="eve")  # the answer was lost, and no further one is allowed


async def test_an_account_with_many_quotes_keeps_further_ones_no_longer_than_they_hold(
    quotes: AccountStore, shop: Shop
) -> None:
    """Otherwise a quote every few seconds would fill the store for a day."""
    for number in range(4):
        await ask(quotes, shop, f"old-{number}", by=None)
    shop.clock.advance(ms=VALID_S * 1000)

    await ask(quotes, shop, "q1", by="ada")

    lives_s = await shop.redis.ttl(shop.keys.quote("q1"))
    remembered_s = await shop.redis.ttl(shop.keys.quote("old-0"))
    assert VALID_S - 60 < lives_s <= VALID_S
    assert remembered_s > REMEMBERED_S - 60


async def test_nothing_is_left_of_quotes_that_have_expired(
    quotes: AccountStore, shop: Shop
) -> None:
    await ask(quotes, shop, "q1", by="eve")

    for key in (shop.keys.open_quotes, shop.keys.quotes_of("eve"), shop.keys.kept_quotes):
        assert 0 < await shop.redis.ttl(key) <= VALID_S + REMEMBERED_S


async def test_without_limits_a_person_may_ask_as_often_as_they_like(shop: Shop) -> None:
    for number in range(30):
        await ask(shop.store, shop, f"q{number}", by="eve")
