"""Charges that are too small to collect alone, and are carried over to a renewal.

Source: docs/money.md, "Small charges".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fullhouse.domain.money import Money


@dataclass(frozen=True, slots=True)
class CarriedAmount:
    """The amount of one charge that will be collected together with a later charge.

    Attributes:
        entry: Id of the charge in the ledger.
    """

    entry: str
    amount: Money


def total_of(carried: Sequence[CarriedAmount]) -> Money | None:
    """The sum of amounts in one currency; None if there are none."""
    if not carried:
        return None
    return Money(sum(each.amount.amount for each in carried), carried[0].amount.currency)
