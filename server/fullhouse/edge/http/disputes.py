"""Disputes, as they appear in invoices and upgrades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from fullhouse.domain.money import Money
from fullhouse.domain.reversals import DisputeStatus

if TYPE_CHECKING:
    from fullhouse.domain.reversals import Reversal


class DisputeObject(Struct, frozen=True):
    """A dispute of the payer. `won` and `lost` are from the seller's point of view."""

    amount: Money
    status: DisputeStatus


def dispute_objects(reversal: Reversal) -> tuple[DisputeObject, ...]:
    return tuple(DisputeObject(each.amount, each.status) for each in reversal.disputes)
