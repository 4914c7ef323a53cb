"""advance_purchase: each step of a purchase is kept once, whoever takes it."""

from __future__ import annotations

import asyncio

from fullhouse.domain.payments import Failed, Paid, Pending, Prepared
from fullhouse.domain.purchases import after_payment, refunded, refunding
from tests.shop import Shop


async def test_a_step_is_kept_with_all_that_it_says(shop: Shop) -> None:
    purchase = (await shop.begin(shop.purchase())).purchase
    for result in (Prepared("pi_1"), Pending("pi_1", "secret"), Paid("pi_1")):
        purchase = after_payment(purchase, result)

        stands = await shop.purchases.advance_purchase(purchase)

        assert stands == purchase
        assert await shop.purchases.find_purchase("acme", "u1") == purchase


async def test_of_two_steps_made_from_the_same_one_the_first_is_kept(shop: Shop) -> None:
    begun = (await shop.begin(shop.purchase())).purchase
    first, second = after_payment(begun, Prepared("pi_1")), after_payment(begun, Prepared("pi_2"))

    await shop.purchases.advance_purchase(first)

    assert await shop.purchases.advance_purchase(second) == first
    assert await shop.purchases.find_purchase("acme", "u1") == first


async def test_of_ten_nodes_that_name_the_payment_at_once_all_see_the_same_name(
    shop: Shop,
) -> None:
    begun = (await shop.begin(shop.purchase())).purchase

    stands = await asyncio.gather(
        *(
            shop.purchases.advance_purchase(after_payment(begun, Prepared(f"pi_{n}")))
            for n in range(10)
        )
    )

    assert len({purchase.reference for purchase in stands}) == 1


async def test_a_step_twice_is_one_step(shop: Shop) -> None:
    prepared = after_payment((await shop.begin(shop.purchase())).purchase, Prepared("pi_1"))
    await shop.purchases.advance_purchase(prepared)
    before = await shop.contents()

    await shop.purchases.advance_purchase(prepared)

    assert await shop.contents() == before


async def test_what_is_settled_stays_settled(shop: Shop) -> None:
    begun = (await shop.begin(shop.purchase())).purchase
    failed = await shop.purchases.advance_purchase(after_payment(begun, Failed("declined")))

    late = await shop.purchases.advance_purchase(after_payment(begun, Paid()))

    assert late == failed
    assert not await shop.redis.exists(shop.keys.under_way)


async def test_money_that_goes_back_keeps_the_account_busy_until_it_is_back(shop: Shop) -> None:
    paid = await shop.pay(shop.purchase())

    going = await shop.purchases.advance_purchase(refunding(paid))
    busy = await shop.redis.exists(shop.keys.under_way)
    await shop.purchases.advance_purchase(refunded(going))

    assert busy
    assert not await shop.redis.exists(shop.keys.under_way)
    assert await shop.ledger() == []


async def test_an_old_step_does_not_touch_the_next_purchase(shop: Shop) -> None:
    begun = (await shop.begin(shop.purchase("u1"), "k1")).purchase
    await shop.purchases.advance_purchase(after_payment(begun, Failed("declined")))
    second = (await shop.begin(shop.purchase("u2"), "k2")).purchase

    await shop.purchases.advance_purchase(after_payment(begun, Paid()))

    assert await shop.purchases.find_purchase("acme", "u2") == second
