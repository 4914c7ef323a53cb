"""Invoices: the charges of an account as the customer gets to see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.accounts import Account
from server.domain.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class Invoice:
    """One charge under the number that it has for good: its place in the ledger.

    Attributes:
        is_past_due: Whether an attempt to collect it has failed, and none has succeeded since.
    """

    number: str
    account: str
    charge: LedgerEntry
    is_past_due: bool


def invoices_of(account: Account, ledger: Sequence[LedgerEntry]) -> tuple[Invoice, ...]:
    """Every charge of the account, oldest first."""
    past_due = {due.entry for due in account.dues if due.has_failed}
    return tuple(
        Invoice(
            number=f"{account.id}-{place:04}",
            account=account.id,
            charge=charge,
            is_past_due=charge.id in past_due,
        )
        for place, charge in enumerate(ledger, start=1)
    )
