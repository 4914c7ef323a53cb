"""What calls for upgrades and downgrade requests take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from fullhouse.domain.accounts import DowngradeStatus, DowngradeWarning
from fullhouse.domain.money import Money
from fullhouse.domain.offers import Offer
from fullhouse.domain.proration import Line
from fullhouse.domain.purchases import UpgradeStatus
from fullhouse.domain.quotes import NextPeriod, QuoteWarning
from fullhouse.domain.reversals import DisputeStatus


class DisputeObject(Struct, frozen=True):
    """A dispute of the payer. `won` and `lost` are from the seller's point of view."""

    amount: Money
    status: DisputeStatus


class OffersObject(Struct, frozen=True):
    offers: tuple[Offer, ...]


class QuoteBody(Struct, frozen=True, forbid_unknown_fields=True):
    plan: str


class SeatsObject(Struct, frozen=True, rename={"from_": "from"}):
    from_: int
    to: int


class QuoteObject(Struct, frozen=True, rename={"from_": "from"}):
    """The amounts of a line are in the currency of `due_now`.

    `carried_over`: `due_now` is below the least charge of the payment gateway. The upgrade is
    applied at once, and the amount is collected with the next period.
    """

    id: str
    from_: str
    to: str
    seats: SeatsObject
    lines: tuple[Line, ...]
    due_now: Money
    next_period: NextPeriod
    expires_at: datetime
    account_version: int
    warnings: tuple[QuoteWarning, ...]
    carried_over: bool


class UpgradeBody(Struct, frozen=True, forbid_unknown_fields=True):
    quote: str


class PaymentObject(Struct, frozen=True):
    """The secret with which the payer's browser confirms the payment in the gateway's library."""

    client_secret: str


class UpgradeObject(Struct, frozen=True):
    """`payment` is null unless the payer must confirm it now.

    `carried_over`: nothing was taken, and `due_now` is collected with the next period. `refunded`
    and `disputes` are as the gateway reports them. They do not change the seats.
    """

    id: str
    status: UpgradeStatus
    quote: str
    plan: str
    due_now: Money
    applied_at: datetime | None
    payment: PaymentObject | None
    carried_over: bool
    refunded: Money | None
    disputes: tuple[DisputeObject, ...]


class UpgradesObject(Struct, frozen=True):
    upgrades: tuple[UpgradeObject, ...]
    next: str | None


class DowngradeBody(Struct, frozen=True, forbid_unknown_fields=True):
    plan: str
    note: Annotated[str, Meta(max_length=2_000)] = ""


class DowngradeObject(Struct, frozen=True):
    id: str
    status: DowngradeStatus
    plan: str
    effective_on: date
    contact_by: date
    warnings: tuple[DowngradeWarning, ...]
    note: str


class DowngradesObject(Struct, frozen=True):
    downgrade_requests: tuple[DowngradeObject, ...]
    next: str | None
