"""What the platform is told about accounts, with which change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.account_messages import messages_of_purchase
from fullhouse.domain.errors import PaymentFailed
from fullhouse.domain.payments import Failed
from fullhouse.domain.purchases import WITHDRAWN
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.dues import DueService
from tests.accounts import CATALOGUE, LARGE, a_downgrade, an_account
from tests.unit.service.fakes import FakeAccountStore, FakePurchaseStore, id_source
from tests.unit.service.gateways import ObedientGateway

if TYPE_CHECKING:
    from fullhouse.domain.webhooks import Message
    from fullhouse.service.accounts import AccountService
    from fullhouse.service.quotes import QuoteService
    from fullhouse.service.upgrades import UpgradeService
    from tests.fakes import FakeClock

MONTH_MS = timedelta(days=31) // timedelta(milliseconds=1)


@pytest.fixture
def downgrades(accounts: AccountService, account_store: FakeAccountStore) -> DowngradeService:
    account_store.accounts["acme"] = an_account(LARGE)
    return DowngradeService(accounts, CATALOGUE, new_id=id_source().__next__)


def types(messages: list[Message]) -> list[str]:
    return [message.type for message in messages]


async def test_a_request_and_its_answer_are_told_once(
    downgrades: DowngradeService, account_store: FakeAccountStore
) -> None:
    request = await downgrades.request("acme", "small", "Fewer events")
    for _ in range(2):
        await downgrades.answer("acme", request.id, "declined")

    asked, decided = account_store.messages
    assert (asked.type, decided.type) == ("downgrade.requested", "downgrade.decided")
    assert (asked.data["account"], asked.data["note"]) == ("acme", "Fewer events")
    assert (decided.data["id"], decided.data["status"]) == (request.id, "declined")


async def test_a_newer_request_withdraws_the_earlier_one(
    downgrades: DowngradeService, account_store: FakeAccountStore
) -> None:
    first = await downgrades.request("acme", "small", "")
    second = await downgrades.request("acme", "small", "")

    told = [(each.type, each.data["id"], each.data["status"]) for each in account_store.messages]
    assert told == [
        ("downgrade.requested", first.id, "requested"),
        ("downgrade.decided", first.id, "withdrawn"),
        ("downgrade.requested", second.id, "requested"),
    ]


async def test_a_renewal_is_told_with_its_charges_after_the_downgrade(
    accounts: AccountService, account_store: FakeAccountStore, clock: FakeClock
) -> None:
    scheduled = a_downgrade(status="scheduled")
    account_store.accounts["acme"] = replace(an_account(LARGE), downgrades=(scheduled,))
    clock.advance(ms=MONTH_MS)

    await accounts.current("acme")

    downgraded, renewed = account_store.messages
    assert (downgraded.type, renewed.type) == ("account.downgraded", "account.renewed")
    assert (downgraded.data["from"], downgraded.data["plan"]) == ("large", "small")
    assert renewed.data["period"] == {"start": "2026-03-31", "end": "2026-04-30"}
    assert [charge["id"] for charge in renewed.data["charges"]] == [  # type: ignore[attr-defined]  # a list
        charge.id for charge in account_store.ledger
    ]


async def test_a_failed_collection_is_told_with_its_next_attempt(
    accounts: AccountService,
    account_store: FakeAccountStore,
    clock: FakeClock,
    gateway: ObedientGateway,
) -> None:
    account_store.accounts["acme"] = an_account(LARGE)
    clock.advance(ms=MONTH_MS)
    account = await accounts.current("acme")
    account_store.messages.clear()
    gateway.answers = [Failed("card declined")]

    await DueService(accounts, gateway).collect_from(account)

    (failed,) = account_store.messages
    assert failed.type == "payment.failed"
    assert (failed.data["attempt"], failed.data["payment_status"]) == (1, "past_due")
    assert str(failed.data["next_attempt_at"]).endswith("Z")


async def test_an_upgrade_is_told_with_what_it_cost(
    quotes: QuoteService, upgrades: UpgradeService, account_store: FakeAccountStore
) -> None:
    account_store.accounts["acme"] = an_account()
    quote = await quotes.quote("acme", "large")

    purchase = await upgrades.buy("acme", quote.id, idempotency_key="k")

    (upgraded,) = account_store.messages
    assert upgraded.type == "account.upgraded"
    assert upgraded.data["upgrade"] == purchase.id
    assert (upgraded.data["from"], upgraded.data["plan"]) == ("small", "large")
    due = quote.terms.due_now
    assert upgraded.data["due_now"] == {"amount": due.amount, "currency": due.currency}


async def test_a_failed_purchase_is_told_but_not_a_withdrawn_one(
    quotes: QuoteService,
    upgrades: UpgradeService,
    account_store: FakeAccountStore,
    purchase_store: FakePurchaseStore,
    gateway: ObedientGateway,
) -> None:
    account_store.accounts["acme"] = an_account()
    quote = await quotes.quote("acme", "large")
    gateway.answers = [Failed("card declined")]
    with pytest.raises(PaymentFailed):
        await upgrades.buy("acme", quote.id, idempotency_key="k")
    (purchase,) = purchase_store.purchases.values()

    (failed,) = messages_of_purchase(purchase)

    assert (failed.type, failed.data["reason"]) == ("payment.failed", "card declined")
    assert messages_of_purchase(replace(purchase, reason=WITHDRAWN)) == ()
    assert messages_of_purchase(replace(purchase, state="refunded")) == ()
