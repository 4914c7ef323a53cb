"""Dues: what an attempt to collect a renewal does to the account, and when to try again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fullhouse.domain.accounts import Due, PaymentRef
from fullhouse.domain.dues import (
    ASKED_FOR_AGAIN_AFTER,
    PAUSES,
    attempted,
    charge_of,
    collectable,
    tried_now,
)
from fullhouse.domain.money import Money
from fullhouse.domain.payments import Charge, Failed, Paid, Pending, Unknown
from tests.accounts import an_account

MIDNIGHT = datetime(2026, 3, 31, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(minutes=1)
PRICE = Money(6500, "EUR")
DUE = Due("renewal-2026-03-31", PRICE, since=MIDNIGHT, try_at=MIDNIGHT)
OWING = an_account(period_start=date(2026, 3, 31), dues=(DUE,), version=2)
FAILED = Failed("The card has expired.")


def test_a_renewal_is_charged_under_a_name_of_its_own() -> None:
    account = replace(OWING, payment=PaymentRef("cus_1", "pm_1"))

    assert charge_of(account, DUE) == Charge(
        id="acme:renewal-2026-03-31:1",
        account="acme",
        amount=PRICE,
        since=MIDNIGHT,
        payer=PaymentRef("cus_1", "pm_1"),
        unattended=True,
        reference=None,
    )


def test_what_is_paid_is_no_longer_due() -> None:
    paid = attempted(OWING, DUE, Paid("pay-1"), now=NOW)

    assert paid == replace(OWING, dues=(), version=3)
    assert paid.payment_status == "ok"


def test_a_failed_renewal_makes_the_account_past_due_until_it_is_settled() -> None:
    owing = attempted(OWING, DUE, FAILED, now=NOW)
    (due,) = owing.dues
    settled = attempted(owing, due, Paid(), now=NOW)

    assert (owing.payment_status, owing.version) == ("past_due", 3)
    assert (settled.payment_status, settled.dues) == ("ok", ())


def test_a_failed_renewal_is_tried_at_once_if_somebody_asks() -> None:
    owing = attempted(OWING, DUE, FAILED, now=NOW)
    later = NOW + ASKED_FOR_AGAIN_AFTER

    hastened = tried_now(owing, now=later)

    assert (collectable(owing, now=later), len(collectable(hastened, now=later))) == ((), 1)
    assert hastened.version == owing.version + 1
    assert tried_now(hastened, now=later) is hastened


def test_nothing_is_tried_earlier_that_has_just_failed_or_is_in_progress_or_never_failed() -> None:
    owing = attempted(OWING, DUE, FAILED, now=NOW)
    later = NOW + ASKED_FOR_AGAIN_AFTER
    (due,) = owing.dues
    pending = attempted(owing, due, Pending("pay-1"), now=NOW)

    assert tried_now(owing, now=later - timedelta(seconds=1)) is owing
    assert tried_now(pending, now=later) is pending
    assert tried_now(OWING, now=later) is OWING


def test_a_failed_attempt_is_followed_by_one_with_another_name() -> None:
    """Under the old name a gateway would only repeat its refusal."""
    pending = replace(DUE, reference="pay-1")

    (due,) = attempted(replace(OWING, dues=(pending,)), pending, FAILED, now=NOW).dues

    assert due == Due(DUE.entry, PRICE, since=NOW, try_at=NOW + timedelta(hours=1), attempt=2)
    assert charge_of(OWING, due).id == "acme:renewal-2026-03-31:2"


def test_the_pauses_between_attempts_grow_to_a_day() -> None:
    account, waits = OWING, []
    for _ in range(8):
        account = attempted(account, account.dues[0], FAILED, now=NOW)
        waits.append((account.dues[0].try_at - NOW) // timedelta(hours=1))

    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert tuple(sorted(PAUSES)) == PAUSES


def test_a_bank_that_takes_its_time_leaves_the_account_in_order() -> None:
    pending = attempted(OWING, DUE, Pending("pay-1"), now=NOW)

    assert pending.payment_status == "ok"
    assert pending.dues == (replace(DUE, reference="pay-1", try_at=NOW + timedelta(hours=6)),)


def test_an_account_stays_past_due_while_a_later_attempt_is_pending() -> None:
    failed = attempted(OWING, DUE, FAILED, now=NOW)

    pending = attempted(failed, failed.dues[0], Pending("pay-2"), now=NOW)

    assert pending.payment_status == "past_due"


def test_an_answer_that_says_nothing_changes_nothing() -> None:
    assert attempted(OWING, DUE, Unknown("No answer."), now=NOW) is OWING


def test_an_answer_to_an_attempt_that_was_settled_elsewhere_changes_nothing() -> None:
    settled = replace(OWING, dues=(), version=3)

    assert attempted(settled, DUE, FAILED, now=NOW) is settled


def test_of_two_dues_one_can_be_settled() -> None:
    other = replace(DUE, entry="renewal-2026-04-30")
    account = replace(OWING, dues=(DUE, other))

    failed = attempted(account, DUE, FAILED, now=NOW)
    settled = attempted(failed, other, Paid(), now=NOW)

    assert [due.entry for due in settled.dues] == ["renewal-2026-03-31"]
    assert settled.payment_status == "past_due"


@pytest.mark.parametrize(("seconds", "count"), [(-1, 0), (0, 1), (1, 1)])
def test_a_due_is_collected_from_its_moment_on(seconds: int, count: int) -> None:
    now = MIDNIGHT + timedelta(seconds=seconds)

    assert len(collectable(OWING, now=now)) == count
