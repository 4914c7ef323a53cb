"""Dues over a store and a gateway: collected once, tried again, settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from fullhouse.domain.accounts import AccountChanges, PaymentRef
from fullhouse.domain.errors import PastDue
from fullhouse.domain.payments import Charge, Failed, Paid, PaymentResult, Pending, Unknown
from fullhouse.service.accounts import AccountService
from fullhouse.service.due_accounts import DueAccountService
from fullhouse.service.dues import AT_ONCE, DueService
from fullhouse.service.quotes import QuoteService
from tests.accounts import LARGE, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, FakeDueIndex
from tests.unit.service.gateways import ScriptedGateway

HOUR_MS = timedelta(hours=1) // timedelta(milliseconds=1)
MINUTE_MS = 60_000
DAY_MS = 24 * HOUR_MS
DECLINED = Failed("The card was declined.")


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def dues(
    accounts: AccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
) -> DueAccountService:
    return timer_with(accounts, account_store, gateway)


def timer_with(
    accounts: AccountService, account_store: FakeAccountStore, gateway: ScriptedGateway
) -> DueAccountService:
    return DueAccountService(accounts, FakeDueIndex(account_store), DueService(accounts, gateway))


@pytest.fixture
async def owing(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    """`acme` has been renewed on 31 March; the renewal is not paid yet."""
    account_store.accounts["acme"] = an_account(payment=PaymentRef("cus_1", "pm_1"))
    clock.advance(ms=10 * DAY_MS)
    await accounts.current("acme")


@pytest.mark.usefixtures("owing")
async def test_a_renewal_is_collected_once(
    dues: DueAccountService, account_store: FakeAccountStore, gateway: ScriptedGateway
) -> None:
    for _ in range(3):
        await dues.step()

    (charge,) = gateway.charges
    assert charge.id == "acme:renewal-2026-03-31:1"
    assert (charge.amount, charge.payer) == (
        account_store.ledger[0].amount,
        PaymentRef("cus_1", "pm_1"),
    )
    assert charge.unattended
    account = account_store.accounts["acme"]
    assert (account.dues, account.payment_status) == ((), "ok")


@pytest.mark.usefixtures("owing")
async def test_a_failed_renewal_stops_upgrades_until_it_is_settled(
    dues: DueAccountService, quotes: QuoteService, gateway: ScriptedGateway, clock: FakeClock
) -> None:
    gateway.answers(DECLINED, Paid())

    await dues.step()
    with pytest.raises(PastDue):
        await quotes.quote("acme", "large")
    clock.advance(ms=HOUR_MS - 1)
    await dues.step()
    with pytest.raises(PastDue):
        await quotes.quote("acme", "large")
    clock.advance(ms=1)
    await dues.step()

    assert (await quotes.quote("acme", "large")).target == LARGE
    assert [charge.id for charge in gateway.charges] == [
        "acme:renewal-2026-03-31:1",
        "acme:renewal-2026-03-31:2",
    ]


@pytest.mark.usefixtures("owing")
async def test_a_new_payer_is_asked_at_the_next_look(
    dues: DueAccountService,
    accounts: AccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
) -> None:
    gateway.answers(DECLINED)
    await dues.step()

    await accounts.patch("acme", AccountChanges(payment=PaymentRef("cus_2", "pm_2")))
    await dues.step()

    assert gateway.charges[-1].payer == PaymentRef("cus_2", "pm_2")
    assert account_store.accounts["acme"].payment_status == "ok"


@pytest.mark.usefixtures("owing")
async def test_an_unknown_answer_is_asked_for_again_under_the_same_name(
    dues: DueAccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
    clock: FakeClock,
) -> None:
    gateway.answers(Unknown("No answer."), Paid())
    version = account_store.accounts["acme"].version

    await dues.step()
    assert account_store.accounts["acme"].version == version
    clock.advance(ms=MINUTE_MS)
    await dues.step()

    assert len(gateway.charges) == 2
    assert len({charge.id for charge in gateway.charges}) == 1
    assert account_store.accounts["acme"].dues == ()


@pytest.mark.usefixtures("owing")
async def test_a_pending_payment_is_looked_at_again_after_hours(
    dues: DueAccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
    clock: FakeClock,
) -> None:
    gateway.answers(Pending("pay-1"), Paid())

    await dues.step()
    await dues.step()
    clock.advance(ms=6 * HOUR_MS)
    await dues.step()

    assert [charge.reference for charge in gateway.charges] == [None, "pay-1"]
    assert account_store.accounts["acme"].dues == ()


async def test_each_missed_period_is_a_charge_of_its_own_the_oldest_first(
    dues: DueAccountService,
    accounts: AccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
    clock: FakeClock,
) -> None:
    account_store.accounts["acme"] = an_account()
    clock.advance(ms=80 * DAY_MS)
    await accounts.current("acme")
    gateway.answers(DECLINED, Paid(), DECLINED)

    await dues.step()

    assert [charge.id for charge in gateway.charges] == [
        "acme:renewal-2026-03-31:1",
        "acme:renewal-2026-04-30:1",
        "acme:renewal-2026-05-30:1",
    ]
    account = account_store.accounts["acme"]
    assert [due.entry for due in account.dues] == ["renewal-2026-03-31", "renewal-2026-05-30"]
    assert account.payment_status == "past_due"


async def test_only_what_can_be_tried_now_is_collected(
    dues: DueAccountService,
    accounts: AccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
    clock: FakeClock,
) -> None:
    """The first renewal failed before midnight; the second comes shortly after it."""
    account_store.accounts["acme"] = an_account()
    clock.advance(ms=39 * DAY_MS + 12 * HOUR_MS - HOUR_MS // 4)  # to 29 April, 23:45
    await accounts.current("acme")
    gateway.answers(DECLINED)
    await dues.step()
    clock.advance(ms=HOUR_MS // 2)
    await accounts.current("acme")

    await dues.step()

    assert [charge.id for charge in gateway.charges] == [
        "acme:renewal-2026-03-31:1",
        "acme:renewal-2026-04-30:1",
    ]


@pytest.mark.usefixtures("owing")
async def test_an_answer_that_another_node_had_first_changes_nothing(
    dues: DueAccountService, account_store: FakeAccountStore, gateway: ScriptedGateway
) -> None:
    """Its attempt was the same charge; what the gateway says of it counts once."""
    account = account_store.accounts["acme"]
    settled = replace(account, dues=(), version=account.version + 1)
    gateway.answers(DECLINED)
    account_store.rival = settled

    await dues.step()

    assert account_store.accounts["acme"] == settled


@dataclass
class LosingGateway(ScriptedGateway):
    """While it takes money, the store loses the account `acme-0`."""

    store: FakeAccountStore | None = None

    async def charge(self, charge: Charge) -> PaymentResult:
        assert self.store
        self.store.accounts.pop("acme-0", None)
        return await super().charge(charge)


async def test_an_account_that_is_gone_meanwhile_holds_up_no_other(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    clock.advance(ms=10 * DAY_MS)
    for n in range(2):
        account_store.accounts[f"acme-{n}"] = replace(an_account(), id=f"acme-{n}")
        await accounts.current(f"acme-{n}")
    gateway = LosingGateway(store=account_store)

    await timer_with(accounts, account_store, gateway).step()

    assert len(gateway.charges) == 2
    assert account_store.accounts["acme-1"].dues == ()


async def test_a_gateway_is_not_asked_by_everybody_at_once(
    dues: DueAccountService,
    accounts: AccountService,
    account_store: FakeAccountStore,
    gateway: ScriptedGateway,
    clock: FakeClock,
) -> None:
    clock.advance(ms=10 * DAY_MS)
    for n in range(3 * AT_ONCE):
        account_store.accounts[f"acme-{n}"] = replace(an_account(), id=f"acme-{n}")
        await accounts.current(f"acme-{n}")

    await dues.step()

    assert len(gateway.charges) == 3 * AT_ONCE
    assert gateway.most_at_once == AT_ONCE
