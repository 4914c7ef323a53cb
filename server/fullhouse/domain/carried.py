"""Amounts too small to be collected by themselves: carried over until a renewal collects them.

Source: docs/money.md, "Small charges".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fullhouse.domain.money import Money


@dataclass(frozen=True, slots=True)
class CarriedAmount:
    """What one charge still costs, to be collected together with a later one.

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
