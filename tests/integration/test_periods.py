"""From one period to the next on a real store, with every node's timers at work at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count, cycle, islice
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.accounts import NewAccount
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.errors import ChangeInProgress, PastDue, QuoteStale
from fullhouse.domain.money import Money
from fullhouse.domain.payments import Failed, Paid
from fullhouse.domain.proration import PromoCode
from fullhouse.service.accounts import AccountService
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.due_accounts import DueAccountService
from fullhouse.service.dues import DueService
from fullhouse.service.purchases import PurchaseService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from fullhouse.store.account_store import AccountStore
from fullhouse.store.due_accounts import DueAccounts
from fullhouse.store.purchase_store import PurchaseStore
from tests.accounts import CATALOGUE
from tests.event_probe import Ear, ear_on
from tests.event_room import REF, RULES, EventRoom
from tests.shop import Shop
from tests.stores import patient_store
from tests.unit.service.gateways import ScriptedGateway

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from tests.fakes import FakeClock

DAY_MS = 24 * 3600 * 1000
HOUR_MS = 3600 * 1000
MINUTE_MS = 60 * 1000


@dataclass(frozen=True, slots=True)
class Node:
    """The services of money as one server process has them."""

    accounts: AccountService
    quotes: QuoteService
    upgrades: UpgradeService
    downgrades: DowngradeService
    due_accounts: DueAccountService

    async def go_round(self) -> None:
        """What its timer does in a second."""
        await self.due_accounts.step()


def node_on(redis: Redis, clock: FakeClock, gateway: ScriptedGateway, name: str) -> Node:
    store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms)
    purchase_store = PurchaseStore(redis, waits_for_disk=False, instant=clock.now_ms)
    accounts = AccountService(store, CATALOGUE, clock)
    new_id = (f"{name}-{n}" for n in count(1)).__next__
    purchases = PurchaseService(accounts, purchase_store, gateway, new_id=new_id)
    return Node(
        accounts,
        QuoteService(accounts, store, CATALOGUE, new_id=new_id, quote_ttl_s=600),
        UpgradeService(accounts, store, purchase_store, purchases),
        DowngradeService(accounts, CATALOGUE, new_id=new_id),
        DueAccountService(
            accounts,
            DueAccounts(redis, instant=clock.now_ms),
            DueService(accounts, gateway),
        ),
    )


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
async def nodes(
    redis: Redis, redis_url: str, clock: FakeClock, gateway: ScriptedGateway
) -> AsyncIterator[list[Node]]:
    """Two, each with connections of its own; `acme` has the plan `large` from today on."""
    async with patient_store(redis_url) as other:
        nodes = [
            node_on(redis, clock, gateway, "one"),
            node_on(other, clock, gateway, "two"),
        ]
        request = NewAccount(
            plan="large",
            billing_period="month",
            period_start=clock.now().date(),
            time_zone="UTC",
            promo_codes=(PromoCode("EARLY", 15),),
        )
        await nodes[0].accounts.put("acme", request)
        yield nodes


@pytest.fixture
async def event_room(redis: Redis, clock: FakeClock, nodes: list[Node]) -> EventRoom:
    """A live room of `acme`: 250 seats."""
    assert nodes
    event_room = EventRoom(redis, clock)
    await event_room.rooms.open_room(REF, "Hall", RULES)
    return event_room


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


@pytest.fixture
async def ear(redis: Redis) -> AsyncIterator[Ear]:
    async with ear_on(redis, REF.account) as ear:
        yield ear


async def all_go_round(nodes: Iterable[Node]) -> None:
    await asyncio.gather(*(node.go_round() for node in nodes))


async def downgrade(node: Node) -> str:
    """An approved request for `small`."""
    request = await node.downgrades.request("acme", "small", "")
    await node.downgrades.answer("acme", request.id, "scheduled")
    return request.id


async def test_a_period_that_ends_on_two_nodes_is_charged_and_collected_once(
    nodes: list[Node], shop: Shop, gateway: ScriptedGateway, clock: FakeClock
) -> None:
    clock.advance(ms=30 * DAY_MS)

    for _ in range(3):
        await all_go_round(nodes)

    (charge,) = await shop.ledger()
    assert charge.amount.amount == 10115  # 11900 less 15 percent
    assert {asked.id for asked in gateway.charges} == {f"acme:{charge.id}:1"}
    account = await nodes[0].accounts.current("acme")
    assert (account.dues, account.payment_status) == ((), "ok")


async def test_a_carried_amount_is_collected_once_on_however_many_nodes(
    nodes: list[Node], shop: Shop, gateway: ScriptedGateway, clock: FakeClock
) -> None:
    twenty_cents = CarriedAmount("u1", Money(20, "EUR"))
    await nodes[0].accounts.change(
        "acme", lambda account: replace(account, carried=(twenty_cents,), version=2)
    )
    clock.advance(ms=30 * DAY_MS)

    for _ in range(3):
        await all_go_round(nodes)

    (charge,) = await shop.ledger()
    assert (charge.amount.amount, charge.collects) == (10_115, (twenty_cents,))
    assert {(each.id, each.amount.amount) for each in gateway.charges} == {
        ("acme:renewal-2023-12-14:1", 10_135)
    }
    account = await nodes[1].accounts.current("acme")
    assert (account.carried, account.dues, account.payment_status) == ((), (), "ok")


async def test_timers_and_calls_at_once_renew_once(
    nodes: list[Node], shop: Shop, event_room: EventRoom, clock: FakeClock
) -> None:
    clock.advance(ms=95 * DAY_MS)

    await asyncio.gather(
        all_go_round(nodes),
        *(node.accounts.current("acme") for node in islice(cycle(nodes), 10)),
    )

    assert [charge.amount.amount for charge in await shop.ledger()] == [10115, 10115, 10115]
    assert (await event_room.state()).capacity == 250


async def test_a_downgrade_takes_effect_once_and_the_room_drains(
    nodes: list[Node], shop: Shop, event_room: EventRoom, ear: Ear, clock: FakeClock
) -> None:
    await downgrade(nodes[0])
    guests = await event_room.hello(*(f"guest-{n}" for n in range(120)))
    clock.advance(ms=30 * DAY_MS)
    await ear.heard()

    await all_go_round(nodes)

    changes = [event.capacity for event in await ear.heard() if event.capacity]
    (change,) = changes
    assert (change.old, change.new, change.cause) == (250, 100, "downgrade")
    state = await event_room.state()
    assert (state.occupied, state.capacity, state.level) == (120, 100, "draining")
    assert len(guests) == len(await event_room.seated())
    (charge,) = await shop.ledger()
    assert charge.amount.amount == 6500  # of the smaller plan, its promo code void
    account = await nodes[1].accounts.current("acme")
    assert (account.plan, account.promo_codes) == ("small", ())
    assert account.downgrades[-1].status == "done"


async def test_a_quote_bought_just_after_the_end_of_the_period_is_stale(
    nodes: list[Node], shop: Shop, event_room: EventRoom, clock: FakeClock
) -> None:
    """The price of a quote holds over midnight, but not over the end of the period."""
    await downgrade(nodes[0])
    clock.advance(ms=29 * DAY_MS + 100 * MINUTE_MS)  # from 22:13 to 23:53 of the last day
    quote = await nodes[0].quotes.quote("acme", "huge")
    clock.advance(ms=8 * MINUTE_MS)

    answers = await asyncio.gather(
        nodes[0].upgrades.buy("acme", quote.id, idempotency_key="k1"),
        nodes[1].go_round(),
        return_exceptions=True,
    )

    account = await nodes[0].accounts.current("acme")
    assert isinstance(answers[0], QuoteStale)
    assert account.plan == "small"
    assert (await event_room.state()).capacity == account.seats
    assert [charge.kind for charge in await shop.ledger()] == ["renewal"]


async def test_a_withdrawal_and_an_approval_at_once_leave_one_answer(
    nodes: list[Node], clock: FakeClock
) -> None:
    request = await nodes[0].downgrades.request("acme", "small", "")

    await asyncio.gather(
        nodes[0].downgrades.answer("acme", request.id, "withdrawn"),
        nodes[1].downgrades.answer("acme", request.id, "scheduled"),
        return_exceptions=True,
    )

    account = await nodes[0].accounts.current("acme")
    assert account.downgrades[-1].status == "withdrawn"  # whichever came first
    assert account.scheduled_change is None


async def test_many_requests_at_once_leave_one_open(nodes: list[Node]) -> None:
    await asyncio.gather(
        *(node.downgrades.request("acme", "small", "") for node in islice(cycle(nodes), 8))
    )

    account = await nodes[0].accounts.current("acme")
    assert [each.status for each in account.downgrades] == ["withdrawn"] * 7 + ["requested"]


async def test_a_failed_renewal_stops_upgrades_on_every_node_until_it_is_settled(
    nodes: list[Node], gateway: ScriptedGateway, shop: Shop, clock: FakeClock
) -> None:
    gateway.answers(Failed("The card has expired."), Paid())
    clock.advance(ms=30 * DAY_MS)

    await nodes[0].go_round()
    for node in nodes:
        with pytest.raises(PastDue):
            await node.quotes.quote("acme", "huge")
    clock.advance(ms=HOUR_MS)
    await nodes[1].go_round()

    quote = await nodes[0].quotes.quote("acme", "huge")
    bought = await nodes[1].upgrades.buy("acme", quote.id, idempotency_key="k1")
    assert bought.status == "applied"
    assert [asked.id for asked in gateway.charges[:2]] == [
        "acme:renewal-2023-12-14:1",
        "acme:renewal-2023-12-14:2",
    ]
    assert [charge.kind for charge in await shop.ledger()] == ["renewal", "upgrade"]


async def test_an_upgrade_bought_while_customer_success_approves_is_applied_or_refused(
    nodes: list[Node], event_room: EventRoom, shop: Shop
) -> None:
    request = await nodes[0].downgrades.request("acme", "small", "")
    quote = await nodes[0].quotes.quote("acme", "huge")

    bought, _ = await asyncio.gather(
        nodes[0].upgrades.buy("acme", quote.id, idempotency_key="k1"),
        nodes[1].downgrades.answer("acme", request.id, "scheduled"),
        return_exceptions=True,
    )

    account = await nodes[0].accounts.current("acme")
    if isinstance(bought, BaseException):
        assert isinstance(bought, QuoteStale | ChangeInProgress)
        assert (account.plan, await shop.ledger()) == ("large", [])
        assert account.scheduled_change
    else:
        assert (account.plan, len(await shop.ledger())) == ("huge", 1)
        assert account.scheduled_change is None
    assert (await event_room.state()).capacity == account.seats
