"""While the clocks of node and store disagree nothing is priced, sold, renewed or collected."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.accounts import AccountChanges
from fullhouse.domain.errors import ClocksDisagree
from fullhouse.domain.payments import Pending
from fullhouse.domain.purchases import PATIENCE
from fullhouse.service.accounts import AccountService
from fullhouse.service.business_clock import TOLERANCE, BusinessClock
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.due_accounts import DueAccountService
from fullhouse.service.dues import DueService
from fullhouse.service.purchases import PurchaseService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from tests.accounts import CATALOGUE, LARGE, REQUEST, START, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, FakeDueIndex, FakePurchaseStore, id_source
from tests.unit.service.gateways import ObedientGateway, ScriptedGateway

YEAR_MS = timedelta(days=365) // timedelta(milliseconds=1)
DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
MINUTE_MS = 60_000
TOLERANCE_MS = TOLERANCE // timedelta(milliseconds=1)


def jump(clock: FakeClock, store: FakeAccountStore, ms: int) -> None:
    """The clock of the node moves, and that of the store does not."""
    clock.advance(ms=ms)
    store.behind_ms += ms


def timer_of(
    accounts: AccountService, store: FakeAccountStore, gateway: ScriptedGateway
) -> DueAccountService:
    return DueAccountService(accounts, FakeDueIndex(store), DueService(accounts, gateway))


@pytest.fixture
def acme(account_store: FakeAccountStore) -> FakeAccountStore:
    account_store.accounts["acme"] = an_account(LARGE)
    return account_store


@pytest.mark.parametrize("behind_ms", [0, 1, TOLERANCE_MS, -TOLERANCE_MS])
async def test_a_few_minutes_do_no_harm(
    account_store: FakeAccountStore, clock: FakeClock, behind_ms: int
) -> None:
    account_store.behind_ms = behind_ms

    assert await BusinessClock(clock, account_store).now() == clock.now()


@pytest.mark.parametrize(
    ("behind_ms", "said"),
    [
        (TOLERANCE_MS + 1, "clock is 300 s ahead of that of the store"),
        (-TOLERANCE_MS - 1, "clock is 300 s behind that of the store"),
        (YEAR_MS, "clock is 31536000 s ahead of"),
        (-DAY_MS, "clock is 86400 s behind"),
    ],
)
async def test_more_than_that_is_refused_and_said_by_how_much(
    account_store: FakeAccountStore, clock: FakeClock, behind_ms: int, said: str
) -> None:
    account_store.behind_ms = behind_ms
    business_clock = BusinessClock(clock, account_store)

    with pytest.raises(ClocksDisagree, match=said):
        await business_clock.now()
    assert said in (await business_clock.complaint() or "")


async def test_it_is_logged_once_a_minute_and_at_once_after_a_jump(
    account_store: FakeAccountStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    account_store.behind_ms = YEAR_MS
    business_clock = BusinessClock(clock, account_store)

    for ms in (0, MINUTE_MS - 1, 1, -YEAR_MS):
        clock.advance(ms=ms)
        await business_clock.agrees()

    assert [record.message for record in caplog.records] == ["clock.disagrees"] * 3
    assert caplog.records[0].levelno == logging.ERROR


async def test_a_node_a_year_ahead_renews_nothing(
    acme: FakeAccountStore, accounts: AccountService, clock: FakeClock
) -> None:
    jump(clock, acme, YEAR_MS)

    assert await accounts.current("acme") == an_account(LARGE)
    await timer_of(accounts, acme, ScriptedGateway()).step()

    assert acme.ledger == []
    assert acme.accounts["acme"].period_start == START


async def test_what_has_ended_is_renewed_as_soon_as_the_clocks_agree(
    acme: FakeAccountStore, accounts: AccountService, clock: FakeClock
) -> None:
    clock.advance(ms=20 * DAY_MS)
    acme.behind_ms = YEAR_MS
    await accounts.current("acme")

    acme.behind_ms = 0
    await accounts.current("acme")

    assert [charge.charged_on for charge in acme.ledger] == [date(2026, 3, 31)]


@pytest.mark.parametrize("ms", [YEAR_MS, -DAY_MS])
async def test_nothing_is_priced_by_a_day_that_nobody_is_sure_of(
    acme: FakeAccountStore,
    accounts: AccountService,
    quotes: QuoteService,
    clock: FakeClock,
    ms: int,
) -> None:
    downgrades = DowngradeService(accounts, CATALOGUE, new_id=id_source().__next__)
    jump(clock, acme, ms)

    assert await quotes.offers("acme", people=1) == ()
    with pytest.raises(ClocksDisagree):
        await quotes.quote("acme", "huge")
    with pytest.raises(ClocksDisagree):
        await downgrades.request("acme", "small", "")
    with pytest.raises(ClocksDisagree):
        await accounts.put("new", REQUEST)


async def test_an_account_that_exists_is_still_answered_and_changed(
    acme: FakeAccountStore, accounts: AccountService, clock: FakeClock
) -> None:
    known, _ = await accounts.put("new", REQUEST)
    jump(clock, acme, YEAR_MS)

    assert await accounts.put("new", REQUEST) == (known, False)
    changed = await accounts.patch("acme", AccountChanges(parallel_events=2))
    assert changed.parallel_events == 2


async def test_a_quote_is_not_bought_while_they_disagree(
    acme: FakeAccountStore, quotes: QuoteService, upgrades: UpgradeService, clock: FakeClock
) -> None:
    quote = await quotes.quote("acme", "huge")
    acme.behind_ms = YEAR_MS

    with pytest.raises(ClocksDisagree):
        await upgrades.buy("acme", quote.id, idempotency_key="k1")

    acme.behind_ms = 0
    assert (await upgrades.buy("acme", quote.id, idempotency_key="k1")).status == "applied"


@dataclass(frozen=True, slots=True)
class Till:
    """All that takes part in a purchase."""

    quotes: QuoteService
    upgrades: UpgradeService
    purchases: PurchaseService
    purchase_store: FakePurchaseStore
    gateway: ObedientGateway


@pytest.fixture
def till(request: pytest.FixtureRequest) -> Till:
    return Till(**{f.name: request.getfixturevalue(f.name) for f in fields(Till)})


async def test_a_payer_is_not_given_up_by_a_node_that_is_ahead(
    acme: FakeAccountStore, till: Till, clock: FakeClock
) -> None:
    till.gateway.answers = [Pending("pi_1", "secret")]
    quote = await till.quotes.quote("acme", "huge")
    purchase = await till.upgrades.buy("acme", quote.id, idempotency_key="k1")
    jump(clock, acme, PATIENCE // timedelta(milliseconds=1) + YEAR_MS)

    await till.purchases.look_after()
    with pytest.raises(ClocksDisagree):
        await till.purchases.settle("acme", purchase.id)

    assert "call_off" not in till.gateway.asked
    assert till.purchase_store.purchases[purchase.id].state == "pending"


async def test_nothing_is_collected_while_they_disagree(
    acme: FakeAccountStore, accounts: AccountService, clock: FakeClock
) -> None:
    clock.advance(ms=20 * DAY_MS)
    owing = await accounts.current("acme")
    gateway = ScriptedGateway()
    jump(clock, acme, YEAR_MS)

    await timer_of(accounts, acme, gateway).step()

    assert gateway.charges == []
    assert acme.accounts["acme"] == replace(owing)
