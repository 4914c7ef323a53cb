"""Purchases taken on: charged, applied, failed, refunded, or left waiting and looked after."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.accounts import AccountChanges
from fullhouse.domain.errors import ChangeInProgress, PaymentFailed
from fullhouse.domain.payments import Failed, Paid, Pending, Prepared, Unknown
from fullhouse.domain.purchases import PATIENCE, Purchase, Watch
from fullhouse.service.accounts import AccountService
from fullhouse.service.purchases import BEGUN_WITHIN_MS, PurchaseService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.upgrades import UpgradeService
from tests.accounts import HUGE, an_account
from tests.fakes import FakeClock
from tests.unit.service.fakes import FakeAccountStore, FakePurchaseStore
from tests.unit.service.gateways import ObedientGateway

PATIENCE_MS = PATIENCE // timedelta(milliseconds=1)
DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
WAITING = Pending("pi_1", "secret")


@dataclass(frozen=True, slots=True)
class Till:
    """All that takes part in a purchase, and a quote of the plan `large` for `acme`."""

    upgrades: UpgradeService
    purchases: PurchaseService
    quotes: QuoteService
    accounts: AccountService
    gateway: ObedientGateway
    account_store: FakeAccountStore
    purchase_store: FakePurchaseStore
    clock: FakeClock
    quote: str


@pytest.fixture
async def till(request: pytest.FixtureRequest) -> Till:
    parts = {f.name: request.getfixturevalue(f.name) for f in fields(Till) if f.name != "quote"}
    parts["account_store"].accounts["acme"] = an_account()
    return Till(**parts, quote=(await parts["quotes"].quote("acme", "large")).id)


async def waiting(till: Till) -> Purchase:
    """A purchase whose payer has to confirm."""
    till.gateway.answers = [WAITING]
    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")
    assert (purchase.status, purchase.client_secret) == ("pending", "secret")
    return purchase


async def test_a_step_is_logged_by_the_one_who_took_it(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    """Two callers go on from the same state; the second gets what the first has made of it."""
    caplog.set_level(logging.INFO)
    bought = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")
    begun = replace(bought, state="pending", step=1, reference=None, applied_at=None)
    assert [record.message for record in caplog.records].count("purchase.applied") == 1
    caplog.clear()

    assert await till.purchases.take_on(begun) == bought

    assert caplog.records == []


async def test_every_state_is_kept_before_the_next_step(till: Till) -> None:
    await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    assert till.gateway.asked == ["prepare", "charge 1800 pi_1"]
    assert till.purchase_store.states == ["pending", "pending", "paid", "applied"]
    assert till.purchase_store.watched == set()


async def test_where_nothing_needs_to_be_taken_nothing_is_charged(till: Till) -> None:
    till.gateway.prepared = Paid()

    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    assert purchase.status == "applied"
    assert till.gateway.asked == ["prepare"]


async def test_a_declined_payment_is_refused_again_under_the_same_key(till: Till) -> None:
    till.gateway.answers = [Failed("Your card was declined.")]

    for _ in range(2):
        with pytest.raises(PaymentFailed, match=r"Your card was declined\."):
            await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    assert till.gateway.asked == ["prepare", "charge 1800 pi_1"]
    assert till.account_store.ledger == []
    assert till.account_store.accounts["acme"].plan == "small"


async def test_after_a_declined_payment_the_same_quote_can_be_bought_under_a_new_key(
    till: Till,
) -> None:
    till.gateway.answers = [Failed("Your card was declined."), Paid("pi_1")]
    with pytest.raises(PaymentFailed):
        await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    assert (await till.upgrades.buy("acme", till.quote, idempotency_key="k2")).status == "applied"


async def test_what_the_gateway_refuses_to_prepare_has_failed(till: Till) -> None:
    till.gateway.prepared = Failed("The payment could not be made.")

    with pytest.raises(PaymentFailed):
        await till.upgrades.buy("acme", till.quote, idempotency_key="k1")
    assert till.gateway.asked == ["prepare"]


async def test_an_unknown_payment_is_pending_and_gives_no_seats(till: Till) -> None:
    till.gateway.answers = [Unknown("timeout")]

    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    assert (purchase.status, purchase.client_secret) == ("pending", None)
    assert till.account_store.accounts["acme"].seats == 100
    assert await till.upgrades.find("acme", purchase.id) == purchase


async def test_a_payment_that_could_not_even_be_prepared_is_pending_and_tried_again(
    till: Till,
) -> None:
    till.gateway.prepared = Unknown("timeout")
    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")
    till.gateway.prepared = Prepared("pi_1")

    await till.purchases.look_after()

    assert purchase.status == "pending"
    assert (await till.upgrades.find("acme", purchase.id)).status == "applied"


async def test_a_purchase_that_cannot_be_read_keeps_no_other_waiting(till: Till) -> None:
    purchase = await waiting(till)
    broken = replace(purchase, id="broken", state="paid", quote=None)  # type: ignore[arg-type]
    till.purchase_store.purchases[broken.id] = broken
    till.purchase_store.watched.add(Watch("acme", broken.id, 0))
    till.gateway.answers = [Paid("pi_1")]

    for _ in range(2):
        await till.purchases.look_after()

    assert (await till.upgrades.find("acme", purchase.id)).status == "applied"
    assert Watch("acme", broken.id, 0) in till.purchase_store.watched


async def test_a_payment_confirmed_later_is_applied_by_whoever_looks(till: Till) -> None:
    purchase = await waiting(till)
    await till.purchases.look_after()
    till.gateway.answers = [Paid("pi_1")]

    await till.purchases.look_after()
    await till.purchases.look_after()

    settled = await till.upgrades.find("acme", purchase.id)
    assert (settled.status, settled.client_secret) == ("applied", None)
    assert len(till.account_store.ledger) == 1


async def test_news_of_a_payment_settles_it_however_often_it_comes(till: Till) -> None:
    purchase = await waiting(till)
    till.gateway.answers = [Paid("pi_1")]

    settled = [await till.purchases.settle("acme", purchase.id) for _ in range(3)]

    assert [each.status for each in settled if each] == ["applied"] * 3
    assert len(till.account_store.ledger) == 1


async def test_news_of_what_nobody_bought_is_no_news(till: Till) -> None:
    assert await till.purchases.settle("acme", "acme:renewal-2026-03-31:1") is None
    assert await till.purchases.settle("nobody", "u1") is None


async def test_the_same_key_asks_again_what_became_of_a_pending_payment(till: Till) -> None:
    await waiting(till)
    till.gateway.answers = [Paid("pi_1")]

    assert (await till.upgrades.buy("acme", till.quote, idempotency_key="k1")).status == "applied"


async def test_while_a_purchase_is_pending_no_other_begins(till: Till) -> None:
    other = await till.quotes.quote("acme", "huge")
    await waiting(till)

    with pytest.raises(ChangeInProgress):
        await till.upgrades.buy("acme", other.id, idempotency_key="k2")
    assert till.gateway.asked.count("prepare") == 1


async def test_a_payer_who_takes_too_long_is_not_waited_for(till: Till) -> None:
    purchase = await waiting(till)
    till.clock.advance(ms=PATIENCE_MS)
    till.gateway.answers = [Failed("Called off.")]

    await till.purchases.look_after()

    assert till.gateway.asked[-1] == "call_off"
    assert (await till.upgrades.find("acme", purchase.id)).status == "failed"


async def test_a_payer_who_was_faster_than_the_end_of_patience_gets_the_seats(till: Till) -> None:
    purchase = await waiting(till)
    till.clock.advance(ms=PATIENCE_MS)
    till.gateway.answers = [Paid("pi_1")]

    await till.purchases.look_after()

    assert (await till.upgrades.find("acme", purchase.id)).status == "applied"


async def test_what_the_payer_has_to_confirm_nobody_else_confirms(till: Till) -> None:
    await waiting(till)

    await till.purchases.look_after()

    assert till.gateway.asked == ["prepare", "charge 1800 pi_1", "look_up"]


async def test_a_purchase_that_is_withdrawn_makes_room_for_another(till: Till) -> None:
    purchase = await waiting(till)
    other = await till.quotes.quote("acme", "huge")
    till.gateway.answers = [Failed("Called off."), Paid("pi_2")]

    withdrawn = await till.upgrades.withdraw("acme", purchase.id)

    assert (withdrawn.status, till.gateway.asked[-1]) == ("failed", "call_off")
    assert (await till.upgrades.buy("acme", other.id, idempotency_key="k2")).status == "applied"


async def test_withdrawing_comes_too_late_for_what_is_paid(till: Till) -> None:
    purchase = await waiting(till)
    till.gateway.answers = [Paid("pi_1")]

    answers = [await till.upgrades.withdraw("acme", purchase.id) for _ in range(2)]

    assert [answer.status for answer in answers] == ["applied", "applied"]


async def test_withdrawing_does_not_charge_what_could_not_be_withdrawn(till: Till) -> None:
    purchase = await waiting(till)
    till.gateway.answers = [Unknown("timeout")]

    withdrawn = await till.upgrades.withdraw("acme", purchase.id)

    assert (withdrawn.status, till.gateway.asked[-1]) == ("pending", "call_off")


async def test_what_was_never_prepared_is_withdrawn_without_asking(till: Till) -> None:
    till.gateway.prepared = Unknown("timeout")
    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    withdrawn = await till.upgrades.withdraw("acme", purchase.id)

    assert (withdrawn.status, till.gateway.asked) == ("failed", ["prepare"])


async def test_a_bank_may_take_longer_than_a_payer(till: Till) -> None:
    purchase = await waiting(till)
    till.clock.advance(ms=PATIENCE_MS)
    till.gateway.answers = [Pending("pi_1")]

    await till.purchases.look_after()

    assert (await till.upgrades.find("acme", purchase.id)).status == "pending"


async def test_what_was_never_prepared_fails_without_asking_the_gateway(till: Till) -> None:
    """No reference on record: nobody has taken money, and nobody will."""
    till.gateway.prepared = Unknown("timeout")
    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")
    till.clock.advance(ms=PATIENCE_MS)

    await till.purchases.look_after()

    assert (await till.upgrades.find("acme", purchase.id)).status == "failed"
    assert till.gateway.asked == ["prepare"]


async def test_add_ons_changed_meanwhile_do_not_cost_the_buyer_the_seats(till: Till) -> None:
    await waiting(till)
    await till.accounts.patch("acme", AccountChanges(parallel_events=2))
    till.gateway.answers = [Paid("pi_1")]

    await till.purchases.look_after()

    account = till.account_store.accounts["acme"]
    assert (account.plan, account.parallel_events) == ("large", 2)
    assert [charge.amount.amount for charge in till.account_store.ledger] == [1800]


async def test_a_payment_for_a_period_that_has_ended_goes_back(till: Till) -> None:
    purchase = await waiting(till)
    till.clock.advance(ms=30 * DAY_MS)
    till.gateway.answers = [Paid("pi_1")]

    await till.purchases.look_after()

    settled = await till.upgrades.find("acme", purchase.id)
    assert (settled.status, till.gateway.asked[-1]) == ("refunded", "refund")
    assert till.purchase_store.states[-3:] == ["paid", "refunding", "refunded"]
    assert till.account_store.accounts["acme"].plan == "small"
    assert [charge.kind for charge in till.account_store.ledger] == ["renewal"]


async def test_a_refund_that_is_not_confirmed_is_asked_for_until_it_is(till: Till) -> None:
    """The account may even come to fit again: what goes back is not applied after all."""
    purchase = await waiting(till)
    account = till.account_store.accounts["acme"]
    till.account_store.accounts["acme"] = an_account(HUGE, version=2)
    till.gateway.answers, till.gateway.gives_back = [Paid("pi_1")], False
    await till.purchases.look_after()
    till.account_store.accounts["acme"] = replace(account, version=3)
    pending = await till.upgrades.find("acme", purchase.id)
    till.gateway.gives_back = True

    await till.purchases.look_after()

    assert pending.status == "pending"
    assert (await till.upgrades.find("acme", purchase.id)).status == "refunded"
    assert till.account_store.accounts["acme"].plan == "small"


async def test_an_account_that_changes_at_the_last_moment_is_read_again(till: Till) -> None:
    till.account_store.rival = an_account(parallel_events=1, version=2)

    purchase = await till.upgrades.buy("acme", till.quote, idempotency_key="k1")

    account = till.account_store.accounts["acme"]
    assert purchase.status == "applied"
    assert (account.plan, account.parallel_events, account.version) == ("large", 1, 3)


async def test_one_purchase_that_cannot_be_settled_now_does_not_keep_the_others(
    till: Till,
) -> None:
    purchase = await waiting(till)
    lost = replace(purchase, id="lost", quote=replace(purchase.quote, account="gone"))
    till.purchase_store.purchases["lost"] = lost
    till.purchase_store.watched.add(Watch("gone", "lost", 0))
    till.gateway.answers = [Paid("pi_1")]

    await till.purchases.look_after()

    assert (await till.upgrades.find("acme", purchase.id)).status == "applied"
    assert till.purchase_store.watched == {Watch("gone", "lost", 0)}


async def test_a_purchase_that_never_began_is_forgotten_once_it_cannot_begin_any_more(
    till: Till,
) -> None:
    till.purchase_store.watched.add(Watch("acme", "u9", till.clock.now_ms()))
    till.clock.advance(ms=BEGUN_WITHIN_MS - 1)
    await till.purchases.look_after()
    watched_before = set(till.purchase_store.watched)
    till.clock.advance(ms=1)

    await till.purchases.look_after()

    assert watched_before
    assert till.purchase_store.watched == set()


async def test_a_price_is_charged_on_the_day_it_is_paid(till: Till) -> None:
    await waiting(till)
    till.clock.advance(ms=DAY_MS)
    till.gateway.answers = [Paid("pi_1")]

    await till.purchases.look_after()

    (charge,) = till.account_store.ledger
    assert (charge.charged_on, charge.amount.amount) == (date(2026, 3, 22), 1800)
