"""A purchase is answered when it is on disk, wherever the store can tell."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import Unavailable
from fullhouse.domain.payments import Failed, Prepared
from fullhouse.domain.purchases import after_payment
from fullhouse.store import durability
from fullhouse.store.connect import check_store
from fullhouse.store.durability import Durability, durability_of
from fullhouse.store.purchase_store import PurchaseStore
from tests.servers import find_store, required, running_store, short_directory
from tests.shop import Shop
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.servers import StoreName


@pytest.fixture
def own_store(store: StoreName) -> Iterator[str]:
    """A store that this test may configure."""
    program = required(find_store(store), f"{store}-server")
    with (
        short_directory() as directory,
        running_store(program, directory) as url,
    ):
        yield url


@pytest.fixture
async def own(own_store: str) -> AsyncIterator[Redis]:
    async with patient_store(own_store) as client:
        yield client


async def writes(redis: Redis, appendfsync: str) -> None:
    """Keep an append-only file, and write it through that often."""
    await redis.config_set("appendfsync", appendfsync)
    await redis.config_set("appendonly", "yes")


async def knows_waitaof(redis: Redis) -> bool:
    facts = await check_store(redis)
    return facts.product == "Valkey" or facts.version >= (7, 2)


async def test_without_an_append_only_file_money_is_at_risk(own: Redis) -> None:
    assert await durability_of(own) is Durability.AT_RISK


async def test_a_file_that_nobody_writes_through_is_a_risk_and_not_a_wait(own: Redis) -> None:
    """WAITAOF would answer 0 for ever: every purchase would be charged, and none answered."""
    await writes(own, "no")

    assert await durability_of(own) is Durability.AT_RISK


async def test_a_file_written_each_second_is_waited_for_where_the_store_can_tell(
    own: Redis,
) -> None:
    await writes(own, "everysec")

    expected = Durability.WAITS if await knows_waitaof(own) else Durability.AT_RISK
    assert await durability_of(own) is expected


async def test_a_file_written_always_is_as_good_where_the_store_cannot_tell(own: Redis) -> None:
    await writes(own, "always")

    expected = Durability.WAITS if await knows_waitaof(own) else Durability.ALWAYS
    assert await durability_of(own) is expected


async def test_a_store_that_hides_its_configuration_is_judged_by_what_it_knows(
    own: Redis, own_store: str
) -> None:
    await writes(own, "everysec")
    await own.acl_setuser(
        "hosted", enabled=True, nopass=True, categories=["+@all"], commands=["-config"]
    )
    hosted_url = own_store.replace("unix://", "unix://hosted:any@")

    expected = Durability.WAITS if await knows_waitaof(own) else Durability.AT_RISK
    async with patient_store(hosted_url) as hosted:
        assert await durability_of(hosted) is expected


@pytest.fixture
async def shop(own: Redis, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """On a disk that is not written through until the test says so."""
    if not await knows_waitaof(own):
        pytest.skip("this store knows no WAITAOF")
    await writes(own, "no")
    monkeypatch.setattr(durability, "WAIT_MS", 20)
    shop = Shop(own, clock)
    shop.purchases = PurchaseStore(own, waits_for_disk=True, instant=clock.now_ms)
    await shop.open(rooms=1)
    return shop


async def test_a_purchase_is_answered_when_it_is_on_disk(
    shop: Shop, own: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durability, "WAITS", 1000)

    buying = asyncio.create_task(shop.buy(shop.purchase()))
    await wait_until(shop.ledger)
    answered_before = buying.done()
    await own.config_set("appendfsync", "everysec")

    assert not answered_before
    applied = await buying
    assert applied is not None
    assert applied.status == "applied"
    assert len(await shop.ledger()) == 1


async def test_no_money_moves_before_its_reference_is_on_disk(
    shop: Shop, own: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durability, "WAITS", 1000)
    begun = (await shop.begin(shop.purchase())).purchase

    naming = asyncio.create_task(
        shop.purchases.advance_purchase(after_payment(begun, Prepared("pi_1")))
    )
    await wait_until(lambda: named(shop))
    answered_before = naming.done()
    await own.config_set("appendfsync", "everysec")

    assert not answered_before
    assert (await naming).reference == "pi_1"


async def named(shop: Shop) -> bool:
    purchase = await shop.purchases.find_purchase("acme", "u1")
    return purchase is not None and purchase.reference is not None


async def test_a_step_that_somebody_else_took_is_answered_when_theirs_is_on_disk(
    shop: Shop, own: Redis
) -> None:
    paid = await shop.pay(shop.purchase())
    for _ in range(2):  # the second time it is applied already
        with pytest.raises(Unavailable, match="not written this to disk"):
            await shop.apply(paid)
    late = after_payment(paid, Failed("too late"))
    with pytest.raises(Unavailable, match="not written this to disk"):
        await shop.purchases.advance_purchase(late)


async def test_where_the_disk_is_slow_the_buyer_asks_again_and_is_charged_once(
    shop: Shop, own: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable, match="not written this to disk"):
        await shop.buy(shop.purchase())
    with pytest.raises(Unavailable):
        await shop.purchases.recall_order("acme", "k1")
    await own.config_set("appendfsync", "everysec")
    monkeypatch.setattr(durability, "WAITS", 1000)

    again = await shop.purchases.recall_order("acme", "k1")
    assert again is not None
    assert again.purchase.status == "applied"
    assert len(await shop.ledger()) == 1


async def test_a_lost_connection_is_not_taken_for_a_written_disk(
    shop: Shop, own: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a new connection WAITAOF has nothing to wait for and answers at once."""
    monkeypatch.setattr(durability, "WAITS", 1000)

    buying = asyncio.create_task(shop.buy(shop.purchase()))
    await wait_until(shop.ledger)
    await own.client_kill_filter(_type="normal", skipme=True)

    with pytest.raises(Unavailable):
        await buying
    assert len(await shop.ledger()) == 1


async def test_a_key_that_began_nothing_waits_for_nothing(shop: Shop) -> None:
    assert await shop.purchases.recall_order("acme", "k1") is None
