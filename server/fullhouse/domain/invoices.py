"""Invoices: the charges of an account as the customer sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fullhouse.domain.accounts import Account
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.money import Money
from fullhouse.domain.reversals import NOTHING_REVERSED, Reversal


@dataclass(frozen=True, slots=True)
class CollectedInvoice:
    """An earlier invoice that was too small to collect alone."""

    id: str
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """One charge with its permanent number, which is its place in the ledger.

    Attributes:
        is_past_due: Whether an attempt to collect it failed and no later one succeeded.
        is_carried_over: Whether it is too small to collect alone and waits for a later invoice.
        collects: Earlier invoices that are collected with this one.
        reversal: The part of the money that went back to the payer or is disputed.
    """

    number: str
    account: str
    charge: LedgerEntry
    is_past_due: bool
    is_carried_over: bool = False
    collects: tuple[CollectedInvoice, ...] = ()
    reversal: Reversal = NOTHING_REVERSED


def invoices_of(
    account: Account,
    ledger: Sequence[LedgerEntry],
    reversals: Mapping[str, Reversal] | None = None,
    *,
    before: int = 0,
) -> tuple[Invoice, ...]:
    """Charges of the account, oldest first, each with its refunds and disputes.

    Args:
        account: The account of the charges.
        ledger: Its whole ledger, or a part that `is_complete`.
        reversals: By the id of the charge.
        before: How many charges of the ledger precede that part.
    """
    reversals = reversals or {}
    past_due = {due.entry for due in account.dues if due.has_failed}
    carried = {each.entry for each in account.carried}
    numbers = {
        charge.id: f"{account.id}-{place:04}"
        for place, charge in enumerate(ledger, start=before + 1)
    }
    return tuple(
        Invoice(
            number=numbers[charge.id],
            account=account.id,
            charge=charge,
            is_past_due=charge.id in past_due,
            is_carried_over=charge.id in carried,
            collects=tuple(
                CollectedInvoice(each.entry, numbers[each.entry], each.amount)
                for each in charge.collects
            ),
            reversal=reversals.get(charge.id, NOTHING_REVERSED),
        )
        for charge in ledger
    )


def is_complete(ledger: Sequence[LedgerEntry]) -> bool:
    """Whether a part of a ledger contains all earlier charges that its charges collect."""
    known = {charge.id for charge in ledger}
    return all(each.entry in known for charge in ledger for each in charge.collects)
