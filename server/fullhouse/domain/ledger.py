"""The ledger of an account: each charge with all values needed to compute it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.money import Money
from fullhouse.domain.proration import RULE_VERSION, Basis, Line, lines_of

ChargeKind = Literal["renewal", "upgrade"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One charge. An entry is written once and never changed.

    Attributes:
        id: Unique within the account.
        charged_on: The day in the account's time zone.
        rule_version: The version of `lines_of` that computed the lines from the basis.
        collects: Earlier charges, too small to collect alone, that are collected with this one.
    """

    id: str
    kind: ChargeKind
    charged_on: date
    currency: str
    basis: Basis
    lines: tuple[Line, ...]
    rule_version: int
    collects: tuple[CarriedAmount, ...] = ()

    @property
    def amount(self) -> Money:
        """The sum of the lines."""
        return Money(sum(line.amount for line in self.lines), self.currency)


def entry_of(
    *, id_: str, kind: ChargeKind, charged_on: date, currency: str, basis: Basis
) -> LedgerEntry:
    """The entry for a charge on `basis`, computed with the current rule."""
    return LedgerEntry(
        id=id_,
        kind=kind,
        charged_on=charged_on,
        currency=currency,
        basis=basis,
        lines=lines_of(basis),
        rule_version=RULE_VERSION,
    )
