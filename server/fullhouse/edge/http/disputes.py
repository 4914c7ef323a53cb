"""Disputes as invoices and upgrades show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from fullhouse.domain.money import Money
from fullhouse.domain.reversals import DisputeStatus

if TYPE_CHECKING:
    from fullhouse.domain.reversals import Reversal


class DisputeObject(Struct, frozen=True):
    """A claim of the payer at the bank; `won` and `lost` as seen by the seller."""

    amount: Money
    status: DisputeStatus


def dispute_objects(reversal: Reversal) -> tuple[DisputeObject, ...]:
    return tuple(DisputeObject(each.amount, each.status) for each in reversal.disputes)
