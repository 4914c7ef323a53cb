"""What calls for invoices answer: each charge with the values to compute it again."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from fullhouse.domain.invoices import CollectedInvoice
from fullhouse.domain.ledger import ChargeKind
from fullhouse.domain.money import Money
from fullhouse.domain.plans import Rate
from fullhouse.domain.proration import Line, PromoCode
from fullhouse.edge.account_objects import PeriodObject
from fullhouse.edge.purchase_objects import DisputeObject


class InputsObject(Struct, frozen=True):
    """The values from which the lines were computed. `old` is null if nothing was credited.

    Amounts are rounded half up to a multiple of `step` minor units.
    """

    today: date
    old: Rate | None
    new: Rate
    parallel_events: int
    promo_codes: tuple[PromoCode, ...]
    step: int


class InvoiceObject(Struct, frozen=True):
    """The amounts of a line are in the currency of `amount`.

    `carried_over`: the invoice is too small to collect alone. A later invoice lists it in
    `collects`.
    """

    id: str
    number: str
    kind: ChargeKind
    issued_on: date
    period: PeriodObject
    lines: tuple[Line, ...]
    amount: Money
    past_due: bool
    rule_version: int
    inputs: InputsObject
    carried_over: bool
    collects: tuple[CollectedInvoice, ...]
    refunded: Money | None
    disputes: tuple[DisputeObject, ...]


class InvoicesObject(Struct, frozen=True):
    invoices: tuple[InvoiceObject, ...]
    next: str | None
