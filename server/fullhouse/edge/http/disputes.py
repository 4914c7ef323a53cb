"""Disputes, as they appear in invoices and upgrades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.edge.purchase_objects import DisputeObject

if TYPE_CHECKING:
    from fullhouse.domain.reversals import Reversal


def dispute_objects(reversal: Reversal) -> tuple[DisputeObject, ...]:
    return tuple(DisputeObject(each.amount, each.status) for each in reversal.disputes)
