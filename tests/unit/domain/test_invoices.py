"""Invoices: numbered by their place in the ledger, marked while they cannot be collected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from fullhouse.domain.accounts import Account
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.dues import attempted
from fullhouse.domain.invoices import invoices_of, is_complete
from fullhouse.domain.payments import Failed, Paid
from fullhouse.domain.renewals import renewed
from tests.accounts import an_account

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCOUNT, LEDGER = renewed(an_account(), today=date(2026, 6, 1))


def past_due(account: Account) -> list[bool]:
    return [invoice.is_past_due for invoice in invoices_of(account, LEDGER)]


def test_an_invoice_keeps_its_number_while_the_ledger_grows() -> None:
    first_two = invoices_of(ACCOUNT, LEDGER[:2])
    all_three = invoices_of(ACCOUNT, LEDGER)

    assert [invoice.number for invoice in all_three] == ["acme-0001", "acme-0002", "acme-0003"]
    assert all_three[:2] == first_two
    assert tuple(invoice.charge for invoice in all_three) == LEDGER


def test_an_invoice_is_past_due_from_a_failed_attempt_until_it_is_paid() -> None:
    first = ACCOUNT.dues[0]

    failed = attempted(ACCOUNT, first, Failed("No money."), now=NOW)
    paid = attempted(failed, failed.dues[0], Paid(), now=NOW)

    assert past_due(ACCOUNT) == [False, False, False]
    assert past_due(failed) == [True, False, False]
    assert past_due(paid) == [False, False, False]


def test_an_account_without_charges_has_no_invoices() -> None:
    assert invoices_of(replace(ACCOUNT, dues=()), []) == ()


def test_a_part_of_the_ledger_has_the_numbers_of_the_whole() -> None:
    whole = invoices_of(ACCOUNT, LEDGER)

    assert invoices_of(ACCOUNT, LEDGER[1:], before=1) == whole[1:]


def test_a_part_that_collects_what_lies_before_it_is_not_complete() -> None:
    first, second, *_ = LEDGER
    collecting = replace(second, collects=(CarriedAmount(first.id, first.amount),))

    assert is_complete([first, collecting])
    assert not is_complete([collecting])
