"""Purchases: what each answer of the gateway does to one, and whether it still fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fullhouse.domain.accounts import Account, PaymentRef
from fullhouse.domain.money import Money
from fullhouse.domain.payments import Failed, Paid, PaymentResult, Pending, Prepared, Unknown
from fullhouse.domain.plans import Plan
from fullhouse.domain.proration import lines_of
from fullhouse.domain.purchases import (
    PATIENCE,
    Purchase,
    PurchaseState,
    UpgradeStatus,
    Watch,
    after_payment,
    application_of,
    fits,
    refunded,
    refunding,
    watch_of,
)
from fullhouse.domain.quotes import quote_of, upgrade_terms
from tests.accounts import HUGE, LARGE, SMALL, TRIAL, an_account, codes

NOW = datetime(2026, 3, 21, 23, 55, tzinfo=UTC)
TODAY = NOW.date()
TOMORROW = date(2026, 3, 22)
PAYER = PaymentRef("cus_1", "pm_1")


def begun(account: Account | None = None, current: Plan = SMALL, target: Plan = LARGE) -> Purchase:
    account = account or an_account(current)
    terms = upgrade_terms(account, current, target, currency="EUR", today=TODAY)
    quote = quote_of(
        account, id_="q1", current=current, target=target, terms=terms, expires_at=NOW
    )
    return Purchase("u1", quote, PAYER, NOW)


@pytest.mark.parametrize(
    ("result", "state", "reference", "client_secret"),
    [
        (Prepared("pi_1"), "pending", "pi_1", None),
        (Pending("pi_1", "secret"), "pending", None, "secret"),
        (Paid("pi_1"), "paid", None, None),
        (Failed("Declined."), "failed", None, None),
    ],
)
def test_news_of_the_gateway_is_one_step(
    result: PaymentResult, state: PurchaseState, reference: str | None, client_secret: str | None
) -> None:
    purchase = after_payment(begun(), result)

    assert (purchase.state, purchase.step) == (state, 2)
    assert (purchase.reference, purchase.client_secret) == (reference, client_secret)


@pytest.mark.parametrize("result", [Pending("pi_1", "secret"), Unknown("timeout")])
def test_no_news_is_no_step(result: PaymentResult) -> None:
    waiting = after_payment(after_payment(begun(), Prepared("pi_1")), Pending("pi_1", "secret"))

    assert after_payment(waiting, result) is waiting


@pytest.mark.parametrize("result", [Paid("pi_1"), Failed("Declined."), Pending("pi_1")])
def test_what_the_payer_confirms_with_goes_when_nothing_is_left_to_confirm(
    result: PaymentResult,
) -> None:
    waiting = after_payment(begun(), Pending("pi_1", "secret"))

    assert after_payment(waiting, result).client_secret is None


@pytest.mark.parametrize(
    ("state", "status", "is_settled"),
    [
        ("pending", "pending", False),
        ("paid", "pending", False),
        ("refunding", "pending", False),
        ("applied", "applied", True),
        ("failed", "failed", True),
        ("refunded", "refunded", True),
    ],
)
def test_until_seats_or_money_are_there_it_is_pending(
    state: PurchaseState, status: UpgradeStatus, is_settled: bool
) -> None:
    purchase = replace(begun(), state=state)

    assert (purchase.status, purchase.is_settled) == (status, is_settled)


def test_every_step_asks_the_gateway_for_the_same_charge() -> None:
    first = begun()
    later = after_payment(first, Prepared("pi_1"))

    assert (first.charge.id, first.charge.account, first.charge.payer) == ("u1", "acme", PAYER)
    assert first.charge.amount == Money(1800, "EUR")
    assert later.charge == replace(first.charge, reference="pi_1")


def test_a_payer_has_a_quarter_of_an_hour() -> None:
    assert timedelta(minutes=15) == PATIENCE
    assert not begun().is_overdue(NOW + PATIENCE - timedelta(seconds=1))
    assert begun().is_overdue(NOW + PATIENCE)


def test_neither_the_payer_nor_the_secret_is_shown_by_accident() -> None:
    purchase = after_payment(begun(), Pending("pi_1", "top-secret"))

    assert "top-secret" not in repr(purchase)
    assert "pm_1" not in repr(purchase)


def test_a_purchase_is_watched_from_the_millisecond_it_began() -> None:
    started_at = datetime(2026, 3, 21, 0, 0, 1, 234_567, tzinfo=UTC)

    assert watch_of(replace(begun(), started_at=started_at)) == Watch("acme", "u1", 1774051201234)


@pytest.mark.parametrize(
    ("account", "does_fit"),
    [
        (an_account(), True),
        (an_account(version=9, parallel_events=3, promo_codes=codes(50)), True),
        (an_account(period_start=date(2026, 3, 31)), False),
        (an_account(HUGE), False),
        (an_account(LARGE), False),
        (an_account(seats=120), False),
    ],
)
def test_a_payment_that_comes_late_is_used_if_the_quote_still_makes_sense(
    account: Account, does_fit: bool
) -> None:
    """Other add-ons and codes do no harm; another plan or period is not what was paid for."""
    assert fits(begun(), account, today=TOMORROW) is does_fit


def test_an_upgrade_from_a_trial_fits_whatever_period_the_trial_is_in() -> None:
    purchase = begun(current=TRIAL)
    renewed = an_account(TRIAL, period_start=TOMORROW, version=2)

    assert fits(purchase, renewed, today=TOMORROW)
    assert fits(purchase, renewed, today=TODAY + timedelta(days=29))
    assert not fits(purchase, renewed, today=TODAY + timedelta(days=30))
    assert not fits(purchase, an_account(SMALL), today=TOMORROW)


def test_applying_charges_what_was_quoted_over_midnight_too() -> None:
    account = an_account()
    paid = after_payment(begun(account), Paid())

    application = application_of(paid, account, now=NOW, today=TOMORROW)

    charge = application.charge
    assert (charge.id, charge.kind, charge.charged_on) == ("u1", "upgrade", TOMORROW)
    assert charge.amount == Money(1800, "EUR")
    assert charge.lines == lines_of(charge.basis)


def test_applying_gives_the_account_the_plan_and_settles_the_purchase() -> None:
    account = an_account(version=7, parallel_events=3)
    paid = after_payment(begun(), Paid())

    application = application_of(paid, account, now=NOW, today=TODAY)

    after = application.account
    assert (after.plan, after.seats, after.parallel_events, after.version) == ("large", 250, 3, 8)
    purchase = application.purchase
    assert (purchase.status, purchase.applied_at, purchase.step) == ("applied", NOW, paid.step + 1)


def test_money_goes_back_in_two_steps_and_says_why() -> None:
    going = refunding(after_payment(begun(), Paid()))
    back = refunded(going)

    assert (going.state, back.state, back.step) == ("refunding", "refunded", going.step + 1)
    assert "the money goes back" in back.reason
