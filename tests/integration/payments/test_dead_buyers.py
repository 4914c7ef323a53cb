"""A process that dies at any step of a purchase: charged and applied once, or not charged."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.domain.accounts import NewAccount, PaymentRef
from fullhouse.domain.purchases import PATIENCE
from fullhouse.store.script_source import source_of
from fullhouse.store.scripts import Scripts
from tests.accounts import codes
from tests.cashiers import Cashier, cashier_on
from tests.event_room import REF, RULES, EventRoom
from tests.integration.payments.buyers import KILLED, Buyers, Errand, running_buyers
from tests.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis.asyncio import Redis

    from fullhouse.payments.stripe_gateway import StripeGateway
    from tests.fakes import FakeClock
    from tests.stripes import Till

STEPS = 15  # one more than a purchase by card has
PATIENCE_MS = int(PATIENCE.total_seconds() * 1000)


@pytest.fixture(scope="module")
def buyers() -> Iterator[Buyers]:
    with running_buyers() as buyers:
        yield buyers


class Street:
    """`acme` with a live room and a quote, and a node that lives.

    Attributes:
        till: The books of the gateway; None where upgrades are sold on account.
        is_small: The upgrade costs less than the gateway takes.
    """

    def __init__(
        self, shop: Shop, cashier: Cashier, till: Till | None, *, is_small: bool = False
    ) -> None:
        self.is_small = is_small
        self.shop = shop
        self.cashier = cashier
        self.till = till
        self.quote = ""
        self._event_room = EventRoom(shop.redis, shop.clock)

    async def open(self) -> None:
        loads = self.shop.redis.pipeline(transaction=False)
        for script in fields(Scripts):  # loading one in the middle would be a step of its own
            loads.script_load(source_of(script.name))
        await loads.execute()
        await self.cashier.accounts.put("acme", self._account())
        await self._event_room.rooms.open_room(REF, "Hall", RULES)
        self.quote = (await self.cashier.quotes.quote("acme", "large")).id

    def _account(self) -> NewAccount:
        payer = PaymentRef(method=self.till.card()) if self.till else None
        today = self.shop.clock.now().date()
        if not self.is_small:
            return NewAccount("small", "month", today, "UTC", payment=payer)
        # 99 percent off, and 27 of 30 days left: 49 cents, and the gateway takes 50.
        begun = today - timedelta(days=3)
        return NewAccount("small", "month", begun, "UTC", promo_codes=codes(99), payment=payer)

    async def others_look_after_it(self, *, in_ms: int) -> str | None:
        """How the purchase has ended then; None if it never began."""
        self.shop.clock.advance(ms=in_ms)
        await self.cashier.purchases.look_after()
        assert not await self.shop.redis.exists(self.shop.keys.under_way)
        ids = cast("list[bytes]", await self.shop.redis.hkeys(self.shop.keys.purchases))
        if not ids:
            return None
        return (await self.cashier.upgrades.find("acme", ids[0].decode())).status

    async def the_buyer_asks_again(self) -> str:
        return (await self.cashier.upgrades.buy("acme", self.quote, idempotency_key="k1")).status

    async def charged_and_seats(self) -> Outcome:
        """What the gateway took, what the ledger says, and the seats of the live room."""
        entries = [entry.amount.amount for entry in await self.shop.ledger()]
        taken = self.till.taken() if self.till else entries
        return taken, entries, (await self._event_room.state()).capacity

    async def carried(self) -> list[int]:
        """What the account owes with its next renewal."""
        account = await self.cashier.accounts.current("acme")
        return [each.amount.amount for each in account.carried]


Outcome = tuple[list[int], list[int], int]
NOTHING: Outcome = ([], [], 100)
ONCE: Outcome = ([5400], [5400], 250)


CARRIED: Outcome = ([], [49], 250)


@pytest.fixture(params=["invoice", "stripe"])
def way(request: pytest.FixtureRequest) -> str:
    """How upgrades are paid."""
    way: str = request.param
    return way


@pytest.fixture
async def street(way: str, shop: Shop, till: Till, gateway: StripeGateway) -> Street:
    by_card = way != "invoice"
    cashier = cashier_on(shop.redis, shop.clock, "other", gateway if by_card else None)
    street = Street(shop, cashier, till if by_card else None, is_small=way == "small")
    await street.open()
    return street


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


@pytest.fixture
def dies(street: Street, buyers: Buyers, redis_url: str) -> Callable[[int], bool]:
    """Lets a buyer die after so many steps; says whether it came to that."""

    def dies(after: int) -> bool:
        errand = Errand(
            redis_url=redis_url,
            stripe_url=street.till.base_url if street.till else None,
            quote=street.quote,
            now_ms=street.shop.clock.now_ms(),
            dies_after=after,
        )
        ended = buyers.send(errand)
        assert ended in {0, KILLED}
        return ended == KILLED

    return dies


@pytest.mark.parametrize("after", range(1, STEPS))
async def test_whoever_takes_it_on_charges_once_or_not_at_all(
    street: Street, dies: Callable[[int], bool], after: int
) -> None:
    dies(after)

    status = await street.others_look_after_it(in_ms=3_000)

    assert status in {None, "applied"}
    assert await street.charged_and_seats() == (ONCE if status else NOTHING)
    assert await street.the_buyer_asks_again() == "applied"
    assert await street.charged_and_seats() == ONCE


@pytest.mark.parametrize("way", ["stripe"], indirect=True)
@pytest.mark.parametrize("after", range(1, STEPS))
async def test_who_comes_back_after_the_payers_time_is_charged_for_seats_or_not_at_all(
    street: Street, dies: Callable[[int], bool], after: int
) -> None:
    dies(after)

    status = await street.others_look_after_it(in_ms=PATIENCE_MS)

    assert status in {None, "applied", "failed"}
    assert await street.charged_and_seats() == (ONCE if status == "applied" else NOTHING)


@pytest.mark.parametrize("way", ["small"], indirect=True)
@pytest.mark.parametrize("after", range(1, STEPS))
async def test_a_small_charge_is_carried_over_once_or_not_at_all(
    street: Street, dies: Callable[[int], bool], after: int
) -> None:
    dies(after)

    status = await street.others_look_after_it(in_ms=3_000)

    assert status in {None, "applied"}
    assert await street.charged_and_seats() == (CARRIED if status else NOTHING)
    assert await street.carried() == ([49] if status else [])
    assert await street.the_buyer_asks_again() == "applied"
    assert await street.charged_and_seats() == CARRIED
    assert await street.carried() == [49]


async def test_these_were_all_the_steps(street: Street, dies: Callable[[int], bool]) -> None:
    """Who lives where they were to die has had no such step: every one before was tried."""
    assert not dies(STEPS)
    assert await street.charged_and_seats() == ONCE
